"""A course as it is shown to a caller."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.registration.courses.tables import Course, Enrolment


@dataclass(frozen=True, slots=True)
class ShownCourse:
    """A course with the enrolments whose pupils the caller may see, and the number of the other pupils.

    ``enrolled`` and ``identified`` are all pupils who are or were in it, and those of them with a CPR number.
    """

    course: Course
    enrolments: Sequence[Enrolment]
    not_shown: int
    enrolled: int
    identified: int
    today: date
    end_note: str | None = None
