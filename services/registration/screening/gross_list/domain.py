"""Converts rows to the facts that the rules judge. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
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
                tests[row.pupil_id].append(_test(row))
            case IndicatorKind.TEACHER_MARK:
                # "00" and "02" are the numbers 0 and 2.
                marks[row.pupil_id].append(
                    MarkFacts(subject=row.subject, given_in_grade=row.grade, mark=int(row.value))
                )
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


def _test(row: Result) -> NationalTest:
    return NationalTest(
        subject=NationalTestSubject(row.subject),
        test_grade=row.grade,
        taken_on=row.day,
        level=NationalTestLevel(row.value),
    )
