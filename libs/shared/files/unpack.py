"""A body as it came over the wire to the bytes of its file, counted, and unpacked if it is gzip."""

import zlib
from collections.abc import Iterator

from libs.shared.files.problems import FileTooLarge, GzipInvalid, GzipMembers, GzipTruncated

PIECE = 256 * 1024
MOST_MEMBERS = 10_000
"""Packers that work in blocks make one of some 64 kB each, so that the largest file has half as many."""
_INPUT = 16 * 1024
"""What is left of the input is copied after each member and after each piece, so that little is given at a time."""


class Unpacker:
    """Counts and, if asked, unpacks gzip (several members one after another are one file).

    ``limit`` is the most bytes unpacked; a bomb is stopped there and never held whole.
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
