"""The outcomes by set are exactly those of the rule functions, for random facts with every kind of missing data."""

from collections import Counter
from datetime import date

import pytest

from libs.shared.db.scope import Scope
from libs.shared.rules.library import library_rule_set
from libs.shared.rules.screening.settings import ScreeningSettings
from services.registration.roster.members.queries import members
from services.registration.screening.gross_list.choosing import RULES
from services.registration.screening.gross_list.queries import outcomes
from services.registration.screening.gross_list.queries.outcomes import Alike
from services.registration.screening.gross_list.use_cases.screening import screen_members
from tests.integration.services.registration.screening.gross_list.random_facts import RandomFacts
from tests.integration.services.registration.service import Registration

DAYS = (date(2022, 1, 20), date(2022, 9, 30), date(2023, 6, 30))


@pytest.mark.parametrize("seed", range(8))
async def test_a_municipality_by_set_is_as_each_pupil_by_the_rules(registration: Registration, seed: int) -> None:
    rule_set = library_rule_set("screening-2021")
    settings = rule_set.settings_as(ScreeningSettings)
    facts = RandomFacts(seed, "101")
    await facts.write(registration.db)
    await RandomFacts(seed + 1000, "102", pupils=20).write(registration.db)  # somebody else's, which changes nothing
    seen: Counter[tuple[str, str]] = Counter()
    for day in DAYS:
        async with registration.db.read(Scope.of("101")) as session:
            by_set = {each.pupil_id: each for each in await outcomes.by_pupil(session, settings, "101", day)}
            counted = await outcomes.by_school(session, settings, "101", day)
        expected = {}
        for school_id in facts.schools:
            async with registration.db.read(Scope.of("101")) as session:
                there = await members(session, school_id, day)
                judged = await screen_members(session, rule_set, there.values(), day)
            for pupil_id, result in judged.items():
                assert [each.rule_id for each in result.verdicts] == list(RULES)
                expected[pupil_id] = (
                    school_id,
                    there[pupil_id].class_id,
                    there[pupil_id].grade,
                    [each.outcome for each in result.verdicts],
                )
                seen.update((each.rule_id, each.outcome) for each in result.verdicts)
        assert {
            pupil_id: (each.school_id, each.class_id, each.grade, list(each.outcomes))
            for pupil_id, each in by_set.items()
        } == expected
        assert counted_again(counted) == Counter((each.school_id, each.outcomes) for each in by_set.values())
    assert {outcome for rule, outcome in seen if rule == "S-ABSENCE"} == {"flagged", "not_flagged", "unknown"}
    assert {outcome for rule, outcome in seen if rule == "S-TEST"} >= {"flagged", "not_flagged", "unknown"}


def counted_again(found: list[Alike]) -> Counter[object]:
    return Counter({(each.school_id, each.outcomes): each.pupils for each in found})
