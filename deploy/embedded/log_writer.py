"""``python -m deploy.embedded.log_writer BYTES KEPT DESCRIPTOR=FILE…``: write the output of pipes to files.

A file that has reached BYTES is renamed to ``FILE.1`` and so on; KEPT of them stay. One process serves all children. It
ends when all writers of every pipe have closed it, so it also writes the last lines of children that outlive their
supervisor. Signals to the whole process group do not end it.
"""

import logging
import os
import selectors
import signal
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from logging.handlers import RotatingFileHandler

CHUNK = 65_536
LONGEST_LINE = 65_536
IDLE_SECONDS = 1.0
"""After this time without output an incomplete line is written as a line, as its process may have ended."""


@dataclass
class Stream:
    """One pipe and its file."""

    handler: RotatingFileHandler
    rest: bytes = field(default=b"")

    def take(self, chunk: bytes) -> None:
        """Write the complete lines and keep the beginning of the next one."""
        *lines, self.rest = (self.rest + chunk).split(b"\n")
        self._write(lines)
        if len(self.rest) >= LONGEST_LINE:
            self.flush()

    def flush(self) -> None:
        """Write the incomplete line."""
        if self.rest:
            self._write([self.rest])
            self.rest = b""

    def _write(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            self.handler.emit(logging.makeLogRecord({"msg": line.decode(errors="replace")}))


def main(arguments: list[str]) -> None:
    """Read until all pipes are closed."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    os.umask(0o077)
    # on a full disk lines are lost and reading continues, so that no process waits for its log
    logging.raiseExceptions = False
    size, kept, *pairs = arguments
    with selectors.DefaultSelector() as selector:
        for pair in pairs:
            descriptor, _, path = pair.partition("=")
            handler = RotatingFileHandler(path, maxBytes=int(size), backupCount=int(kept), encoding="utf-8")
            selector.register(int(descriptor), selectors.EVENT_READ, Stream(handler))
        while selector.get_map():
            ready = selector.select(IDLE_SECONDS)
            if not ready:
                for key in selector.get_map().values():
                    key.data.flush()
            for key, _ in ready:
                if chunk := os.read(key.fd, CHUNK):
                    key.data.take(chunk)
                else:
                    key.data.flush()
                    selector.unregister(key.fd)


if __name__ == "__main__":
    main(sys.argv[1:])
