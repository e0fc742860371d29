"""A user at a command line: a folder, a login file, and processes."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.embedded.environment import Ports
from journey.platform import Platform

ROOT = Path(__file__).parents[3]
SECRET = "a secret that is never printed"
CODE = "101"


@dataclass(frozen=True)
class Done:
    """The result of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Shell:
    """Runs commands in ``folder``; the login is kept there too."""

    folder: Path
    ports: Ports
    platform: Platform

    @property
    def login_file(self) -> Path:
        return self.folder / "config" / "login.json"

    async def run(self, *arguments: str, **environment: str) -> Done:
        """Run ``skoleloeft`` with these arguments."""
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "apps.cli", *arguments),
            cwd=self.folder,
            env={
                **inherited,
                "PYTHONPATH": str(ROOT),
                "SKOLELOEFT_CONFIG": str(self.login_file.parent),
                "SKOLELOEFT_CLIENT_SECRET": SECRET,
                "SKOLELOEFT_LANGUAGE": "en",
                **environment,
            },
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(120):
            out, err = await process.communicate()
        assert process.returncode is not None
        done = Done(process.returncode, out.decode(), err.decode())
        assert SECRET not in done.out + done.err
        assert "Traceback" not in done.err, done.err
        return done

    async def login(self, *more: str, **addresses: str) -> Done:
        """Log in as municipal IT; ``addresses`` replace those of the services."""
        own = {name: self.platform.addresses.of(name) for name in ("registration", "absence_ingest")}
        services = [f"--service={name}={address}" for name, address in {**own, **addresses}.items()]
        issuer = ("--issuer", self.platform.addresses.issuer, "--client-id", "it", "--municipality", CODE)
        claims = ("--parameter=roles=municipality_integration", f"--parameter=municipality_codes={CODE}")
        return await self.run("login", *services, *issuer, *claims, *more)

    def write(self, name: str, content: str | bytes) -> str:
        """Write a file; returns its name."""
        (self.folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return name
