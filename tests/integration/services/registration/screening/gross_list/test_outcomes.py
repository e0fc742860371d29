"""The outcomes by set are exactly those of the rule functions, for random facts with every kind of missing data, by the
library's rule set and by random ones.
"""

from collections import Counter
from datetime import date
from uuid import UUID

import pytest

from libs.shared.db.scope import Scope
from libs.shared.rules.library import library_rule_set
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.screening.settings import ScreeningSettings
from libs.shared.rules.verdicts import ScreeningOutcome
from services.registration.roster.members.queries import members
from services.registration.screening.gross_list.choosing import RULES
from services.registration.screening.gross_list.queries import outcomes
from services.registration.screening.gross_list.queries.outcomes import Alike, PupilOutcomes
from services.registration.screening.gross_list.use_cases.screening import screen_members
from tests.factories.places import weekdays
from tests.integration.services.registration.screening.gross_list.random_facts import RandomFacts
from tests.integration.services.registration.screening.gross_list.random_rules import random_rule_set
from tests.integration.services.registration.service import PUPIL_HEADER, Registration
from tests.integration.services.registration.told import SCHOOL_YEARS, classroom, cpr, month_of, tell

DAYS = (date(2022, 1, 20), date(2022, 9, 30), date(2023, 6, 30))


@pytest.mark.parametrize("calm", [False, True])
@pytest.mark.parametrize("seed", range(3))
async def test_a_municipality_by_set_is_as_each_pupil_by_the_rules(
    registration: Registration, seed: int, calm: bool
) -> None:
    facts = RandomFacts(seed, "101", calm=calm)
    await facts.write(registration.db)
    await RandomFacts(seed + 1000, "102", pupils=20).write(registration.db)  # somebody else's, which changes nothing
    seen: set[tuple[str, ScreeningOutcome]] = set()
    for day in DAYS:
        seen |= await _is_as_by_the_rules(registration, facts, library_rule_set("screening-2021"), day)
    assert {outcome for rule, outcome in seen if rule == "S-ABSENCE"} >= {"flagged", "not_flagged"}
    assert calm or ("S-ABSENCE", "unknown") in seen
    assert {outcome for rule, outcome in seen if rule == "S-TEST"} >= {"flagged", "not_flagged", "unknown"}


async def test_other_rule_sets_give_by_set_what_they_give_each_pupil(registration: Registration) -> None:
    both = (RandomFacts(50, "101"), RandomFacts(51, "102", calm=True))
    for facts in both:
        await facts.write(registration.db)
    seen: set[tuple[str, ScreeningOutcome]] = set()
    for seed in range(12):
        seen |= await _is_as_by_the_rules(registration, both[seed % 2], random_rule_set(seed), DAYS[-1])
    assert {outcome for _, outcome in seen} == set(ScreeningOutcome)


async def test_a_month_that_one_of_two_schools_has_not_reported_counts_in_neither(registration: Registration) -> None:
    ids = await classroom(registration, 2)
    rows = f"{cpr(1)};;L1;Elev Nummer 1;910101;2022/2023;5A;2022-08-01;2022-11-15\n"
    rows += f"{cpr(1)};;L1;Elev Nummer 1;910102;2022/2023;5A;2022-11-15;2023-08-01\n"
    await registration.send("pupils", PUPIL_HEADER + rows)
    days = "".join(f"910102;{day.isoformat()}\n" for day in weekdays(date(2022, 11, 15), date(2022, 11, 30)))
    await registration.send("calendars", "institution_number;date\n" + days)
    reported_days = len(weekdays(SCHOOL_YEARS[1][0], date(2022, 10, 31)))
    # With the first school's days of November, the absence would be less than a tenth.
    await tell(registration.db, [month_of(ids[1], "2022-10", str((reported_days + 10) // 10))])
    rules = library_rule_set("screening-2021").settings_as(ScreeningSettings)
    async with registration.db.read(Scope.of("101")) as session:
        found = {each.pupil_id: each for each in await outcomes.by_pupil(session, rules, "101", date(2022, 11, 30))}
    assert found[ids[1]].outcomes[0] is ScreeningOutcome.FLAGGED


async def _is_as_by_the_rules(
    registration: Registration, facts: RandomFacts, rule_set: RuleSet, day: date
) -> set[tuple[str, ScreeningOutcome]]:
    """Compares every pupil, and returns the outcomes that were seen of each rule."""
    settings = rule_set.settings_as(ScreeningSettings)
    expected: dict[UUID, PupilOutcomes] = {}
    async with registration.db.read(Scope.of(facts.code)) as session:
        by_set = await outcomes.by_pupil(session, settings, facts.code, day)
        counted = await outcomes.by_school(session, settings, facts.code, day)
        for school_id in facts.schools:
            there = await members(session, school_id, day)
            for pupil_id, result in (await screen_members(session, rule_set, there.values(), day)).items():
                assert [each.rule_id for each in result.verdicts] == list(RULES)
                member = there[pupil_id]
                judged = tuple(each.outcome for each in result.verdicts)
                expected[pupil_id] = PupilOutcomes(pupil_id, school_id, member.class_id, member.grade, judged)
    assert {each.pupil_id: each for each in by_set} == expected
    assert counted_again(counted) == Counter((each.school_id, each.outcomes) for each in by_set)
    return {(rule, outcome) for each in by_set for rule, outcome in zip(RULES, each.outcomes, strict=True)}


def counted_again(found: list[Alike]) -> Counter[object]:
    return Counter({(each.school_id, each.outcomes): each.pupils for each in found})
