"""The classes of a zip: homeroom classes are kept until the zip is read, of the others their ids."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from libs.shared.files.errors import FieldError
from libs.shared.files.kinds import roster_errors
from libs.shared.files.oneroster.faults import error
from libs.shared.files.oneroster.known import KnownClass
from libs.shared.files.oneroster.limits import MOST_CLASSES, MOST_OTHERS
from libs.shared.files.oneroster.origins import ClassNumbers
from libs.shared.files.oneroster.places import Places
from libs.shared.files.oneroster.problems import TooManyRows
from libs.shared.files.oneroster.rows import Fields, day_of, kept
from libs.shared.files.oneroster.vocabulary import CLASS_KIND, CLASS_KINDS, CLASSES, GRADES, HOMEROOM, SCHEDULED
from libs.shared.files.skolegrunddata.rows import Row


@dataclass(slots=True)
class Class:
    """A homeroom class. ``grades`` counts its pupils by grade, for a class of several grades or none; ``outside`` says
    that all of its own are outside 0–10.
    """

    row: int
    sourced_id: str
    school_id: str
    place: KnownClass
    own_grades: tuple[int, ...]
    outside: bool
    kind: str
    errors: list[FieldError]
    waits: bool
    grades: Counter[int] = field(default_factory=Counter)
    pupils_outside: bool = False
    org_row: int = 0

    @property
    def grade(self) -> int | None:
        """Its own grade if there is one; else the one that most of its pupils are in; None without either."""
        if len(self.own_grades) == 1:
            return self.own_grades[0]
        counted = {each: count for each, count in self.grades.items() if not self.own_grades or each in self.own_grades}
        if counted:
            return min(counted, key=lambda grade: (-counted[grade], grade))
        return min(self.own_grades) if self.own_grades else None

    @property
    def is_left_out(self) -> bool:
        """Whether it is a class outside grades 0–10."""
        return not self.errors and self.grade is None and (self.outside or self.pupils_outside)


@dataclass
class Classes:
    """Classes by their ids. ``removed`` are those that a delta takes away, with row, id and day."""

    places: Places
    ignored: Counter[str]
    delta: bool
    removed: list[tuple[int, str, date]] = field(default_factory=list)
    _homerooms: dict[str, Class] = field(default_factory=dict)
    _refused: list[Class] = field(default_factory=list)
    _others: set[str] = field(default_factory=set)

    def add(self, fields: Fields) -> None:
        """A class. Raises ``TooManyRows``."""
        if fields.get("classType") == SCHEDULED:
            self.ignored["other_classes"] += 1
            self._others.add(kept(fields.sourced_id))
            if len(self._others) > MOST_OTHERS:
                raise TooManyRows(file=CLASSES, limit=MOST_OTHERS)
            return
        if fields.removed and fields.modified and not fields.errors:
            self.removed.append((fields.row, fields.sourced_id, day_of(fields.modified)))
            return
        if len(self._homerooms) + len(self._refused) >= MOST_CLASSES:
            raise TooManyRows(file=CLASSES, limit=MOST_CLASSES)
        found = self._taken(fields)
        before = self._homerooms.get(fields.sourced_id)
        if before is not None:
            fields.refuse(roster_errors.ID_REPEATED, "sourcedId", first_row=before.row)
        if before is not None or not fields.sourced_id:
            self._refused.append(found)
        else:
            self._homerooms[fields.sourced_id] = found

    def is_other(self, sourced_id: str) -> bool:
        """Whether it is a class of another type than homeroom."""
        return sourced_id in self._others or bool(self.places.known and self.places.known.is_other(sourced_id))

    def others(self) -> Iterator[str]:
        """The ids of the file's classes of another type."""
        return iter(self._others)

    def find(self, sourced_id: str) -> Class | None:
        """The homeroom class with that id, of the file or of earlier ones."""
        found = self._homerooms.get(sourced_id)
        if found is None and self.places.known and (place := self.places.known.class_(sourced_id)) is not None:
            found = Class(0, sourced_id, "", place, (), False, "", [], waits=False)
            self._homerooms[sourced_id] = found
        return found

    def rows(self) -> Iterator[Row]:
        """The rows of the file's classes, in its order, once all pupils are read."""
        own = (each for each in self._homerooms.values() if each.row)
        for found in sorted([*own, *self._refused], key=lambda each: each.row):
            if found.is_left_out:
                self.ignored["classes_without_grade"] += 1
            elif not found.waits or found.errors:
                yield _row(found)

    def kept(self) -> Iterator[Class]:
        """The file's homeroom classes that are taken."""
        return (each for each in self._homerooms.values() if each.row and not each.errors and not each.waits)

    def _taken(self, fields: Fields) -> Class:
        if len(fields.errors) == 0 and fields.get("classType") != HOMEROOM:
            fields.refuse(roster_errors.CLASS_TYPE_UNKNOWN, "classType")
        kind = fields.get(CLASS_KIND)
        if kind and kind not in CLASS_KINDS:
            fields.refuse(roster_errors.CLASS_KIND_INVALID, CLASS_KIND)
        school_id = fields.get("schoolSourcedId")
        broken = any(each.code == roster_errors.ROW_COLUMNS for each in fields.errors)
        place = KnownClass("", "", kept(fields.get("title")))
        if not broken:
            number = self.places.institution(school_id, fields)
            place = place._replace(
                institution_number=number, school_year=self.places.school_year(fields.list_of("termSourcedIds"), fields)
            )
        levels = fields.list_of("grades")
        grades = tuple(sorted({GRADES[each] for each in levels if each in GRADES}))
        outside = bool(levels) and not grades
        return Class(
            fields.row,
            fields.sourced_id,
            school_id,
            place,
            grades,
            outside,
            kind,
            fields.errors,
            waits=fields.waits,
            org_row=self.places.org_row(school_id),
        )


def _row(found: Class) -> Row:
    """The row of ``classes``."""
    errors = list(found.errors)
    grade = found.grade
    if grade is None and not errors:
        errors.append(error(roster_errors.GRADE_UNKNOWN, CLASSES, found.row, "grades"))
    fields = {
        **found.place._asdict(),
        "grade": "" if grade is None else str(grade),
        "kind": found.kind or "unknown",
    }
    return Row("classes", found.row, fields, {}, tuple(errors), ClassNumbers(found.row, found.org_row))
