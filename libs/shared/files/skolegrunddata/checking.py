"""The check of a SkoleGrunddata file without a server: its head, what its rows come to, and what is not kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from libs.shared.base.clock import danish_date, utc_now
from libs.shared.base.errors import Problem
from libs.shared.files.begun import Begun
from libs.shared.files.checking import MOST_SHOWN, offline_context
from libs.shared.files.cut import FILE_BYTES, CutLimits
from libs.shared.files.file_check import FileCheck, Said
from libs.shared.files.judging import Judging, said
from libs.shared.files.kinds.classes import CLASSES
from libs.shared.files.kinds.pupils import PUPILS
from libs.shared.files.parse import MARKED, Layout
from libs.shared.files.skolegrunddata.declared import NAME
from libs.shared.files.skolegrunddata.head import Head
from libs.shared.files.skolegrunddata.lines import Lines
from libs.shared.files.skolegrunddata.reader import Institution, SnapshotReader
from libs.shared.files.skolegrunddata.rows import Row
from libs.shared.files.skolegrunddata.vocabulary import IGNORED
from libs.shared.files.unpack import Unpacker
from libs.shared.privacy.identifiers import IdentifierKind

LAYOUT = Layout(MARKED, "utf-8", None)


@dataclass(frozen=True, slots=True)
class SnapshotCheck:
    """A checked file. ``problem`` is why it would be refused as a whole; the counts then say how far it was read.

    ``files`` has what the rows of each kind come to; the number of a row is that of the group or person in the file.
    ``ignored`` counts what is not kept by the sorts of ``vocabulary.IGNORED``, in that order.
    """

    problem: Said | None
    head: Head | None
    institution: Institution | None
    groups: int
    persons: int
    files: Sequence[FileCheck]
    ignored: Mapping[str, int]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong that can be found without a server."""
        return self.problem is None and all(each.ok for each in self.files)

    def as_json(self) -> dict[str, Any]:
        """Plain values, to be written as JSON. The name of the institution is the only text of the file."""
        head, institution = self.head, self.institution
        return {
            "format": NAME,
            "problem": None
            if self.problem is None
            else {"code": self.problem.code, "messages": {"da": self.problem.da, "en": self.problem.en}},
            "root": head.root if head else None,
            "source": head.source if head else None,
            "source_moment": head.source_moment.isoformat() if head else None,
            "source_version": head.source_version if head else None,
            "exported": head.exported.isoformat() if head and head.exported else None,
            "access_level": head.access_level if head else None,
            "school_year": head.school_year if head else None,
            "institution_number": institution.number if institution else None,
            "institution_name": institution.name if institution else None,
            "groups": self.groups,
            "persons": self.persons,
            "files": [each.as_json() for each in self.files],
            "ignored": dict(self.ignored),
        }


def check_snapshot(
    source: Path | BinaryIO,
    *,
    today: date | None = None,
    most_shown: int = MOST_SHOWN,
    progress: Callable[[int], None] | None = None,
) -> SnapshotCheck:
    """Read a file, plain or gzip, as a server would, and say what is wrong with it.

    The parameters are those of ``check_file``. What is wrong with the file is in the answer; raises ``OSError`` for one
    that cannot be opened or read.
    """
    if isinstance(source, Path):
        with source.open("rb") as opened:
            return check_snapshot(opened, today=today, most_shown=most_shown, progress=progress)
    day = today or danish_date(utc_now())
    reading = _Reading(SnapshotReader(day), day, most_shown)
    problem: Said | None = None
    try:
        reading.read(Begun(source, progress))
    except Problem as refusal:
        problem = said(refusal)
    return reading.result(problem)


class _Reading:
    """A file while it is read: the rows of each kind are gathered, cut and judged as those of its own file would be."""

    def __init__(self, reader: SnapshotReader, today: date, most_shown: int) -> None:
        self._reader = reader
        context = offline_context(IdentifierKind.CPR_NUMBER, today)
        kinds = (CLASSES, PUPILS)
        self._judged = {kind.name: Judging(kind, NAME, "utf-8", context, most_shown, complete=True) for kind in kinds}
        self._lines = {kind.name: Lines(kind, CutLimits(), NAME) for kind in kinds}

    def read(self, begun: Begun) -> None:
        """Read all of it. Raises the problems of the file."""
        begun.unpacked()
        unpacker = Unpacker(FILE_BYTES, gzip=begun.gzip)
        for piece in begun.pieces():
            for unpacked in unpacker.feed(piece):
                self._take(self._reader.feed(unpacked))
        unpacker.end()
        self._take(self._reader.end())
        for name, lines in self._lines.items():
            for chunk in lines.end():
                self._judged[name].take(chunk, LAYOUT)

    def result(self, problem: Said | None) -> SnapshotCheck:
        """What the file came to."""
        reader = self._reader
        return SnapshotCheck(
            problem,
            reader.head,
            reader.institution,
            reader.groups,
            reader.persons,
            [each.result(LAYOUT, None) for each in self._judged.values()],
            {sort: reader.ignored[sort] for sort in IGNORED if reader.ignored[sort]},
        )

    def _take(self, rows: Sequence[Row]) -> None:
        for row in rows:
            for chunk in self._lines[row.kind].add(row):
                self._judged[row.kind].take(chunk, LAYOUT)
