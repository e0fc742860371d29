"""A file being sent: read in pieces, from its beginning for each attempt."""

import hashlib
import json
import os
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from libs.shared.client.errors import FileChanged

PIECE = 256 * 1024
GZIP_START = b"\x1f\x8b"
_NDJSON = frozenset({".ndjson", ".jsonl"})

Progress = Callable[[int], None]
"""Called with the number of bytes sent in the present attempt."""


def no_progress(sent: int) -> None:
    """Reports nothing."""
    del sent


class Upload(Protocol):
    """A body that can be sent more than once."""

    @property
    def content_type(self) -> str:
        """Its media type, as in the header."""

    @property
    def gzip(self) -> bool:
        """Whether it is compressed."""

    @property
    def size(self) -> int:
        """Its length in bytes, as it is sent."""

    def digest(self) -> str:
        """A digest that distinguishes this body from every other one."""

    def pieces(self, progress: Progress = no_progress) -> AsyncIterator[bytes]:
        """The body from its beginning."""


@dataclass(frozen=True, slots=True)
class Content:
    """A body that is in memory."""

    content: bytes = field(repr=False)
    content_type: str
    gzip: bool = False

    @property
    def size(self) -> int:
        """See ``Upload``."""
        return len(self.content)

    def digest(self) -> str:
        """See ``Upload``."""
        return hashlib.sha256(self.content).hexdigest()

    async def pieces(self, progress: Progress = no_progress) -> AsyncIterator[bytes]:
        """See ``Upload``."""
        for begin in range(0, len(self.content), PIECE):
            yield self.content[begin : begin + PIECE]
            progress(min(begin + PIECE, len(self.content)))


@dataclass(frozen=True, slots=True)
class File:
    """A body on disk, of which one piece at a time is in memory. ``size`` and ``written_at`` (nanoseconds) are those at
    the moment when the file was opened.
    """

    path: Path
    content_type: str
    gzip: bool
    size: int
    written_at: int

    @classmethod
    def of(cls, path: Path, charset: str = "utf-8", media: str | None = None) -> "File":
        """The file in its present state. Gzip is recognised by the first bytes. ``media`` is its type of content; if
        that is not given, NDJSON is recognised by the name (``.ndjson``, ``.jsonl``), and anything else is CSV in this
        charset. Raises ``OSError``.
        """
        with path.open("rb") as opened:
            gzip = opened.read(len(GZIP_START)) == GZIP_START
            state = os.fstat(opened.fileno())
        named = Path(path.stem) if path.suffix.lower() == ".gz" else path
        ndjson = named.suffix.lower() in _NDJSON
        content_type = "application/x-ndjson" if ndjson else f"text/csv; charset={charset}"
        return cls(path, media or content_type, gzip, state.st_size, state.st_mtime_ns)

    def digest(self) -> str:
        """The digest of the content and of the time at which it was written. A file that is exported again is another
        file, even with the same content, and must be taken again.
        """
        with self.path.open("rb") as opened:
            content = hashlib.file_digest(opened, "sha256").hexdigest()
        return f"{content} {self.written_at}"

    async def pieces(self, progress: Progress = no_progress) -> AsyncIterator[bytes]:
        """See ``Upload``. Raises ``FileChanged`` or ``OSError``."""
        sent = 0
        with self.path.open("rb") as opened:
            while sent < self.size:
                piece = opened.read(min(PIECE, self.size - sent))
                if not piece or os.fstat(opened.fileno()).st_mtime_ns != self.written_at:
                    raise FileChanged(file=self.path.name)
                yield piece
                sent += len(piece)
                progress(sent)


def key_of(upload: Upload, parameters: Mapping[str, str]) -> str:
    """The idempotency key of a body sent with these parameters, so that a repetition returns the first receipt."""
    said = json.dumps([sorted(parameters.items()), upload.content_type, upload.gzip, upload.digest()])
    return hashlib.sha256(said.encode()).hexdigest()[:40]
