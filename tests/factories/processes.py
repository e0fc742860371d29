"""A service's process, started as in production, with its log and its answers."""

import asyncio
import base64
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.factories.logs import events
from tests.realparts.ports import free_port

ROOT = Path(__file__).parents[2]
RING = f"k1:{base64.b64encode(bytes(32)).decode()}"
NO_ISSUER = "http://127.0.0.1:1"
"""Nobody listens there: the process starts and trusts nobody."""


@dataclass
class Running:
    """A process: its address, and the files of its standard output and standard error."""

    process: asyncio.subprocess.Process
    url: str
    written: Path
    complained: Path

    def lines(self, event: str | None = None) -> list[dict[str, Any]]:
        """The log so far; a line that is not JSON fails the test. Only those of ``event``, if given."""
        whole = self.written.read_text().rpartition("\n")[0]
        return [line for line in events(whole) if event in {None, line["event"]}]

    async def get(self, path: str) -> httpx.Response | None:
        """The answer, or None while nothing listens on the port."""
        async with httpx.AsyncClient(timeout=30) as client:
            try:
                return await client.get(self.url + path)
            except httpx.TransportError:
                return None

    async def until(self, path: str, status: int, seconds: float = 60.0) -> httpx.Response:
        """The first answer with that status; the test fails if the process ends first."""
        answer: httpx.Response | None = None
        async with asyncio.timeout(seconds):
            while answer is None or answer.status_code != status:
                assert self.process.returncode is None, self.written.read_text() + self.complained.read_text()
                await asyncio.sleep(0.1)
                answer = await self.get(path)
        return answer


def environment(service: str, database_url: str, port: int, **more: str) -> dict[str, str]:
    """The environment variables of a process of the service; every key ring is the same known one."""
    prefix = service.upper()
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **inherited,
        "PYTHONPATH": str(ROOT),
        "SKOLELOEFT_EVENT_LOG": "memory:",
        "SKOLELOEFT_OIDC_ISSUER": NO_ISSUER,
        "SKOLELOEFT_REQUEST_KEYS": RING,
        f"{prefix}_DATABASE_URL": database_url,
        f"{prefix}_PORT": str(port),
        f"{prefix}_WORKER_PORT": str(port),
        **{f"{prefix}_{ring}": RING for ring in ("DATA_KEYS", "LOOKUP_KEYS", "BLIND_INDEX_KEYS", "RELEASE_KEY")},
        **more,
    }


@asynccontextmanager
async def running(
    service: str, part: str, database_url: str, folder: Path, *, port: int | None = None, **more: str
) -> AsyncIterator[Running]:
    """``python -m services.<service> <part>``; asked to end when the block ends, and killed if it does not."""
    port = port or free_port()
    written, complained = folder / f"{service}-{part}.out", folder / f"{service}-{part}.err"
    with written.open("wb") as out, complained.open("wb") as err:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", f"services.{service}", part),
            cwd=ROOT,
            env=environment(service, database_url, port, **more),
            stdout=out,
            stderr=err,
        )
    try:
        yield Running(process, f"http://127.0.0.1:{port}", written, complained)
    finally:
        await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(30):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
