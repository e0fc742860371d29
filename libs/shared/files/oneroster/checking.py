"""The check of a OneRoster zip without a server: what its rows come to, and what is not kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from libs.shared.base.clock import danish_date, utc_now
from libs.shared.base.errors import Problem
from libs.shared.files.checking import MOST_SHOWN, offline_context
from libs.shared.files.cut import CutLimits
from libs.shared.files.file_check import FileCheck, Said
from libs.shared.files.judging import Judging, said
from libs.shared.files.kinds.classes import CLASSES
from libs.shared.files.kinds.pupils import PUPILS
from libs.shared.files.oneroster.archive.source import OpenFile
from libs.shared.files.oneroster.declared import NAME
from libs.shared.files.oneroster.manifest import Head
from libs.shared.files.oneroster.reader import RosterReader
from libs.shared.files.oneroster.vocabulary import IGNORED
from libs.shared.files.parse import MARKED, Layout
from libs.shared.files.skolegrunddata.lines import Lines
from libs.shared.files.skolegrunddata.rows import Row
from libs.shared.privacy.identifiers import IdentifierKind

LAYOUT = Layout(MARKED, "utf-8", None)
_STARTS = (b"PK\3\4", b"PK\5\6", b"PK\7\b")


@dataclass(frozen=True, slots=True)
class RosterCheck:
    """A checked zip. ``problem`` is why it would be refused as a whole; the counts then say how far it was read.

    ``files`` has what the rows of each kind come to. The number of a pupil's row is that in ``enrollments.csv``, of a
    class's that in ``classes.csv``. ``rows`` counts the rows of each CSV file that is read, ``ignored`` what is not
    kept by the sorts of ``vocabulary.IGNORED``, ``institutions`` the rows of pupils of each school. ``only_server``
    rows of a delta name something of earlier files.
    """

    problem: Said | None
    head: Head | None
    moment: datetime | None
    rows: Mapping[str, int]
    files: Sequence[FileCheck]
    ignored: Mapping[str, int]
    institutions: Mapping[str, int]
    only_server: int

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong that can be found without a server."""
        return self.problem is None and all(each.ok for each in self.files)

    def as_json(self) -> dict[str, Any]:
        """Plain values, to be written as JSON. The name of the source is the only text of the zip."""
        head = self.head
        return {
            "format": NAME,
            "problem": None
            if self.problem is None
            else {"code": self.problem.code, "messages": {"da": self.problem.da, "en": self.problem.en}},
            "source": head.source if head else None,
            "source_moment": self.moment.isoformat() if self.moment else None,
            "version": head.version if head else None,
            "mode": head.mode if head else None,
            "rows": dict(self.rows),
            "files": [each.as_json() for each in self.files],
            "ignored": dict(self.ignored),
            "institutions": dict(self.institutions),
            "only_server": self.only_server,
        }


def is_zip(beginning: bytes) -> bool:
    """Whether a file that begins so is a zip; no other kind of file begins so."""
    return beginning.startswith(_STARTS)


def check_roster(
    source: Path | BinaryIO,
    *,
    now: datetime | None = None,
    most_shown: int = MOST_SHOWN,
    progress: Callable[[int], None] | None = None,
) -> RosterCheck:
    """Read a zip as a server would, and say what is wrong with it.

    ``progress`` is called with the bytes of the zip once they are read. What is wrong with the zip is in the answer;
    raises ``OSError`` for one that cannot be opened or read.
    """
    if isinstance(source, Path):
        with source.open("rb") as opened:
            return check_roster(opened, now=now, most_shown=most_shown, progress=progress)
    moment = now or utc_now()
    opened_zip = OpenFile(source)
    with RosterReader(opened_zip, moment) as reader:
        reading = _Reading(reader, moment, most_shown)
        problem: Said | None = None
        try:
            reading.read()
        except Problem as refusal:
            problem = said(refusal)
        if progress is not None:
            progress(opened_zip.size)
        return reading.result(problem)


class _Reading:
    """A zip while it is read: the rows of each kind are gathered, cut and judged as those of its own file would be."""

    def __init__(self, reader: RosterReader, now: datetime, most_shown: int) -> None:
        self._reader = reader
        self._moment: datetime | None = None
        self._institutions: dict[str, int] = {}
        context = offline_context(IdentifierKind.CPR_NUMBER, danish_date(now))
        kinds = (CLASSES, PUPILS)
        self._judged = {kind.name: Judging(kind, NAME, "utf-8", context, most_shown, complete=True) for kind in kinds}
        self._lines = {kind.name: Lines(kind, CutLimits(), NAME) for kind in kinds}

    def read(self) -> None:
        """Read all of it. Raises the problems of the zip."""
        self._reader.begin()
        self._moment = self._reader.moment
        for row in self._reader.rows():
            self._take(row)
        for name, lines in self._lines.items():
            for chunk in lines.end():
                self._judged[name].take(chunk, LAYOUT)

    def result(self, problem: Said | None) -> RosterCheck:
        """What the zip came to."""
        reader = self._reader
        return RosterCheck(
            problem,
            reader.head,
            self._moment,
            dict(reader.rows_of),
            [each.result(LAYOUT, None) for each in self._judged.values()],
            {sort: reader.ignored[sort] for sort in IGNORED if reader.ignored[sort]},
            dict(sorted(self._institutions.items())),
            reader.only_server,
        )

    def _take(self, row: Row) -> None:
        number = row.fields["institution_number"]
        if row.kind == PUPILS.name and number and not row.errors:
            self._institutions[number] = self._institutions.get(number, 0) + 1
        for chunk in self._lines[row.kind].add(row):
            self._judged[row.kind].take(chunk, LAYOUT)
