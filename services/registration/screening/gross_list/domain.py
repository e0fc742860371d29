"""Converts rows to the facts that the rules judge. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from libs.shared.files.kinds.indicator_values import IndicatorKind
from libs.shared.rules.screening.facts import (
    AbsenceFacts,
    MarkFacts,
    NationalTest,
    NationalTestLevel,
    NationalTestSubject,
    Readiness,
    ScreeningFacts,
)
from services.registration.screening.indicators.domain import Result


@dataclass(frozen=True, slots=True)
class AbsenceYear:
    """A pupil's absence and school days in the reported months of one school year."""

    pupil_id: UUID
    school_year: str
    absence_days: Decimal
    school_days_reported: int
    months_reported: int
    months_expected: int


def facts_of(
    as_of: date, grades: Mapping[UUID, int], absence: Iterable[AbsenceYear], indicators: Iterable[Result]
) -> dict[UUID, ScreeningFacts]:
    """Facts of every pupil in ``grades``. ``indicators`` have the oldest first; the last assessment is used."""
    years: dict[UUID, list[AbsenceFacts]] = defaultdict(list)
    tests: dict[UUID, list[NationalTest]] = defaultdict(list)
    marks: dict[UUID, list[MarkFacts]] = defaultdict(list)
    readiness: dict[UUID, Readiness] = {}
    for year in absence:
        years[year.pupil_id].append(
            AbsenceFacts(
                school_year=year.school_year,
                absence_days=year.absence_days,
                school_days_reported=year.school_days_reported,
                months_reported=year.months_reported,
                months_expected=year.months_expected,
            )
        )
    for row in indicators:
        match IndicatorKind(row.indicator):
            case IndicatorKind.NATIONAL_TEST:
                tests[row.pupil_id].append(_test(row.subject, row.grade, row.day, row.value))
            case IndicatorKind.TEACHER_MARK:
                marks[row.pupil_id].append(_mark(row.subject, row.grade, row.value))
            case IndicatorKind.EDUCATION_READINESS:
                readiness[row.pupil_id] = Readiness(row.value)
    return {
        pupil_id: ScreeningFacts(
            as_of=as_of,
            grade=grade,
            absence=tuple(years[pupil_id]),
            tests=tuple(tests[pupil_id]),
            readiness=readiness.get(pupil_id),
            marks=tuple(marks[pupil_id]),
        )
        for pupil_id, grade in grades.items()
    }


# Facts are immutable, and the pupils of a school share most of them: making one costs more than finding it.
@lru_cache(maxsize=4096)
def _test(subject: str, grade: int, day: date, value: str) -> NationalTest:
    return NationalTest(
        subject=NationalTestSubject(subject), test_grade=grade, taken_on=day, level=NationalTestLevel(value)
    )


@lru_cache(maxsize=4096)
def _mark(subject: str, grade: int, value: str) -> MarkFacts:
    # "00" and "02" are the numbers 0 and 2.
    return MarkFacts(subject=subject, given_in_grade=grade, mark=int(value))
