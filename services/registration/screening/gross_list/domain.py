"""Converts rows to the facts that the rules judge. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple
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
from services.registration.screening.indicators.domain import SharedResult


class AbsenceYear(NamedTuple):
    """A pupil's absence and school days in the reported months of one school year."""

    pupil_id: UUID
    school_year: str
    absence_days: Decimal
    school_days_reported: int
    months_reported: int
    months_expected: int


def facts_of(
    as_of: date, grades: Mapping[UUID, int], absence: Iterable[AbsenceYear], indicators: Iterable[SharedResult]
) -> dict[UUID, ScreeningFacts]:
    """Facts of every pupil in ``grades``. ``indicators`` have the oldest first; the last assessment is used."""
    years: dict[UUID, list[AbsenceFacts]] = defaultdict(list)
    tests: dict[UUID, list[NationalTest]] = defaultdict(list)
    marks: dict[UUID, list[MarkFacts]] = defaultdict(list)
    readiness: dict[UUID, Readiness] = {}
    for year in absence:
        years[year.pupil_id].append(_absence(*year[1:]))
    for row in indicators:
        match IndicatorKind(row.indicator):
            case IndicatorKind.NATIONAL_TEST:
                test = NationalTest(
                    subject=NationalTestSubject(row.subject),
                    test_grade=row.grade,
                    taken_on=row.day,
                    level=NationalTestLevel(row.value),
                )
                for pupil_id in row.pupil_ids:
                    tests[pupil_id].append(test)
            case IndicatorKind.TEACHER_MARK:
                # "00" and "02" are the numbers 0 and 2.
                mark = MarkFacts(subject=row.subject, given_in_grade=row.grade, mark=int(row.value))
                for pupil_id in row.pupil_ids:
                    marks[pupil_id].append(mark)
            case IndicatorKind.EDUCATION_READINESS:
                readiness |= dict.fromkeys(row.pupil_ids, Readiness(row.value))
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
def _absence(school_year: str, days: Decimal, school_days: int, reported: int, expected: int) -> AbsenceFacts:
    return AbsenceFacts(
        school_year=school_year,
        absence_days=days,
        school_days_reported=school_days,
        months_reported=reported,
        months_expected=expected,
    )
