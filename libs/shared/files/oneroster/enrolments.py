"""The enrolments of a zip: one of a student in a homeroom class is a row of ``pupils``."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from libs.shared.files.errors import FieldError
from libs.shared.files.kinds import roster_errors
from libs.shared.files.oneroster.classes import Class, Classes
from libs.shared.files.oneroster.faults import error
from libs.shared.files.oneroster.known import KnownClass, KnownPupil
from libs.shared.files.oneroster.origins import PupilNumbers
from libs.shared.files.oneroster.rows import Fields, day_of
from libs.shared.files.oneroster.students import Student, Students
from libs.shared.files.oneroster.vocabulary import CLASSES, STUDENT, USERS
from libs.shared.files.skolegrunddata.rows import Row
from libs.shared.values import school_years


@dataclass(slots=True)
class Pending:
    """An enrolment of a delta of which the file does not say everything: its user, or when it began. What earlier files
    told completes it.
    """

    fields: Fields
    student: Student | None
    place: KnownClass
    numbers: PupilNumbers

    @property
    def sourced_id(self) -> str:
        """The user's id."""
        return self.fields.get("userSourcedId")

    def row(self, pupil: KnownPupil | None) -> Row:
        """The row, by the pupil who is registered with the id, if there is one. An enrolment that does not say when it
        began goes on as it is registered; if it is not, it begins on the day of the change.
        """
        fields = self.fields
        if self.student is None and pupil is None:
            fields.refuse(roster_errors.USER_UNKNOWN, "userSourcedId")
        begin = fields.day("beginDate")
        if begin is None:
            stays = [each.valid_from for each in pupil.stays if each.place == self.place] if pupil else []
            begin = max(stays, default=day_of(fields.modified) if fields.modified else None)
        days = period(self.place.school_year, begin, fields.day("endDate"), _removed(fields))
        row = _row(fields, self.student, self.place, days, self.numbers)
        if self.student is None and pupil is not None:
            return replace(row, fields={**row.fields, "name": pupil.name})
        return row


@dataclass
class Enrolments:
    """Makes rows of enrolments, and counts those that are not kept. ``seen`` are the hashes of the ids so far."""

    students: Students
    classes: Classes
    ignored: Counter[str]
    delta: bool
    only_server: int = 0
    _seen: dict[int, int] = field(default_factory=dict)

    def row_of(self, fields: Fields) -> Row | Pending | None:
        """The row of an enrolment; None for one that is not kept, or of which only a server can tell."""
        if any(each.code == roster_errors.ROW_COLUMNS for each in fields.errors):
            return _row(fields, None, KnownClass("", "", ""), ("", ""), PupilNumbers(fields.row))
        role, class_id = fields.get("role"), fields.get("classSourcedId")
        if role and role != STUDENT:
            self.ignored["other_enrolments"] += 1
            return None
        if self.classes.is_other(class_id):
            self.ignored["other_memberships"] += 1
            return None
        student = self.students.find(fields.get("userSourcedId"))
        found = self.classes.find(class_id)
        if found is not None and found.outside and student is not None and student.level is None:
            self.ignored["other_levels"] += 1
            return None
        if not self._waits(found, student):
            return self._judged(fields, student, found)
        self.only_server += 1
        return None

    def _judged(self, fields: Fields, student: Student | None, found: Class | None) -> Row | Pending:
        user_id = fields.get("userSourcedId")
        if not fields.get("role"):
            fields.refuse("value.required", "role")
        self._check(fields, found)
        if student is None and self.students.is_another(user_id):
            fields.refuse(roster_errors.ROLE_CONTRADICTS, "role")
        elif student is None and not self.delta:
            fields.refuse(roster_errors.USER_UNKNOWN, "userSourcedId")
        days = self._period(fields, found)
        numbers = pupil_numbers(student, fields.row, found)
        if self.delta and not fields.errors and found is not None and (student is None or not fields.get("beginDate")):
            if student is not None:
                self._count(found, student)
            return Pending(fields, student, found.place, numbers)
        if found is not None and student is not None:
            self._count(found, student)
        number = self.classes.places.number_of(fields.get("schoolSourcedId"))
        return _row(fields, student, found.place if found else KnownClass(number, "", ""), days, numbers)

    def _waits(self, found: Class | None, student: Student | None) -> bool:
        """Whether only a server knows the class or the user."""
        if not self.delta or self.classes.places.known is not None:
            return False
        return found is None or found.waits or student is None

    def _check(self, fields: Fields, found: Class | None) -> None:
        first = self._seen.setdefault(hash(fields.sourced_id), fields.row)
        if first != fields.row and fields.sourced_id:
            fields.refuse(roster_errors.ID_REPEATED, "sourcedId", first_row=first)
        if found is None:
            fields.refuse(roster_errors.CLASS_UNKNOWN, "classSourcedId")
        elif found.errors:
            fields.errors.append(error(roster_errors.CLASS_REFUSED, CLASSES, found.row, "", "", row=found.row))
        elif found.school_id and fields.get("schoolSourcedId") != found.school_id:
            fields.refuse(roster_errors.SCHOOL_CONTRADICTS, "schoolSourcedId")

    def _count(self, found: Class, student: Student) -> None:
        if student.level is not None:
            found.grades[student.level] += 1
        elif student.levels:
            found.pupils_outside = True

    def _period(self, fields: Fields, found: Class | None) -> tuple[str, str]:
        begin, end = fields.day("beginDate"), fields.day("endDate")
        if found is None or not found.place.school_year:
            return "", ""
        return period(found.place.school_year, begin, end, _removed(fields))


