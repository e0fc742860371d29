"""Courses as the ledger shows them."""

from dataclasses import dataclass

from services.registration.courses.ledger.domain import PupilEntry
from services.registration.courses.ledger.queries import CourseRecord
from services.registration.courses.tables import Course
from services.registration.roster.schools.queries import SchoolRecord


@dataclass(frozen=True, slots=True)
class ListedCourse:
    """A course in a list, and its school."""

    record: CourseRecord
    school: SchoolRecord | None


@dataclass(frozen=True, slots=True)
class PupilCourse:
    """A course in the ledger of a pupil."""

    course: Course
    entry: PupilEntry
