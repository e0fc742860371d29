"""Turns a received body into the bytes of its file: unpacks gzip and counts the bytes."""

import zlib
from collections.abc import Iterator

from libs.shared.files.problems import FileTooLarge, GzipInvalid, GzipMembers, GzipTruncated

PIECE = 256 * 1024
MOST_MEMBERS = 10_000
"""Programs that pack in blocks write a member per 64 kB or so; the largest file then has half as many members."""
_INPUT = 16 * 1024
"""Input is given in small parts, because zlib copies what is left of it after each member and each piece."""


class Unpacker:
    """Counts and, if asked, unpacks gzip (several members one after another are one file).

    ``limit`` is the most bytes unpacked; a decompression bomb is stopped there and never held in memory.
    """

    def __init__(self, limit: int, *, gzip: bool) -> None:
        self._limit = limit
        self._gzip = gzip
        self._member = zlib.decompressobj(wbits=31) if gzip else None
        self._members = 1
        self._started = False
        self.size = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Unpacked pieces of at most ``PIECE``. Raises ``FileTooLarge``, ``GzipInvalid`` or ``GzipMembers``."""
        step = _INPUT if self._gzip else PIECE
        for start in range(0, len(data), step):
            part = data[start : start + step]
            if self._gzip:
                yield from self._inflate(part)
            else:
                yield self._count(part)

    def end(self) -> None:
        """The body has ended. Raises ``GzipTruncated`` if the gzip stream has not."""
        if self._gzip and self._started and (self._member is None or not self._member.eof):
            raise GzipTruncated

    def _inflate(self, data: bytes) -> Iterator[bytes]:
        pending = False  # zlib may hold output back though it has taken all its input
        while data or pending:
            self._started = True
            if self._member is None or self._member.eof:
                data = data.lstrip(b"\0")  # padding between and after members, as gzip itself allows
                if not data:
                    return
                self._next_member()
            assert self._member is not None  # noqa: S101 - there is one while anything is unpacked
            try:
                piece = self._member.decompress(data, PIECE)
            except zlib.error:
                raise GzipInvalid from None
            data = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
            pending = len(piece) == PIECE and not self._member.eof
            if piece:
                yield self._count(piece)

    def _next_member(self) -> None:
        self._members += 1
        if self._members > MOST_MEMBERS:
            raise GzipMembers(limit=MOST_MEMBERS)
        self._member = zlib.decompressobj(wbits=31)

    def _count(self, piece: bytes) -> bytes:
        self.size += len(piece)
        if self.size > self._limit:
            raise FileTooLarge(limit=self._limit)
        return piece