def _removed(fields: Fields) -> date | None:
    return day_of(fields.modified) if fields.removed and fields.modified else None


def period(school_year: str, begin: date | None, end: date | None, removed: date | None) -> tuple[str, str]:
    """First day, and the day after the last: the enrolment's own dates where they lie inside the class's school year.

    The standard's ``endDate`` is the day after the last. What a delta takes away ends on the day of its change, if it
    does not end before. The first is empty if the file does not say it, the last for the end of the school year.
    """
    year_first, year_after = school_years.first_day(school_year), school_years.next_first_day(school_year)
    first = max(begin, year_first) if begin else None
    after = end
    if removed is not None:
        after = max(first or year_first, min(removed, end) if end else removed)
    if after is not None and after > year_after:
        after = None
    return first.isoformat() if first else "", after.isoformat() if after else ""


def _row(
    fields: Fields, student: Student | None, place: KnownClass, days: tuple[str, str], numbers: PupilNumbers
) -> Row:
    errors = [*fields.errors, *(student.field_errors() if student else ())]
    named = pupil_fields(student, fields.get("userSourcedId"), place, *days)
    return Row("pupils", fields.row, named, {}, tuple(errors), numbers)


def pupil_numbers(student: Student | None, enrolment: int = 0, found: Class | None = None) -> PupilNumbers:
    """The rows of the zip that the row of a pupil is made of."""
    user = student.row if student else 0
    class_row, org = (found.row, found.org_row) if found else (0, 0)
    return PupilNumbers(enrolment, user, class_row, org, user if student and student.numbered else 0)


def pupil_fields(student: Student | None, user_id: str, place: KnownClass, first: str, after: str) -> dict[str, str]:
    """The columns of ``pupils``."""
    fields = {
        "cpr_number": student.cpr_number if student else "",
        "uni_login": student.uni_login if student else "",
        "local_id": student.sourced_id if student else user_id,
        "name": student.name if student else "",
        "institution_number": place.institution_number,
        "school_year": place.school_year,
        "class_name": place.name,
        "valid_from": first,
        "valid_to": after,
    }
    if student and student.protected:
        fields["name_protected"] = student.protected
    return fields


def not_enrolled(student: Student, row: int, institution_number: str) -> Row:
    """The row of a student who is in no homeroom class, with its number."""
    place = KnownClass(institution_number, "", "")
    errors: Sequence[FieldError] = [
        *student.field_errors(),
        error(roster_errors.NO_CLASS, USERS, student.row, "sourcedId"),
    ]
    fields = pupil_fields(student, student.sourced_id, place, "", "")
    return Row("pupils", row, fields, {}, tuple(errors), pupil_numbers(student))
