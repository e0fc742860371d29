from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from libs.shared.rules.catalog import CatalogEntry, catalog_entries
from libs.shared.rules.composition.checks import (
    check_catalog,
    check_community,
    check_group,
    check_plan,
)
from libs.shared.rules.composition.plan import Plan, PlannedEffort, PlanScope
from libs.shared.rules.composition.settings import CompositionRules
from libs.shared.rules.dosage.facts import DosageUnit
from libs.shared.rules.errors import NoRuleInForce
from libs.shared.rules.judgement import Judgement
from libs.shared.rules.verdicts import CheckOutcome, CheckVerdict, Coverage, Measure, Severity

START = date(2021, 11, 1)
CATALOG = catalog_entries()


def plan(*variants: str, scope: PlanScope = PlanScope.PROJECT, group_size: int | None = 3) -> Plan:
    efforts = tuple(PlannedEffort(variant=each, group_size=group_size) for each in variants)
    return Plan(scope=scope, start=START, efforts=efforts)


def of_rule(verdicts: Sequence[CheckVerdict], rule_id: str) -> list[CheckVerdict]:
    return [each for each in verdicts if each.rule_id == rule_id]


def test_a_plan_that_declares_only_its_efforts_is_asked_for_the_rest_and_not_refused(
    composition_rules: CompositionRules,
) -> None:
    verdicts = check_plan(composition_rules, plan("A1", "C", "E1"), CATALOG)
    first = [each for each in verdicts if each.rule_id in ("C-CATALOG", "C-COMMUNITY", "C-GROUP")]
    assert {each.outcome for each in first} == {CheckOutcome.SATISFIED}
    assert [each.rule_id for each in first] == ["C-CATALOG"] * 3 + ["C-COMMUNITY", "C-GROUP"]
    assert {(each.rule_set, each.version) for each in verdicts} == {("composition-2021", 1)}
    assert CheckOutcome.VIOLATED not in {each.outcome for each in verdicts}
    assert not Judgement.of(verdicts).violated
    assert Judgement.of(verdicts).warnings == ()
    assert {each.rule_id for each in Judgement.of(verdicts).unanswered} == {
        "C-ORGANISATION",
        "C-NOT-REPLACE",
        "C-ANCHOR",
        "C-IMPLEMENTATION",
    }


@pytest.mark.parametrize("packages", [["E1"], ["E2"], ["E1", "E2"]])
def test_book_packages_alone_block_a_project(composition_rules: CompositionRules, packages: list[str]) -> None:
    verdicts = check_plan(composition_rules, plan(*packages), CATALOG)
    (community,) = of_rule(verdicts, "C-COMMUNITY")
    assert (community.outcome, community.severity) == (CheckOutcome.VIOLATED, Severity.ERROR)
    assert community.reason.da == (
        f"Planen angiver {len(packages)} indsatser med bogpakker og 0 fællesskabsorienterede (A–D); "
        "bogpakker må ikke stå alene, så læg mindst 1 indsats af typerne A–D ved siden af."
    )
    assert community.reason.en == (
        f"The plan declares {len(packages)} efforts with book packages and 0 of the types A–D; "
        "book packages may not stand alone, so add at least 1 effort of the types A–D beside them."
    )
    assert Judgement.of(verdicts).violated


def test_book_packages_alone_for_a_pupil_need_a_reason_and_do_not_block(
    composition_rules: CompositionRules,
) -> None:
    verdicts = check_plan(composition_rules, plan("E1", scope=PlanScope.PUPIL), CATALOG)
    assert not Judgement.of(verdicts).violated
    assert [each.rule_id for each in Judgement.of(verdicts).warnings] == ["C-COMMUNITY"]


@pytest.mark.parametrize("beside", ["A1", "A2", "B", "C", "D1", "D2", "D3"])
def test_any_of_the_types_a_to_d_beside_them_is_enough(composition_rules: CompositionRules, beside: str) -> None:
    verdict = check_community(composition_rules, plan("E1", beside), CATALOG)
    assert verdict.outcome is CheckOutcome.SATISFIED
    assert verdict.value == Measure(amount=Decimal(1), unit="efforts")
    assert verdict.threshold == Measure(amount=Decimal(1), unit="efforts")
    assert verdict.reason.en == "The plan declares 1 efforts with book packages and 1 of the types A–D."


def test_a_plan_without_book_packages_is_not_judged_on_them(composition_rules: CompositionRules) -> None:
    verdict = check_community(composition_rules, plan("A1", "B"), CATALOG)
    assert (verdict.outcome, verdict.reason.da) == (CheckOutcome.NOT_APPLICABLE, "Planen angiver 0 bogpakker.")


def test_what_stands_beside_is_unknown_when_its_type_is(composition_rules: CompositionRules) -> None:
    verdict = check_community(composition_rules, plan("E1", "X9"), CATALOG)
    assert verdict.outcome is CheckOutcome.UNKNOWN
    assert verdict.coverage == Coverage(have=1, expected=2, unit="efforts")
    assert "1 indsatser, der ikke er i kataloget" in verdict.reason.da
    assert "1 efforts that are not in the catalog" in verdict.reason.en
    assert check_community(composition_rules, plan("E1", "X9", "A1"), CATALOG).outcome is CheckOutcome.SATISFIED
    assert check_community(composition_rules, plan("X9", "A1"), CATALOG).outcome is CheckOutcome.NOT_APPLICABLE


