"""The check of a file without a server: the same parser, rules and limits as where the file is sent.

The file is read in chunks, so memory is bounded: by a chunk, by twelve bytes a row, and by the rows that are shown.
"""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import BinaryIO

from libs.shared.base.clock import danish_date, utc_now
from libs.shared.base.errors import Problem
from libs.shared.files.begun import Begun
from libs.shared.files.charset import charset_named
from libs.shared.files.chunks import Chunk, Chunks
from libs.shared.files.columns import ParseContext
from libs.shared.files.cut import FILE_BYTES, CutLimits
from libs.shared.files.file_check import FileCheck, Said
from libs.shared.files.judging import Judging, said
from libs.shared.files.kind import Kind
from libs.shared.files.kinds.declared import KINDS
from libs.shared.files.problems import FileEmpty
from libs.shared.files.recognising import kind_named, media_of, recognise
from libs.shared.files.unpack import Unpacker
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.privacy.keys import KeyRing, LookupKeys

MOST_SHOWN = 100
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
    context = offline_context(identifier, today)
    begun = Begun(source, progress)
    found = media or "csv"
    known: Kind | None = None
    try:
        declared = charset_named(charset)
        beginning = begun.unpacked()
        found = media or media_of(beginning)
        known = kind_named(kind, KINDS) if kind else recognise(beginning, found, declared, KINDS)
        judging = Judging(known, found, declared, context, most_shown)
    except Problem as problem:
        return FileCheck(known, found, charset or "utf-8", said(problem))
    return _read(judging, begun)


def offline_context(identifier: IdentifierKind, today: date | None) -> ParseContext:
    """What converters may know of a file that is sent nowhere. The keys are made for it alone."""
    return ParseContext(_NOWHERE, identifier, LookupKeys(KeyRing.generate()), today or danish_date(utc_now()))


def _read(judging: Judging, begun: Begun) -> FileCheck:
    limits = CutLimits(file_lines=judging.kind.most_lines)
    chunks = Chunks(judging.kind, judging.media, judging.charset, Unpacker(FILE_BYTES, gzip=begun.gzip), limits)
    problem: Said | None = None
    try:
        for chunk in _chunks(chunks, begun):
            judging.take(chunk, chunks.layout)
        if not judging.any_chunk:
            raise FileEmpty
    except Problem as refusal:
        problem = said(refusal)
    return judging.result(chunks.layout, problem)


def _chunks(chunks: Chunks, begun: Begun) -> Iterator[Chunk]:
    for piece in begun.pieces():
        yield from filter(None, chunks.feed(piece))
    yield from filter(None, chunks.end())
