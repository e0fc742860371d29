"""The judgement of a whole plan consists of the rules' own verdicts, and names what prevents its submission."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.shared.rules.catalog import catalog_entries
from libs.shared.rules.composition.checks import check_plan
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.dosage.planned import planned_dosage
from libs.shared.rules.errors import NoRuleInForce
from libs.shared.rules.judgement import Judgement
from libs.shared.rules.library import library_rule_set
from libs.shared.rules.plan_check import PlanJudgement, judge_plan
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.verdicts import DosageOutcome, DosageStage
from tests.unit.libs.shared.rules.composition.plans import DECLARED, EFFORTS, effort, plan

COMPOSITION, DOSAGE, CATALOG = library_rule_set("composition-2021"), library_rule_set("dosage-2021"), catalog_entries()


def judged(given: Plan, *, at_start: bool = False) -> PlanJudgement:
    return judge_plan(COMPOSITION, DOSAGE, given, CATALOG, at_start=at_start)


def test_a_plan_that_declares_all_may_be_submitted_though_its_dosage_is_not_told() -> None:
    found = judged(plan())
    assert (found.blocks_submission, found.needs_answer, found.needs_reason) == (False, (), ())
    assert [each.pointer for each in found.dosage] == [f"/efforts/{place}" for place in range(len(EFFORTS))]
    assert {each.stage for each in found.dosage} == {DosageStage.PLANNED}
    assert {each.outcome for each in found.dosage} == {DosageOutcome.UNKNOWN}


def test_rule_ids_are_named_once_and_an_unanswered_error_blocks_as_a_violated_one_does() -> None:
    silent = [effort(each, replaces_ordinary_teaching=None) for each in ("A1", "B")]
    unanswered = judged(plan(*silent, effort("C", content_described=False), joint_planning=False))
    assert (unanswered.blocks_submission, unanswered.needs_answer) == (True, ("C-NOT-REPLACE",))
    assert unanswered.needs_reason == ("C-CONTENT", "C-PLAN")
    violated = judged(plan(effort("A1", replaces_ordinary_teaching=True)))
    assert (violated.blocks_submission, violated.needs_answer) == (True, ())


def test_only_at_the_start_must_the_parents_of_pupils_with_book_packages_be_informed() -> None:
    given = plan(EFFORTS["A1"], effort("E1", parents_informed=None))
    assert not judged(given).blocks_submission
    assert judge_plan(COMPOSITION, DOSAGE, given, CATALOG) == judged(given)
    at_start = judged(given, at_start=True)
    assert (at_start.blocks_submission, at_start.needs_answer) == (True, ("C-PARENTS",))


def test_an_effort_of_an_unknown_variant_has_no_minimum_and_is_pointed_at() -> None:
    found = judged(plan(EFFORTS["A1"], {"variant": "X9"}))
    assert (found.dosage[1].outcome, found.dosage[1].pointer) == (DosageOutcome.UNKNOWN, "/efforts/1")
    assert found.blocks_submission


def test_a_plan_tells_of_one_phase_so_a_second_one_is_unknown() -> None:
    (verdict,) = judged(plan(effort("D1", weekly_amount=35, unit="lessons", weeks=2))).dosage
    assert (verdict.outcome, verdict.phase, verdict.pointer) == (DosageOutcome.UNKNOWN, 2, "/efforts/0")


@pytest.mark.parametrize("late", ["composition", "dosage"])
def test_each_set_must_be_in_force_on_the_start_date(late: str) -> None:
    sets: dict[str, RuleSet] = {"composition": COMPOSITION, "dosage": DOSAGE}
    sets[late] = sets[late].model_copy(update={"valid_from": date(2021, 11, 2)})
    with pytest.raises(NoRuleInForce) as refused:
        judge_plan(sets["composition"], sets["dosage"], plan(), CATALOG)
    assert refused.value.name == f"{late}-2021"


EITHER = st.sampled_from([True, False, None])
ANY_EFFORT = st.fixed_dictionaries(
    {"variant": st.sampled_from(["A1", "A2", "B", "C", "D1", "D2", "D3", "E1", "E2", "X9"])},
    optional={
        "group_size": st.integers(1, 6),
        "grades": st.lists(st.integers(0, 10), min_size=1, max_size=3),
        "organisation": st.sampled_from(["stations", "parallel"]),
        "weekly_amount": st.decimals(0, 40, places=2),
        "unit": st.sampled_from(["lessons", "sessions", "minutes", "packages"]),
        "weeks": st.integers(0, 45),
        "minutes_per_session": st.integers(1, 60),
        "packages": st.integers(0, 8),
        **dict.fromkeys(("replaces_ordinary_teaching", "parents_informed", "content_described"), EITHER),
    },
)


@given(
    efforts=st.lists(ANY_EFFORT, min_size=1, max_size=4),
    declared=st.fixed_dictionaries(dict.fromkeys(DECLARED, EITHER)),
    at_start=st.booleans(),
)
def test_the_judgement_is_what_the_rules_say_one_by_one(
    efforts: list[dict[str, Any]], declared: dict[str, bool | None], *, at_start: bool
) -> None:
    plan_ = Plan.model_validate({"start": "2021-11-01", "efforts": efforts, **declared})
    found, verdicts = judged(plan_, at_start=at_start), check_plan(COMPOSITION, plan_, CATALOG, at_start=at_start)
    assert found.composition == verdicts
    assert found.blocks_submission == Judgement.of(verdicts).blocked
    assert set(found.needs_answer) == {each.rule_id for each in Judgement.of(verdicts).unanswered}
    assert set(found.needs_reason) == {each.rule_id for each in Judgement.of(verdicts).warnings}
    for place, effort_ in enumerate(plan_.efforts):
        alone = planned_dosage(DOSAGE, effort_.variant, [effort_], start=plan_.start)
        assert found.dosage[place] == alone.model_copy(update={"pointer": f"/efforts/{place}"})
    assert PlanJudgement.model_validate_json(found.model_dump_json()) == found
