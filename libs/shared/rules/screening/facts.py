"""What is known about one pupil on the day of the screening. Anything may be missing."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from libs.shared.values.codes import Grade
from libs.shared.values.school_years import SchoolYear


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AbsenceFacts(_Facts):
    """Absence in one school year, all of it from the months that are reported.

    ``absence_days`` is the total of the three categories (half days allowed); ``school_days_reported`` is the
    denominator: the school days in reported months on which the pupil was in a class with a known calendar.
    """

    school_year: SchoolYear
    absence_days: Decimal = Field(ge=0, le=400)
    school_days_reported: int = Field(ge=0, le=366)
    months_reported: int = Field(ge=0, le=12)
    months_expected: int = Field(ge=0, le=12)


class NationalTestSubject(StrEnum):
    """The subjects whose national tests count."""

    READING = "reading"
    MATHEMATICS = "mathematics"


class NationalTestLevel(StrEnum):
    """The national tests' scale, low to high: ikke tilstrækkelig, mangelfuld, jævn, god, rigtig god, fremragende."""

    NOT_SUFFICIENT = "not_sufficient"
    DEFICIENT = "deficient"
    FAIR = "fair"
    GOOD = "good"
    VERY_GOOD = "very_good"
    EXCELLENT = "excellent"


class NationalTest(_Facts):
    """One national test of the pupil's own. ``test_grade`` is the grade the test was made for."""

    subject: NationalTestSubject
    test_grade: Grade
    taken_on: date
    level: NationalTestLevel


class Readiness(StrEnum):
    """The assessment of education readiness that stands on the day: uddannelsesparat or not."""

    READY = "ready"
    NOT_READY = "not_ready"


class MarkKind(StrEnum):
    """Standpunktskarakter or prøvekarakter."""

    TEACHER = "teacher_mark"
    EXAM = "exam_mark"


SEVEN_POINT_SCALE = (-3, 0, 2, 4, 7, 10, 12)


class MarkFacts(_Facts):
    """One mark on the 7-point scale, as a number: 00 is 0 and 02 is 2."""

    subject: str
    kind: MarkKind = MarkKind.TEACHER
    given_in_grade: Grade
    mark: int

    @model_validator(mode="after")
    def _on_the_scale(self) -> Self:
        if self.mark not in SEVEN_POINT_SCALE:
            raise ValueError("a mark is one of -3, 00, 02, 4, 7, 10 and 12")
        return self


class ScreeningFacts(_Facts):
    """All a screening looks at. ``as_of`` is the day it is made; ``grade`` is null when no class is known."""

    as_of: date
    grade: Grade | None = None
    absence: tuple[AbsenceFacts, ...] = ()
    tests: tuple[NationalTest, ...] = ()
    readiness: Readiness | None = None
    marks: tuple[MarkFacts, ...] = ()

    @model_validator(mode="after")
    def _each_school_year_once(self) -> Self:
        years = [each.school_year for each in self.absence]
        if len(set(years)) != len(years):
            raise ValueError("absence is given once per school year")
        return self
