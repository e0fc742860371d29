"""A file whose beginning is read ahead, to tell what it is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import BinaryIO

from libs.shared.files.cut import FILE_BYTES
from libs.shared.files.recognising import BEGINNING
from libs.shared.files.unpack import PIECE, Unpacker

_GZIP = b"\x1f\x8b"


@dataclass(slots=True)
class Begun:
    """A source whose beginning is read ahead, to tell what it is."""

    source: BinaryIO
    progress: Callable[[int], None] | None
    read_ahead: list[bytes] = field(default_factory=list)
    gzip: bool = False

    def unpacked(self) -> bytes:
        """The first ``BEGINNING`` bytes, unpacked, or all of it. Raises the problems of gzip."""
        first = self.source.read(PIECE)
        self.read_ahead.append(first)
        self.gzip = first.startswith(_GZIP)
        unpacker, beginning = Unpacker(FILE_BYTES, gzip=self.gzip), bytearray()
        piece = first
        while piece:
            for unpacked in unpacker.feed(piece):
                beginning += unpacked
                if len(beginning) >= BEGINNING:
                    return bytes(beginning[:BEGINNING])
            piece = self.source.read(PIECE)
            self.read_ahead.append(piece)
        return bytes(beginning)

    def pieces(self) -> Iterator[bytes]:
        """The whole source as it stands, piece by piece."""
        read = 0
        for piece in chain(self.read_ahead, iter(lambda: self.source.read(PIECE), b"")):
            read += len(piece)
            yield piece
            if self.progress is not None:
                self.progress(read)
