"""A missing fact makes a verdict unknown and never negative, in every family; fewer facts never make it negative
either.
"""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.shared.rules.catalog import catalog_entries
from libs.shared.rules.composition.checks import check_plan
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.dosage.facts import DosageFacts
from libs.shared.rules.dosage.stages import judge_dosage
from libs.shared.rules.library import library_rule_set
from libs.shared.rules.screening.facts import ScreeningFacts
from libs.shared.rules.screening.gross_list import screen
from libs.shared.rules.support.facts import SupportFacts
from libs.shared.rules.support.ladder import check_support
from libs.shared.rules.vulnerable.definition import judge_vulnerable
from libs.shared.rules.vulnerable.facts import VulnerableFacts
from tests.unit.libs.shared.rules.composition.plans import DECLARED, EFFORTS
from tests.unit.libs.shared.rules.support.cases import DAY, WHOLE

VARIANTS = [each.id for each in catalog_entries()]
START = date(2022, 8, 15)


def test_a_pupil_of_whom_nothing_is_known_is_unknown_to_every_rule() -> None:
    found = screen(library_rule_set("screening-2021"), ScreeningFacts(as_of=START))
    assert {each.outcome for each in found.verdicts} == {"unknown"}
    assert not found.on_gross_list
    defined = judge_vulnerable(library_rule_set("vulnerable-2024"), VulnerableFacts())
    assert {each.outcome for each in defined} == {"unknown"}


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_course_of_which_nothing_is_known_is_unknown_at_every_stage(variant: str) -> None:
    facts = DosageFacts(start=START, last_day=date(2022, 12, 16), as_of=date(2023, 6, 1))
    found = judge_dosage(library_rule_set("dosage-2021"), variant, (), facts)
    assert [each.outcome for each in found] == ["unknown"] * 3


@pytest.mark.parametrize("variant", [each for each in VARIANTS if not each.startswith("E")])
def test_a_plan_that_says_nothing_breaks_no_rule(variant: str) -> None:
    plan = Plan.model_validate({"start": START, "efforts": [{"variant": variant}]})
    for at_start in (False, True):
        found = check_plan(library_rule_set("composition-2021"), plan, catalog_entries(), at_start=at_start)
        assert "violated" not in {each.outcome for each in found}
        assert {each.rule_id for each in found if each.outcome == "satisfied"} == {"C-CATALOG"}


def test_a_pupils_support_of_which_nothing_is_known_breaks_no_rule() -> None:
    found = check_support(library_rule_set("support-2019"), SupportFacts(as_of=DAY))
    assert {each.outcome for each in found} <= {"unknown", "not_applicable"}


SAID = st.sampled_from([True, False])
OF_PLAN = st.fixed_dictionaries(dict.fromkeys(DECLARED, SAID))
OF_EFFORT = st.fixed_dictionaries(
    {
        "group_size": st.integers(1, 6),
        "organisation": st.sampled_from(["stations", "parallel"]),
        "grades": st.lists(st.integers(0, 10), min_size=1, max_size=3),
        **dict.fromkeys(
            (
                "replaces_ordinary_teaching",
                "collides_with_ordinary_teaching",
                "content_described",
                "goals_described",
                "handover_planned",
                "parents_informed",
                "voluntary",
                "chosen_with_parents_and_pupil",
            ),
            SAID,
        ),
    }
)


@given(
    variant=st.sampled_from(VARIANTS),
    effort=OF_EFFORT,
    declared=OF_PLAN,
    left_out=st.sets(st.sampled_from([*DECLARED, *EFFORTS["D1"], "group_size", "organisation", "parents_informed"])),
)
def test_a_field_left_out_of_a_plan_never_makes_a_no(
    variant: str, effort: dict[str, Any], declared: dict[str, bool], left_out: set[str]
) -> None:
    def judged(without: set[str]) -> dict[tuple[str, str], str]:
        kept = {name: value for name, value in effort.items() if name not in without}
        efforts = [{"variant": variant, **kept}, {"variant": "B", **kept}]
        said = {name: value for name, value in declared.items() if name not in without}
        plan = Plan.model_validate({"start": START, "efforts": efforts, **said})
        found = check_plan(library_rule_set("composition-2021"), plan, catalog_entries(), at_start=True)
        return {(each.rule_id, each.pointer): each.outcome for each in found}

    whole, partial = judged(set()), judged(left_out)
    assert {key for key, outcome in partial.items() if outcome == "violated"} <= {
        key for key, outcome in whole.items() if outcome == "violated"
    }
    assert {key for key, outcome in partial.items() if outcome == "satisfied"} <= {
        key for key, outcome in whole.items() if outcome == "satisfied"
    }


@given(left_out=st.sets(st.sampled_from(sorted(set(WHOLE) - {"goals"}))))
def test_a_field_left_out_of_a_support_case_never_makes_a_no(left_out: set[str]) -> None:
    said = {name: value for name, value in WHOLE.items() if name not in left_out}
    facts = SupportFacts.model_validate({"as_of": DAY, **said})
    found = check_support(library_rule_set("support-2019"), facts)
    assert "violated" not in {each.outcome for each in found}
