"""Reads a zip and gives its pupils and classes. Bounded by ``limits``, whatever it holds.

Files are read in the order in which they refer to each other, wherever they stand in the zip. Pupils come in the order
of ``enrollments.csv``, classes come last, as the grade of a class may be that of its pupils.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from types import TracebackType
from typing import Self

from libs.shared.base.clock import danish_date
from libs.shared.files.formats import SourcePlace
from libs.shared.files.oneroster.archive.directory import Member, read_directory
from libs.shared.files.oneroster.archive.source import Source
from libs.shared.files.oneroster.archive.spool import Spool
from libs.shared.files.oneroster.classes import Classes
from libs.shared.files.oneroster.delta import Delta
from libs.shared.files.oneroster.enrolments import Enrolments, Pending, not_enrolled
from libs.shared.files.oneroster.known import Known
from libs.shared.files.oneroster.limits import PAUSE_ROWS
from libs.shared.files.oneroster.manifest import Head, read_manifest, require_past
from libs.shared.files.oneroster.places import Places
from libs.shared.files.oneroster.problems import MomentMissing
from libs.shared.files.oneroster.rows import Fields, FieldsOf
from libs.shared.files.oneroster.students import Students
from libs.shared.files.oneroster.tables import Table
from libs.shared.files.oneroster.vocabulary import (
    CLASSES,
    COUNTED,
    DELTA,
    ENROLMENTS,
    OF_ALL,
    OPTIONAL,
    ORGS,
    PROFILES,
    REQUIRED,
    ROLES,
    SESSIONS,
    SORTS,
    USERS,
)
from libs.shared.files.skolegrunddata.rows import Row
from libs.shared.privacy.cpr_in_text import holds_cpr_number


class RosterReader:
    """Reads one zip: ``begin``, then ``rows``. A context manager, as it keeps an encrypted temporary file.

    ``now`` is the present moment. ``ignored`` counts what is not kept, by the sorts of ``vocabulary.IGNORED``;
    ``rows_of`` the rows of each file; ``only_server`` the rows of a delta of which only a server can tell. Raises
    ``FileEmpty`` and the problems of the archive and of ``problems``; then the zip as a whole is refused, whatever rows
    it gave before.
    """

    def __init__(self, source: Source, now: datetime) -> None:
        self.ignored: Counter[str] = Counter()
        self.rows_of: Counter[str] = Counter()
        self.only_server = 0
        self.head: Head | None = None
        self.places: Places | None = None
        self.classes: Classes | None = None
        self._source = source
        self._now = now
        self._members: Mapping[str, Member] = {}
        self._spool = Spool()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._spool.close()

    def begin(self) -> Head:
        """Check the zip as a whole, and read its manifest."""
        self._members = read_directory(self._source)
        self.head = read_manifest(self._source, self._members, self._now)
        return self.head

    @property
    def moment(self) -> datetime:
        """When the zip was made. Raises ``MomentMissing`` or ``MomentInFuture``."""
        found = self.head.moment if self.head else None
        if found is None:
            raise MomentMissing
        require_past(found, self._now)
        return found

    def rows(self, known: Known | None = None) -> Iterator[Row]:
        """The rows of the pupils, in the order of their positions, then those of the classes. ``known`` is what earlier
        files of the source told, for a delta.
        """
        return (row for row in self.steps(known) if row is not None)

    def steps(self, known: Known | None = None) -> Iterator[Row | None]:
        """The same, with None for pauses."""
        if self.head is None:
            raise RuntimeError("begin comes first")
        delta = self.head.mode == DELTA
        places = self.places = Places(danish_date(self._now), delta=delta, known=known)
        students = Students(self.ignored, self._spool)
        classes = self.classes = Classes(places, self.ignored, delta)
        for file, add in (
            (ORGS, places.add_org),
            (SESSIONS, places.add_session),
            (CLASSES, classes.add),
            (ROLES, students.add_role),
            (PROFILES, students.add_profile),
            (USERS, students.add),
        ):
            for fields in self._fields(file, delta=delta):
                add(fields)
                if fields.row % PAUSE_ROWS == 0:
                    yield None
        self.ignored["other_organisations"] += places.others
        enrolments = Enrolments(students, classes, self.ignored, delta)
        changes = Delta(students, classes, places, known)
        for fields in self._fields(ENROLMENTS, delta=delta):
            found = enrolments.row_of(fields)
            yield from changes.add(found) if delta else _rows(found)
            if fields.row % PAUSE_ROWS == 0:
                yield None
        yield from changes.end(self.rows_of[ENROLMENTS]) if delta else self._not_enrolled(students, places)
        self._count_others()
        self.only_server = enrolments.only_server + changes.only_server
        yield from classes.rows()
        self.ignored = +self.ignored

    def places_of_classes(self) -> Iterator[tuple[str, str]]:
        """The schools and school years of the file's classes, in the order of ``classes.csv``, each once."""
        places = [each.place[:2] for each in self.classes.kept()] if self.classes else []
        return iter(dict.fromkeys(places))

    def told_places(self) -> Iterator[SourcePlace]:
        """What the file told of schools, school years, classes and other groups, for the deltas after it.

        It is kept in the clear. So a place whose name or id holds a CPR number is left out, and a delta must not name
        it: some groups are of one pupil.
        """
        return (each for each in self._all_places() if not _holds_cpr_number(each))

    def _all_places(self) -> Iterator[SourcePlace]:
        if self.places is None or self.classes is None:
            return
        for sourced_id, number in self.places.schools.items():
            yield SourcePlace("school", sourced_id, number)
        for sourced_id, year in self.places.all_years().items():
            yield SourcePlace("school_year", sourced_id, "", year)
        for each in self.classes.kept():
            yield SourcePlace("class", each.sourced_id, *each.place)
        for sourced_id in self.classes.others():
            yield SourcePlace("other", sourced_id)

    def _not_enrolled(self, students: Students, places: Places) -> Iterator[Row]:
        """Students without a class, numbered on from the last row of ``enrollments.csv``."""
        number = self.rows_of[ENROLMENTS]
        for student in students.not_enrolled():
            if not students.is_student(student.sourced_id):
                self.ignored["users_without_role"] += 1
            elif student.levels and student.level is None:
                self.ignored["other_levels"] += 1
            else:
                number += 1
                yield not_enrolled(student, number, places.number_of(student.school_id))

    def _fields(self, file: str, *, delta: bool) -> Iterator[Fields]:
        """The rows of a file, and counts what is not kept of them."""
        member = self._members.get(file)
        if member is None:
            return
        required = REQUIRED[file] + (OF_ALL[1:] if delta else ())
        table = Table(self._source, member, (*OF_ALL, *REQUIRED[file], *OPTIONAL[file]), required)
        counted = [(table.columns[name], sort) for name, sort in SORTS.get(file, {}).items() if name in table.columns]
        counted += [(index, "other_columns") for index in table.others]
        reader = FieldsOf(table, self._now, delta=delta)
        ignored = self.ignored
        for row, cells in table.rows():
            self.rows_of[file] = row
            for index, sort in counted:
                if index < len(cells) and cells[index]:
                    ignored[sort] += 1
            yield reader.read(row, cells)

    def _count_others(self) -> None:
        """Count the rows of the files that are not read. Their checksums are checked all the same."""
        for file, sort in COUNTED.items():
            if (member := self._members.get(file)) is not None:
                table = Table(self._source, member, (), ())
                self.ignored[sort] += sum(1 for _ in table.rows())


def _holds_cpr_number(place: SourcePlace) -> bool:
    """An institution number and a year in an id, as in ``910101-2022-5A``, look like a CPR number and are none. Only
    digits that are nothing else are taken out: those of a CPR number may contain a year.
    """
    parts = filter(None, (place.institution_number, *place.school_year.split("/")))
    known = "|".join(map(re.escape, parts))
    sourced_id = re.sub(rf"(?<!\d)(?:{known})+(?!\d)", "x", place.sourced_id) if known else place.sourced_id
    return holds_cpr_number(sourced_id) or holds_cpr_number(place.name)


def _rows(found: Row | Pending | None) -> Iterator[Row]:
    if isinstance(found, Row):
        yield found
