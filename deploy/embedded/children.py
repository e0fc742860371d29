"""Child processes of one deployment: starts, watches and restarts them; they end when their parent ends.

Each child has the reading end of a pipe from the supervisor as its standard input. It ends when the pipe closes, so
that no child is left behind even if the supervisor is killed.
"""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from deploy.embedded.service_users import Runner

STOP_SECONDS = 20.0


@dataclass
class Child:
    """A process that runs a module, with arguments, environment and log file. ``keep`` restarts it when it ends by
    itself.

    ``output`` is a descriptor for its output; without one the output is appended to ``log``. ``runner`` says as which
    user and with which Python it runs.
    """

    name: str
    arguments: list[str]
    environment: dict[str, str]
    log: Path
    keep: bool = True
    output: int | None = None
    runner: Runner = field(default_factory=Runner)
    process: asyncio.subprocess.Process | None = None
    restarts: int = 0
    _wanted: bool = field(default=False, repr=False)

    async def start(self) -> None:
        """Start the process."""
        self._wanted = True
        user = self.runner.user
        switch = user is not None and user.switch
        with self.log.open("ab") if self.output is None else os.fdopen(os.dup(self.output), "wb") as output:
            self.process = await asyncio.create_subprocess_exec(
                self.runner.programs.python,
                "-m",
                "deploy.embedded.parent_watch",
                *self.arguments,
                env=self.runner.environment(self.environment),
                stdin=asyncio.subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C reaches only the supervisor, which ends the children in order
                cwd=self.runner.folder,
                user=user.uid if user is not None and switch else None,
                group=user.gid if user is not None and switch else None,
                extra_groups=[] if switch else None,
                umask=0o077 if switch else -1,
            )

    @property
    def running(self) -> asyncio.subprocess.Process | None:
        """The process, if it is wanted and has not ended."""
        process = self.process
        return process if self._wanted and process is not None and process.returncode is None else None

    async def watch(self, report: Callable[[str], None]) -> None:
        """Restart the process whenever it ends without being stopped, after waits that grow up to 30 s."""
        while self._wanted and self.process is not None:
            began = time.monotonic()
            code = await self.process.wait()
            if not self._wanted or not self.keep:
                return
            self.restarts = 0 if time.monotonic() - began > 60 else self.restarts + 1
            pause = min(30.0, 0.5 * 2**self.restarts)
            report(f"{self.name} ended with code {code}; started again in {pause:.0f} s (log: {self.log})")
            await asyncio.sleep(pause)
            if self._wanted:
                await self.start()

    async def stop(self) -> None:
        """Ask the process to end and wait; after 20 seconds it is killed."""
        self._wanted = False
        process = self.process
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    def last_lines(self, count: int = 8) -> str:
        """The end of its log, for a message about why it did not start."""
        if not self.log.exists():
            return "(no log)"
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])
