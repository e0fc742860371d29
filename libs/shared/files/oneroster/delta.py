"""What a delta leaves out: pupils and classes of earlier files, which it names by their ids alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from libs.shared.files.oneroster.classes import Classes
from libs.shared.files.oneroster.enrolments import Pending, not_enrolled, pupil_fields, pupil_numbers
from libs.shared.files.oneroster.known import Known, KnownPupil, KnownStay
from libs.shared.files.oneroster.origins import PupilNumbers
from libs.shared.files.oneroster.places import Places
from libs.shared.files.oneroster.students import Student, Students
from libs.shared.files.skolegrunddata.rows import Row

_AT_ONCE = 500
"""Rows that wait while a server is asked for their pupils."""


@dataclass
class Delta:
    """Completes the rows of a delta. Without ``known`` the rows that need it are counted in ``only_server``."""

    students: Students
    classes: Classes
    places: Places
    known: Known | None
    only_server: int = 0
    _waiting: list[Row | Pending] = field(default_factory=list)
    _named: set[tuple[str, ...]] = field(default_factory=set)
    """What an enrolment of the file is about: (user, institution, school year, class)."""
    _ended: set[tuple[str, KnownStay]] = field(default_factory=set)

    def add(self, found: Row | Pending | None) -> Iterator[Row]:
        """Take a row. Rows are given some at a time, in their order."""
        if found is None:
            return
        self._waiting.append(found)
        if len(self._waiting) >= _AT_ONCE:
            yield from self._complete()

    def end(self, before: int) -> Iterator[Row]:
        """The rows that wait, then those of users and classes that no enrolment of the file names. The latter are
        numbered on from ``before``, the last row of ``enrollments.csv``.
        """
        yield from self._complete()
        made = (*self._users(), *self._removed_classes())
        for number, row in enumerate(made, start=before + 1):
            yield replace(row, position=number)

    def _complete(self) -> Iterator[Row]:
        waiting, self._waiting = self._waiting, []
        wanted = sorted({each.sourced_id for each in waiting if isinstance(each, Pending)})
        pupils = self.known.pupils(wanted) if self.known and wanted else {}
        for each in waiting:
            row = each if isinstance(each, Row) else each.row(pupils.get(each.sourced_id))
            names = ("local_id", "institution_number", "school_year", "class_name")
            self._named.add(tuple(row.fields[name] for name in names))
            yield row

    def _users(self) -> Iterator[Row]:
        """Users that were changed or taken away, without an enrolment in the file: by their registered stays."""
        changed = {each.sourced_id: each for each in self.students.not_enrolled()}
        removed = {sourced_id: (row, day) for row, sourced_id, day in self.students.removed}
        ids = [*changed, *(each for each in removed if each not in changed)]
        if self.known is None:
            self.only_server += len(ids)
            return
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            pupils = self.known.pupils(some)
            for sourced_id in some:
                pupil = pupils.get(sourced_id)
                if sourced_id in changed and pupil is None and not self.students.is_student(sourced_id):
                    self.students.ignored["users_without_role"] += 1
                elif sourced_id in changed:
                    yield self._changed(changed[sourced_id], pupil)
                elif pupil is not None:
                    row, day = removed[sourced_id]
                    yield from self._ends(sourced_id, pupil, day, PupilNumbers(0, user=row))

    def _changed(self, student: Student, pupil: KnownPupil | None) -> Row:
        """The row of a user whose name or identifiers changed: the registered stay, as it is."""
        if pupil is None or not pupil.stays:
            return not_enrolled(student, 0, self.places.number_of(student.school_id))
        stay = max(pupil.stays, key=lambda each: each.valid_from)
        first, after = stay.valid_from.isoformat(), stay.valid_to.isoformat()
        fields = pupil_fields(student, student.sourced_id, stay.place, first, after)
        return Row("pupils", 0, fields, {}, tuple(student.field_errors()), pupil_numbers(student))

    def _removed_classes(self) -> Iterator[Row]:
        """The ends of the stays in classes that are taken away. A class that is not registered has none."""
        for row, sourced_id, day in self.classes.removed:
            if self.known is None:
                self.only_server += 1
            elif (found := self.classes.find(sourced_id)) is not None:
                for user_id, pupil in sorted(self.known.members(found.place).items()):
                    yield from self._ends(user_id, pupil, day, PupilNumbers(0, class_row=row))

    def _ends(self, sourced_id: str, pupil: KnownPupil, day: date, numbers: PupilNumbers) -> Iterator[Row]:
        """The ends of the pupil's stays, without those that an enrolment of the file is about."""
        for stay in pupil.stays:
            key = (sourced_id, *stay.place)
            if key not in self._named and (sourced_id, stay) not in self._ended and stay.valid_to > day:
                self._ended.add((sourced_id, stay))
                yield _end(sourced_id, pupil, stay, day, numbers)


def _end(sourced_id: str, pupil: KnownPupil, stay: KnownStay, day: date, numbers: PupilNumbers) -> Row:
    after = max(day, stay.valid_from).isoformat()
    fields = pupil_fields(None, sourced_id, stay.place, stay.valid_from.isoformat(), after)
    return Row("pupils", 0, {**fields, "name": pupil.name}, {}, (), numbers)
