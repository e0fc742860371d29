"""A byte stream to chunks of whole lines. Where it is cut depends on the bytes alone, not on how they arrived."""

import zlib
from collections.abc import Iterator

from libs.shared.imports.problems import FileTooLarge, GzipInvalid, GzipTruncated, LineTooLong

_PIECE = 256 * 1024


class Unpacker:
    """Counts and, if asked, unpacks gzip (several members one after another are one file).

    ``limit`` is the most bytes unpacked; a bomb is stopped there and never held whole.
    """

    def __init__(self, limit: int, *, gzip: bool) -> None:
        self._limit = limit
        self._gzip = gzip
        self._member = zlib.decompressobj(wbits=31) if gzip else None
        self._started = False
        self.size = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Unpacked pieces. Raises ``FileTooLarge`` or ``GzipInvalid``."""
        if not self._gzip:
            yield self._count(data)
            return
        pending = False  # zlib may hold output back though it has taken all its input
        while data or pending:
            self._started = True
            if self._member is None or self._member.eof:
                data = data.lstrip(b"\0")  # padding between and after members, as gzip itself allows
                if not data:
                    return
                self._member = zlib.decompressobj(wbits=31)
            try:
                piece = self._member.decompress(data, _PIECE)
            except zlib.error:
                raise GzipInvalid from None
            data = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
            pending = len(piece) == _PIECE and not self._member.eof
            if piece:
                yield self._count(piece)

    def end(self) -> None:
        """The body has ended. Raises ``GzipTruncated`` if the gzip stream has not."""
        if self._gzip and self._started and (self._member is None or not self._member.eof):
            raise GzipTruncated

    def _count(self, piece: bytes) -> bytes:
        self.size += len(piece)
        if self.size > self._limit:
            raise FileTooLarge(limit=self._limit)
        return piece


class Cutter:
    """Cuts after the last line end within ``chunk_bytes``."""

    def __init__(self, chunk_bytes: int) -> None:
        self._chunk_bytes = chunk_bytes
        self._buffer = bytearray()

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Chunks that are ready. Raises ``LineTooLong`` for a line longer than a chunk."""
        self._buffer += piece
        while len(self._buffer) >= self._chunk_bytes:
            end = self._buffer.rfind(b"\n", 0, self._chunk_bytes) + 1
            if end == 0:
                raise LineTooLong(limit=self._chunk_bytes)
            yield bytes(self._buffer[:end])
            del self._buffer[:end]

    def end(self) -> Iterator[bytes]:
        """What is left, if anything."""
        if self._buffer:
            yield bytes(self._buffer)
            self._buffer.clear()
