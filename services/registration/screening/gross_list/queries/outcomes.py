"""The outcomes of the screening of a whole municipality in one statement, without reasons.

The statement gives exactly the outcomes that ``facts`` and the rule functions give pupil by pupil; a property test
compares them, by the library's rule set and by random ones. It is made for many pupils: nearly all of them are at one
school for a whole school year, so their school days are counted once for each distinct stay, and months are looked at
one by one only for the pupils for whom the sums may not decide.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession
from libs.shared.files.kinds.indicator_values import VALUES, WITHDRAWN, IndicatorKind
from libs.shared.rules.screening.facts import Readiness
from libs.shared.rules.screening.settings import ScreeningSettings
from libs.shared.rules.verdicts import ScreeningOutcome
from libs.shared.values.months import POSTGRES_FORMAT
from libs.shared.values.school_years import first_day, previous_school_year, school_year_of
from services.registration.screening.gross_list.choosing import Outcomes
from services.registration.screening.gross_list.queries.hashing import by_hash
from services.registration.screening.gross_list.queries.outcomes_sql import by_pupil_sql, by_school_sql

OUTCOMES = (
    ScreeningOutcome.FLAGGED,
    ScreeningOutcome.NOT_FLAGGED,
    ScreeningOutcome.NOT_APPLICABLE,
    ScreeningOutcome.UNKNOWN,
)
"""The outcomes by the number that the statements use."""

_NAMED = {"month_format": POSTGRES_FORMAT, "withdrawn": WITHDRAWN, "not_ready": Readiness.NOT_READY.value}


@dataclass(frozen=True, slots=True)
class PupilOutcomes:
    """The outcomes of one pupil, in the order of ``RULES``."""

    pupil_id: UUID
    school_id: UUID
    class_id: UUID
    grade: int
    outcomes: Outcomes


@dataclass(frozen=True, slots=True)
class Alike:
    """The number of pupils of a school with the same outcomes."""

    school_id: UUID
    outcomes: Outcomes
    pupils: int


async def by_pupil(session: ReadSession, settings: ScreeningSettings, code: str, as_of: date) -> list[PupilOutcomes]:
    """The outcomes of every pupil of the municipality who is in a class on the day."""
    found = await _found(session, by_pupil_sql, settings, code, as_of)
    return [PupilOutcomes(row[0], row[1], row[2], row[3], _read(row[4:])) for row in found]


async def by_school(session: ReadSession, settings: ScreeningSettings, code: str, as_of: date) -> list[Alike]:
    """The same, counted in the database: how many pupils of each school have the same outcomes."""
    found = await _found(session, by_school_sql, settings, code, as_of)
    return [Alike(row[0], _read(row[1:5]), row[5]) for row in found]


async def _found(
    session: ReadSession, sql: Callable[[int], str], settings: ScreeningSettings, code: str, as_of: date
) -> Sequence[Sequence[Any]]:
    statement = text(sql(len(settings.national_test.subjects))).bindparams(**_NAMED)
    return await by_hash(session, statement, _parameters(settings, code, as_of))


def _read(numbers: Sequence[int]) -> Outcomes:
    return tuple(OUTCOMES[number] for number in numbers)


def _parameters(settings: ScreeningSettings, code: str, as_of: date) -> dict[str, object]:
    test, mark = settings.national_test, settings.mark
    return {
        "code": code,
        "on": as_of,
        "first": first_day(previous_school_year(school_year_of(as_of))),
        "current": first_day(school_year_of(as_of)),
        "until": (as_of + timedelta(days=1)).replace(day=1),
        "absence_from": settings.absence.flagged_from_percent,
        "scale": [each.code for each in test.scale],
        # The scale begins at 1 in an array, and at 0 for ``rank``.
        "test_limit": 62 - test.rank(test.flagged_up_to),
        **{f"subject_{number}": each.code for number, each in enumerate(test.subjects)},
        "test_grades": list(test.test_grades),
        "test_expected_from": test.expected_from_grade,
        "ready_from": settings.readiness.from_grade,
        "ready_to": settings.readiness.to_grade,
        "mark_from": mark.from_grade,
        "mark_to": mark.to_grade,
        "mark_grades": list(mark.given_in_grades),
        "low_marks": sorted(
            code for code in set(VALUES[IndicatorKind.TEACHER_MARK].values()) if int(code) <= mark.flagged_up_to
        ),
    }
