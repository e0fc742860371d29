"""The children's logs: each child writes to a pipe, and one separate process writes the files and rotates them.

The supervisor keeps both ends of each pipe. So nothing is lost and no child fails when the writing process ends: the
output waits in the pipe for the next one. When the supervisor itself ends, the writer stays until the last child has
ended.
"""

import array
import asyncio
import contextlib
import fcntl
import os
import subprocess
import sys
import termios
from collections.abc import Callable, Sequence
from pathlib import Path

from deploy.embedded.settings import EmbeddedSettings

WATCH_SECONDS = 5.0
CLOSE_SECONDS = 10.0
FULL_BYTES = 32_768
"""If a pipe has this many unread bytes at three checks in a row, the writer hangs, and children would soon block."""


class Logs:
    """The logs in ``folder``, one for each of ``names``."""

    def __init__(self, folder: Path, names: Sequence[str], settings: EmbeddedSettings) -> None:
        self._folder = folder
        self._settings = settings
        self._pipes: dict[str, tuple[int, int]] = {}
        self._names = names
        self._writer: subprocess.Popen[bytes] | None = None

    def path(self, name: str) -> Path:
        """The file that is being written; older ones are next to it with a number."""
        return self._folder / f"{name}.log"

    def output(self, name: str) -> int:
        """The descriptor that a child writes to."""
        return self._pipes[name][1]

    def start(self) -> None:
        """Make the folder and the pipes and start the writer."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        for name in self._names:
            self._pipes[name] = os.pipe()
        self._launch()

    async def watch(self, report: Callable[[str], None]) -> None:
        """Restart the writer when it has ended or hangs."""
        full = 0
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            full = full + 1 if any(_unread(end) >= FULL_BYTES for end, _ in self._pipes.values()) else 0
            if self._writer is not None and (full >= 3 or self._writer.poll() is not None):
                self._writer.kill()
                code = await asyncio.to_thread(self._writer.wait)
                report(f"the process that writes the logs ended with code {code}; started again")
                self._launch()
                full = 0

    def close(self) -> None:
        """Close the pipes and wait until the writer has written the rest. The children have ended."""
        for ends in self._pipes.values():
            for end in ends:
                os.close(end)
        self._pipes = {}
        writer, self._writer = self._writer, None
        if writer is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                writer.wait(CLOSE_SECONDS)
            writer.kill()
            writer.wait()

    def _launch(self) -> None:
        readers = {name: reader for name, (reader, _) in self._pipes.items()}
        settings = (str(self._settings.log_bytes), str(self._settings.logs_kept))
        self._writer = subprocess.Popen(  # noqa: S603 - our own module
            [
                sys.executable,
                "-m",
                "deploy.embedded.log_writer",
                *settings,
                *(f"{reader}={self.path(name)}" for name, reader in readers.items()),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd="/",
            env={
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                **{name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ},
            },
            pass_fds=list(readers.values()),
            start_new_session=True,
        )


def _unread(descriptor: int) -> int:
    """Bytes in the pipe."""
    number = array.array("i", [0])
    fcntl.ioctl(descriptor, termios.FIONREAD, number)
    return number[0]
