"""The check of a file without a server: the same parser, rules and limits as where the file is sent.

The file is read in chunks, so memory is bounded: by a chunk, by twelve bytes a row, and by the rows that are shown.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from libs.shared.base.clock import danish_date, utc_now
from libs.shared.base.errors import Problem
from libs.shared.files.charset import charset_named
from libs.shared.files.chunks import Chunk, Chunks
from libs.shared.files.columns import ParseContext
from libs.shared.files.cut import FILE_BYTES, CutLimits
from libs.shared.files.errors import FieldError
from libs.shared.files.file_check import CheckedRow, FileCheck, Said, counts_of, error_of, rules_of_server
from libs.shared.files.kind import Kind
from libs.shared.files.kinds.declared import KINDS
from libs.shared.files.notices import notices
from libs.shared.files.parse import Layout, Parsed, parse_chunk
from libs.shared.files.problems import FileEmpty, TooManyRefused
from libs.shared.files.recognising import BEGINNING, kind_named, media_of, recognise
from libs.shared.files.repeats import Repeats
from libs.shared.files.stopping import too_many_refused
from libs.shared.files.unpack import PIECE, Unpacker
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.privacy.keys import KeyRing, LookupKeys

MOST_SHOWN = 100
DUPLICATE = "row.duplicate"
_GZIP = b"\x1f\x8b"
_NOWHERE = "000"
"""Stands for the municipality: it is part of the keys that are made of identifiers, and these are thrown away."""


def check_file(
    source: Path | BinaryIO,
    *,
    kind: str | None = None,
    media: str | None = None,
    charset: str | None = None,
    identifier: IdentifierKind = IdentifierKind.CPR_NUMBER,
    today: date | None = None,
    most_shown: int = MOST_SHOWN,
    progress: Callable[[int], None] | None = None,
) -> FileCheck:
    """Read a file, plain or gzip, as a server would, and say what is wrong with it.

    ``kind`` is a kind's name (by default the header tells it), ``media`` is ``csv`` or ``ndjson`` (by default the first
    character tells it), ``charset`` is declared as in ``Content-Type`` (UTF-8). ``identifier`` says what a column of
    identifiers holds. ``today`` is the day in Denmark. ``progress`` is called with the bytes read so far. What is wrong
    with the file is in the answer; raises ``OSError`` for one that cannot be opened or read.
    """
    if isinstance(source, Path):
        with source.open("rb") as opened:
            return check_file(
                opened,
                kind=kind,
                media=media,
                charset=charset,
                identifier=identifier,
                today=today,
                most_shown=most_shown,
                progress=progress,
            )
    context = ParseContext(_NOWHERE, identifier, LookupKeys(KeyRing.generate()), today or danish_date(utc_now()))
    begun = _Begun(source, progress)
    found = media or "csv"
    known: Kind | None = None
    try:
        declared = charset_named(charset)
        beginning = begun.unpacked()
        found = media or media_of(beginning)
        known = kind_named(kind, KINDS) if kind else recognise(beginning, found, declared, KINDS)
        reading = _Reading(known, found, declared, context, most_shown)
    except Problem as problem:
        return FileCheck(known, found, charset or "utf-8", _said(problem))
    return reading.of(begun)


@dataclass(slots=True)
class _Begun:
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


@dataclass(slots=True)
class _Reading:
    """A file while it is read."""

    kind: Kind
    media: str
    charset: str
    context: ParseContext
    most_shown: int
    any_chunk: bool = False
    rows: int = 0
    refused: int = 0
    by_code: Counter[str] = field(default_factory=Counter)
    noticed: Counter[str] = field(default_factory=Counter)
    shown: list[CheckedRow] = field(default_factory=list)
    repeats: Repeats = field(default_factory=Repeats)

    def of(self, begun: _Begun) -> FileCheck:
        """Read all of it."""
        limits = CutLimits(file_lines=self.kind.most_lines)
        chunks = Chunks(self.kind, self.media, self.charset, Unpacker(FILE_BYTES, gzip=begun.gzip), limits)
        problem: Said | None = None
        try:
            for chunk in self._chunks(chunks, begun):
                self._take(chunk, chunks.layout)
            if not self.any_chunk:
                raise FileEmpty
        except Problem as refusal:
            problem = _said(refusal)
        if chunks.layout is not None:
            self._refuse_repeated(chunks.layout)
        return FileCheck(
            kind=self.kind,
            media=self.media,
            charset=self.charset,
            problem=problem,
            rows=self.rows,
            refused=self.refused,
            codes=counts_of(self.kind, self.by_code),
            shown=self.shown,
            notices=notices(self.noticed),
            needs_server=rules_of_server(self.kind),
        )

    def _chunks(self, chunks: Chunks, begun: _Begun) -> Iterator[Chunk]:
        for piece in begun.pieces():
            yield from filter(None, chunks.feed(piece))
        yield from filter(None, chunks.end())

    def _take(self, chunk: Chunk, layout: Layout | None) -> None:
        """Read a chunk. Raises ``TooManyRefused`` where a server would stop."""
        if layout is None:
            raise RuntimeError("a chunk comes after the layout is known")
        self.any_chunk = True
        parsed = parse_chunk(self.kind, layout, self.context, chunk.data, chunk.first_line)
        stop = too_many_refused(parsed, self.rows, self.refused)
        self._count(parsed)
        key = zip(*(parsed.columns[name] for name in self.kind.natural_key), strict=True)
        self.repeats.add(list(map(hash, key)), layout.row_numbers(parsed.lines))
        if stop:
            raise TooManyRefused

    def _count(self, parsed: Parsed) -> None:
        self.rows += parsed.rows
        self.refused += len(parsed.refused)
        self.by_code.update(row.errors[0].code for row in parsed.refused)
        self.noticed.update(parsed.notices)
        for row in parsed.refused[: self.most_shown - len(self.shown)]:
            self.shown.append(CheckedRow(row.row, row.line, [error_of(self.kind, each) for each in row.errors]))

    def _refuse_repeated(self, layout: Layout) -> None:
        count, first = self.repeats.found(self.most_shown)
        if not count:
            return
        self.refused += count
        self.by_code[DUPLICATE] += count
        before = layout.first_row_line - 1
        for row, of in first:
            error = error_of(self.kind, FieldError(DUPLICATE, params={"first_row": of}))
            self.shown.append(CheckedRow(row, row + before, [error]))
        self.shown.sort(key=lambda each: each.row)
        del self.shown[self.most_shown :]


def _said(problem: Problem) -> Said:
    return Said(problem.code, problem.messages["da"], problem.messages["en"])
