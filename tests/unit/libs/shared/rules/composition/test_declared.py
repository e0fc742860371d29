"""The rules about what a plan declares."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from libs.shared.rules.composition.checks import check_plan
from libs.shared.rules.composition.settings import CompositionSettings
from libs.shared.rules.judgement import Judgement
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.verdicts import CheckOutcome, Coverage, Measure
from tests.unit.libs.shared.rules.composition.plans import (
    CATALOG,
    DECLARED,
    EFFORTS,
    SET,
    effort,
    judged,
    outcomes,
    plan,
)


def test_a_plan_that_declares_all_a_rule_asks_for_may_be_submitted() -> None:
    verdicts = check_plan(SET, plan(), CATALOG)
    assert {each.outcome for each in verdicts} == {CheckOutcome.SATISFIED, CheckOutcome.NOT_APPLICABLE}
    assert [each.rule_id for each in verdicts if each.outcome is CheckOutcome.NOT_APPLICABLE] == ["C-EXTERNAL"]
    assert not Judgement.of(verdicts).violated
    assert Judgement.of(verdicts).unanswered == Judgement.of(verdicts).warnings == ()
    assert {each.rule_id for each in verdicts} == {each.id for each in SET.rules}


@pytest.mark.parametrize("field", ["replaces_ordinary_teaching", "collides_with_ordinary_teaching"])
@pytest.mark.parametrize("variant", ["A1", "B", "C", "D1", "E1"])
def test_no_effort_of_any_type_may_replace_or_collide_with_ordinary_teaching(variant: str, field: str) -> None:
    assert outcomes("C-NOT-REPLACE", plan(effort(variant, **{field: True}))) == ["violated"]
    assert outcomes("C-NOT-REPLACE", plan(effort(variant, **{field: None}))) == ["unknown"]
    both = effort(variant, replaces_ordinary_teaching=None, collides_with_ordinary_teaching=True)
    assert outcomes("C-NOT-REPLACE", plan(both)) == ["violated"]
    assert outcomes("C-NOT-REPLACE", plan(effort(variant))) == ["satisfied"]
    assert Judgement.of(check_plan(SET, plan(effort(variant, **{field: True})), CATALOG)).violated


def test_the_reason_says_what_is_declared_and_how_much_of_it() -> None:
    given = effort("C", replaces_ordinary_teaching=True, collides_with_ordinary_teaching=None)
    (verdict,) = judged("C-NOT-REPLACE", plan(given))
    assert verdict.reason.da == (
        "Angivet som ikke opfyldt: indsatsen erstatter ikke almindelig undervisning (1 af 2); "
        "bring det i orden, eller ret det angivne."
    )
    assert verdict.reason.en == (
        "Declared as not met: the effort does not replace ordinary teaching (1 of 2); "
        "put it right, or correct what is declared."
    )
    assert (verdict.pointer, verdict.rule_set, verdict.version) == ("/efforts/0", "composition-2021", 1)
    assert verdict.value == Measure(amount=Decimal(0), unit="requirements")
    assert verdict.threshold == Measure(amount=Decimal(2), unit="requirements")
    assert verdict.coverage == Coverage(have=1, expected=2, unit="requirements")
    (unknown,) = judged("C-ANCHOR", plan(anchoring=None))
    assert unknown.reason.da.endswith("elevens skoleliv (1 af 2); angiv, om det er opfyldt.")
    assert unknown.reason.da.startswith("Ikke angivet: ")
    assert unknown.reason.en.startswith("Not declared: ")
    assert unknown.reason.en.endswith("school life (1 of 2); declare whether it is met.")
    (good,) = judged("C-ANCHOR", plan())
    assert good.reason.da.startswith("Angivet som opfyldt: ")
    assert good.reason.en.endswith(
        "in the pupil's school life and it is described who communicates with whom (2 of 2)."
    )
    assert good.reason.en.startswith("Declared as met: ")


@pytest.mark.parametrize(
    ("rule_id", "field", "severity"),
    [
        ("C-ANCHOR", "anchoring", "error"),
        ("C-ANCHOR", "communication", "error"),
        ("C-IMPLEMENTATION", "daily_responsibility", "error"),
        ("C-IMPLEMENTATION", "substitutes", "error"),
        ("C-IMPLEMENTATION", "rooms", "error"),
        ("C-IMPLEMENTATION", "staff_and_parents_informed", "error"),
        ("C-PLAN", "joint_planning", "warning"),
        ("C-PLAN", "running_evaluation", "warning"),
        ("C-PLAN", "competence_development", "warning"),
    ],
)
def test_every_part_of_a_plan_is_asked_for(rule_id: str, field: str, severity: str) -> None:
    (no,) = judged(rule_id, plan(**{field: False}))
    assert (no.outcome, no.severity, no.pointer) == ("violated", severity, "")
    assert outcomes(rule_id, plan(**{field: None})) == ["unknown"]
    assert bool(Judgement.of([no]).violated) == (severity == "error")
    assert bool(Judgement.of([no]).warnings) == (severity == "warning")


@pytest.mark.parametrize(
    ("rule_id", "variant", "field", "severity"),
    [
        ("C-CONTENT", "D1", "content_described", "error"),
        ("C-CONTENT", "D1", "goals_described", "error"),
        ("C-CONTENT", "C", "content_described", "warning"),
        ("C-CONTENT", "C", "goals_described", "warning"),
        ("C-HANDOVER", "D1", "handover_planned", "warning"),
        ("C-PARENTS", "E1", "parents_informed", "warning"),
    ],
)
def test_every_part_of_an_effort_is_asked_for_where_its_type_has_the_rule(
    rule_id: str, variant: str, field: str, severity: str
) -> None:
    (no,) = [each for each in judged(rule_id, plan(effort(variant, **{field: False}))) if each.pointer == "/efforts/0"]
    assert (no.outcome, no.severity) == ("violated", severity)
    assert "unknown" in outcomes(rule_id, plan(effort(variant, **{field: None})))
    assert set(outcomes(rule_id, plan(EFFORTS["B"]))) == {"not_applicable"}
    (nothing, *_) = judged(rule_id, plan(EFFORTS["B"]))
    assert nothing.reason.da == "Planen angiver 0 indsatser, som reglen gælder for."
    assert nothing.reason.en == "The plan declares 0 efforts that the rule is about."
    assert nothing.pointer == "/efforts"


def test_parents_of_pupils_with_book_packages_are_a_warning_before_the_start_and_an_error_on_it() -> None:
    given = plan(effort("E1", parents_informed=False), effort("D1", voluntary=False))
    before = {each.pointer: each.severity for each in judged("C-PARENTS", given)}
    at_start = {each.pointer: each.severity for each in judged("C-PARENTS", given, at_start=True)}
    assert before == {"/efforts/0": "warning", "/efforts/1": "warning"}
    assert at_start == {"/efforts/0": "error", "/efforts/1": "warning"}


@pytest.mark.parametrize(
    ("voluntary", "chosen", "outcome"),
    [
        (True, None, "satisfied"),
        (None, True, "satisfied"),
        (False, True, "satisfied"),
        (True, False, "satisfied"),
        (False, None, "unknown"),
        (None, None, "unknown"),
        (False, False, "violated"),
    ],
)
def test_an_intensive_course_is_voluntary_or_chosen_with_the_parents_and_the_pupil(
    voluntary: bool | None, chosen: bool | None, outcome: str
) -> None:
    given = plan(effort("D1", voluntary=voluntary, chosen_with_parents_and_pupil=chosen))
    (verdict,) = [each for each in judged("C-PARENTS", given) if each.outcome != "not_applicable"]
    assert verdict.outcome == outcome
    assert verdict.threshold == Measure(amount=Decimal(1), unit="requirements")


def test_an_earlier_version_without_the_new_rules_judges_as_it_did() -> None:
    data = SET.model_dump(mode="json")
    for name in ("declared", "organisation", "grade", "external"):
        del data["settings"][name]
    verdicts = check_plan(RuleSet.model_validate(data), plan(EFFORTS["A1"]), CATALOG)
    assert [each.rule_id for each in verdicts] == ["C-CATALOG", "C-COMMUNITY", "C-GROUP"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"of": "plan", "field": "replaces_ordinary_teaching"},
        {"of": "effort", "field": "anchoring"},
        {"of": "effort", "field": "group_size"},
        {"of": "plan", "field": "nothing"},
    ],
)
def test_a_rule_about_a_field_the_plan_does_not_have_is_refused(wrong: dict[str, str]) -> None:
    data = SET.model_dump(mode="json")["settings"]
    data["declared"][0]["of"] = wrong["of"]
    data["declared"][0]["fields"] = [{"field": wrong["field"], "label": {"da": "x", "en": "x"}}]
    with pytest.raises(ValidationError, match="is no yes or no of the"):
        CompositionSettings.model_validate(data)


SAID = st.sampled_from([True, False, None])


@given(declared=st.fixed_dictionaries(dict.fromkeys(DECLARED, SAID)))
def test_what_is_left_out_is_never_a_no_and_a_no_is_never_left_out(declared: dict[str, bool | None]) -> None:
    by_rule = {each.rule_id: each.outcome for each in check_plan(SET, plan(**declared), CATALOG)}
    groups: dict[str, Sequence[str]] = {
        "C-ANCHOR": ("anchoring", "communication"),
        "C-IMPLEMENTATION": ("daily_responsibility", "substitutes", "rooms", "staff_and_parents_informed"),
        "C-PLAN": ("joint_planning", "running_evaluation", "competence_development"),
    }
    for rule_id, fields in groups.items():
        said = [declared[each] for each in fields]
        expected = "violated" if False in said else "unknown" if None in said else "satisfied"
        assert by_rule[rule_id] == expected


@pytest.mark.parametrize(
    "wrong",
    [
        {"last_day": "2021-10-31"},
        {"efforts": [effort("C", grades=[11])]},
        {"efforts": [effort("C", grades=[-1])]},
        {"efforts": [effort("C", minutes_per_session=-1)]},
        {"efforts": [effort("A1", organisation="both_sit")]},
        {"ankring": True},
    ],
)
def test_a_plan_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        plan(**wrong)
    assert plan(last_day=date(2021, 11, 1)).last_day == date(2021, 11, 1)