def test_a_variant_that_is_not_in_the_catalog_blocks_and_is_pointed_at(
    composition_rules: CompositionRules,
) -> None:
    verdicts = check_plan(composition_rules, plan("A1", "X9"), CATALOG)
    first, second = of_rule(verdicts, "C-CATALOG")
    assert (first.outcome, first.pointer) == (CheckOutcome.SATISFIED, "/efforts/0/variant")
    assert first.reason.da == "A1 er i kataloget og gælder på startdatoen 01-11-2021."
    assert (second.outcome, second.severity, second.pointer) == (
        CheckOutcome.VIOLATED,
        Severity.ERROR,
        "/efforts/1/variant",
    )
    assert second.value == Measure(code="X9", unit="variant")
    assert second.reason.da == "X9 er ikke i kataloget; vælg en indsats fra det."
    assert second.reason.en == "X9 is not in the catalog; choose an intervention from it."
    assert Judgement.of(verdicts).violated


def period(first: date, last: date | None) -> CatalogEntry:
    return CATALOG[0].model_copy(update={"valid_from": first, "valid_to": last})


@pytest.mark.parametrize(
    ("first", "last", "outcome"),
    [
        (date(2021, 11, 1), None, "satisfied"),
        (date(2021, 11, 2), None, "violated"),
        (date(2021, 1, 1), date(2021, 11, 1), "violated"),
        (date(2021, 1, 1), date(2021, 11, 2), "satisfied"),
    ],
)
def test_a_variant_is_held_against_the_plans_start_date(
    composition_rules: CompositionRules, first: date, last: date | None, outcome: str
) -> None:
    (verdict,) = check_catalog(composition_rules, plan("A1"), [period(first, last)])
    assert verdict.outcome == outcome
    if outcome == "violated":
        assert "gælder ikke på startdatoen 01-11-2021" in verdict.reason.da
        assert "not valid on the start date 2021-11-01" in verdict.reason.en


def test_one_valid_period_of_several_is_enough(composition_rules: CompositionRules) -> None:
    periods = [period(date(2021, 1, 1), date(2021, 6, 1)), period(date(2021, 8, 1), None)]
    assert check_catalog(composition_rules, plan("A1"), periods)[0].outcome is CheckOutcome.SATISFIED


@pytest.mark.parametrize(
    ("size", "outcome"),
    [(1, "violated"), (2, "satisfied"), (3, "satisfied"), (4, "satisfied"), (5, "violated"), (None, "unknown")],
)
def test_small_groups_have_two_to_four_pupils(
    composition_rules: CompositionRules, size: int | None, outcome: str
) -> None:
    (verdict,) = check_group(composition_rules, plan("C", group_size=size), CATALOG)
    assert (verdict.outcome, verdict.severity, verdict.pointer) == (outcome, Severity.ERROR, "/efforts/0/group_size")
    assert verdict.value == (Measure(amount=Decimal(size), unit="pupils") if size else None)
    assert verdict.threshold == Measure(code="2-4", unit="pupils")
    assert bool(Judgement.of([verdict]).violated) == (outcome == "violated")
    assert Judgement.of([verdict]).unanswered == ((verdict,) if outcome == "unknown" else ())


@pytest.mark.parametrize(
    ("size", "da", "en"),
    [
        (
            1,
            "Der er angivet 1 elev i gruppen; små grupper har 2–4 elever, så ændr gruppen.",
            "The group is declared with 1 pupil; small groups have 2–4 pupils, so change the group.",
        ),
        (
            4,
            "Der er angivet 4 elever i gruppen; 2–4 er tilladt.",
            "The group is declared with 4 pupils; 2–4 are allowed.",
        ),
        (
            None,
            "Gruppens størrelse er ikke angivet; små grupper har 2–4 elever.",
            "The size of the group is not declared; small groups have 2–4 pupils.",
        ),
    ],
)
def test_the_reason_names_the_declared_size(
    composition_rules: CompositionRules, size: int | None, da: str, en: str
) -> None:
    (verdict,) = check_group(composition_rules, plan("C", group_size=size), CATALOG)
    assert (verdict.reason.da, verdict.reason.en) == (da, en)


def test_only_small_group_tuition_is_judged_on_its_group(composition_rules: CompositionRules) -> None:
    (verdict,) = check_group(composition_rules, plan("A1", "D1", "E1", group_size=25), CATALOG)
    assert (verdict.outcome, verdict.pointer) == (CheckOutcome.NOT_APPLICABLE, "/efforts")
    (judged,) = check_group(composition_rules, plan("A1", "C", group_size=25), CATALOG)
    assert (judged.outcome, judged.pointer) == (CheckOutcome.VIOLATED, "/efforts/1/group_size")


def test_a_plan_that_starts_before_the_rules_is_an_error(composition_rules: CompositionRules) -> None:
    early = plan("A1").model_copy(update={"start": date(2020, 12, 31)})
    with pytest.raises(NoRuleInForce):
        check_plan(composition_rules, early, CATALOG)


def test_a_plan_is_read_from_plain_json_and_a_misspelt_field_is_an_error() -> None:
    effort = {"variant": "C", "group_size": 3, "weekly_amount": 4, "unit": "sessions", "weeks": 12}
    data = {"scope": "project", "start": "2021-11-01", "last_day": "2022-06-24", "efforts": [effort]}
    read = Plan.model_validate(data).efforts[0]
    assert (read.weekly_amount, read.unit) == (Decimal(4), DosageUnit.SESSIONS)
    with pytest.raises(ValidationError, match="grup_size"):
        Plan.model_validate(data | {"efforts": [effort | {"grup_size": 3}]})
    with pytest.raises(ValidationError, match="The end is before the start"):
        Plan.model_validate(data | {"last_day": "2021-10-31"})
    with pytest.raises(ValidationError, match="at least 1 item"):
        Plan.model_validate(data | {"efforts": []})
    assert Plan.model_validate(data | {"last_day": "2021-11-01"}).last_day == START
