"""Splits a body into its header and chunks. Pure, and called in a thread, as the sender decides what a step costs."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from libs.shared.files.charset import decode_lines
from libs.shared.files.csv_lines import is_blank
from libs.shared.files.cut import CutLimits, Cutter
from libs.shared.files.header import HEADER_BYTES, find_header
from libs.shared.files.kind import Kind
from libs.shared.files.opening import HEAD_BYTES, read_opening
from libs.shared.files.parse import CSV, Layout
from libs.shared.files.problems import FileTooManyLines, FileTooManyRows
from libs.shared.files.unpack import Unpacker

STEP_SECONDS = 0.05
ChunkT = TypeVar("ChunkT")
_BEGINNING = HEAD_BYTES + HEADER_BYTES
"""The first bytes are read before anything else; they contain the header and whatever stands before it."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole lines of a file, and the number of the first of them."""

    data: bytes
    first_line: int
    lines: int


class Chunks:
    """Takes a body piece by piece. ``layout`` is known when the first chunk comes.

    A chunk without any text is left out; its lines count. Raises ``FileTooManyLines`` or ``FileTooManyRows`` for a file
    that is longer than ``limits`` say.
    """

    def __init__(self, kind: Kind, media: str, charset: str, unpacker: Unpacker, limits: CutLimits) -> None:
        self.layout: Layout | None = None
        self._kind = kind
        self._media = media
        self._charset = charset
        self._unpacker = unpacker
        self._cutter = Cutter(limits)
        self._limits = limits
        self._beginning = bytearray()
        self._cr_alone = False
        self._line = 1
        self._rows = 0

    def feed(self, piece: bytes) -> Iterator[Chunk | None]:
        """The chunks that ``piece`` completes, and None for pauses. Raises the problems of a whole file."""
        for unpacked in self._unpacker.feed(piece):
            yield from self._take(unpacked)
            yield None

    def end(self) -> Iterator[Chunk | None]:
        """The body has ended: the chunks of what is left."""
        self._unpacker.end()
        if self.layout is None:
            yield from self._begin(whole=True)
        for chunk in self._cutter.end():
            yield from self._counted(chunk)

    def _take(self, piece: bytes) -> Iterator[Chunk]:
        if self.layout is None:
            self._beginning += piece
            if len(self._beginning) >= _BEGINNING:
                yield from self._begin(whole=False)
            return
        yield from self._cut(piece)

    def _begin(self, *, whole: bool) -> Iterator[Chunk]:
        """Read how the file begins, and go on with what follows its header."""
        beginning, self._beginning = bytes(self._beginning), bytearray()
        opening = read_opening(beginning[:HEAD_BYTES], self._charset, csv=self._media == CSV)
        self._cr_alone = opening.cr_alone
        rest = self._translated(beginning[opening.skip :])
        if self._media == CSV:
            header, length = find_header(rest, self._charset, self._kind, whole=whole)
            self.layout, self._line = Layout(self._media, self._charset, header), 2
            rest = rest[length:]
        else:
            self.layout = Layout(self._media, self._charset, None)
        yield from self._cut(rest, translated=True)

    def _cut(self, piece: bytes, *, translated: bool = False) -> Iterator[Chunk]:
        for chunk in self._cutter.feed(piece if translated else self._translated(piece)):
            yield from self._counted(chunk)

    def _translated(self, piece: bytes) -> bytes:
        return piece.replace(b"\r", b"\n") if self._cr_alone else piece

    def _counted(self, data: bytes) -> Iterator[Chunk]:
        lines = data.count(b"\n") + (not data.endswith(b"\n"))
        chunk = Chunk(data, self._line, lines)
        self._line += lines
        if not data or data.isspace():
            return
        if self._line - 1 > self._limits.file_lines:
            raise FileTooManyLines(limit=self._limits.file_lines)
        if self._limits.file_rows is not None:
            self._rows += self._rows_in(data)
            if self._rows > self._limits.file_rows:
                raise FileTooManyRows(pointer="/query/atomic", limit=self._limits.file_rows)
        yield chunk

    def _rows_in(self, data: bytes) -> int:
        """How many lines are rows, as they are when the file is read."""
        texts, bad = decode_lines(data, self._charset)
        header = self.layout.header if self.layout else None

        def blank(text: str) -> bool:
            return not text.strip() if header is None else is_blank(text, header.separator)

        return sum(index in bad or not blank(text) for index, text in enumerate(texts))


def step(source: Iterator[ChunkT | None]) -> tuple[ChunkT | None, bool]:
    """Work until the next chunk, or for ``STEP_SECONDS``: the chunk, if there is one, and whether there may be more.

    The time is limited because other requests wait for the same few threads.
    """
    until = time.monotonic() + STEP_SECONDS
    for chunk in source:
        if chunk is not None:
            return chunk, True
        if time.monotonic() > until:
            return None, True
    return None, False
