"""The verdicts of many pupils at once are, byte for byte, those of the rule functions about each pupil's own rows."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from libs.shared.db.database import ReadSession
from libs.shared.db.scope import Scope
from libs.shared.rules.library import library_rule_set
from libs.shared.rules.rule_sets import read_rules
from libs.shared.rules.screening.absence import screen_absence
from libs.shared.rules.screening.facts import AbsenceFacts, MarkFacts, NationalTest, Readiness, ScreeningFacts
from libs.shared.rules.screening.national_tests import screen_tests
from libs.shared.rules.screening.settings import ScreeningSettings
from libs.shared.rules.screening.upper_stage import screen_marks, screen_readiness
from services.registration.roster.members.queries import members
from services.registration.screening.gross_list.use_cases.screening import screen_members
from tests.integration.services.registration.screening.gross_list.plain_absence import PlainAbsence, Year
from tests.integration.services.registration.screening.gross_list.random_facts import RandomFacts
from tests.integration.services.registration.service import Registration

DAYS = (date(2022, 9, 30), date(2023, 6, 30))
RULE_SET = library_rule_set("screening-2021")
RULES = read_rules(RULE_SET, ScreeningSettings)


@pytest.mark.parametrize("seed", range(3))
async def test_verdicts_by_set_are_those_of_each_pupil(registration: Registration, seed: int) -> None:
    made = RandomFacts(seed, "101", pupils=90)
    await made.write(registration.db)
    judged = 0
    async with registration.db.read(Scope.of("101")) as session:
        plain = await PlainAbsence.read(session)
        for day in DAYS:
            for school_id in made.schools:
                there = await members(session, school_id, day)
                found = await screen_members(session, RULE_SET, there.values(), day)
                assert set(found) == set(there)
                for pupil_id, member in there.items():
                    rows = await _results(session, pupil_id, day)
                    facts = _facts(day, member.grade, plain.years(pupil_id, day), rows)
                    expected = [
                        rule(RULES, facts) for rule in (screen_absence, screen_tests, screen_readiness, screen_marks)
                    ]
                    written = [each.model_dump_json() for each in found[pupil_id].verdicts]
                    assert written == [each.model_dump_json() for each in expected]
                    judged += bool(rows)
    assert judged > 15


async def _results(session: ReadSession, pupil_id: UUID, day: date) -> list[dict[str, Any]]:
    """The pupil's results of the day or before, the oldest first."""
    statement = text("SELECT * FROM indicator WHERE pupil_id = :id AND day <= :day AND value <> 'withdrawn'")
    rows = [dict(row) for row in (await session.execute(statement, {"id": pupil_id, "day": day})).mappings()]
    return sorted(rows, key=lambda row: (row["day"], row["grade"], row["subject"]))


def _facts(day: date, grade: int, years: dict[str, Year], rows: list[dict[str, Any]]) -> ScreeningFacts:
    of = {kind: [row for row in rows if row["indicator"] == kind] for kind in ("national_test", "teacher_mark")}
    ready = [row["value"] for row in rows if row["indicator"] == "education_readiness"]
    return ScreeningFacts(
        as_of=day,
        grade=grade,
        absence=tuple(
            AbsenceFacts(
                school_year=name,
                absence_days=Decimal(year[0]),
                school_days_reported=year[1],
                months_reported=year[2],
                months_expected=year[3],
            )
            for name, year in years.items()
        ),
        tests=tuple(
            NationalTest(subject=row["subject"], test_grade=row["grade"], taken_on=row["day"], level=row["value"])
            for row in of["national_test"]
        ),
        readiness=Readiness(ready[-1]) if ready else None,
        marks=tuple(
            MarkFacts(subject=row["subject"], given_in_grade=row["grade"], mark=int(row["value"]))
            for row in of["teacher_mark"]
        ),
    )
