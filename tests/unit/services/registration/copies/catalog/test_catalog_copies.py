"""Which received rule set is used, and the data of a variant in the copy of the catalog."""

from datetime import date

import pytest

from libs.shared.base.rule_problems import RuleSetNotInForce, RuleSetsOverlap
from libs.shared.contracts.catalog import TypePeriod
from libs.shared.rules.catalog import catalog_entries
from libs.shared.rules.composition.checks import check_plan
from libs.shared.rules.composition.plan import Plan, PlannedEffort
from libs.shared.rules.library import library_rule_set
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.verdicts import CheckOutcome
from services.registration.copies.catalog.domain import ReceivedType, choose, entries_of
from services.registration.copies.catalog.errors import RuleSetNotReceived


def _set(version: int, start: date, end: date | None = None, name: str = "dosage-2021") -> RuleSet:
    changed = {"version": version, "valid_from": start, "valid_to": end, "name": name}
    return library_rule_set("dosage-2021").model_copy(update=changed)


OLD, NEW = _set(1, date(2021, 1, 1)), _set(2, date(2023, 8, 1))


@pytest.mark.parametrize(
    ("on", "version"), [(date(2021, 1, 1), 1), (date(2023, 7, 31), 1), (date(2023, 8, 1), 2), (date(2040, 1, 1), 2)]
)
def test_the_newest_version_in_force_on_the_day_judges(on: date, version: int) -> None:
    assert choose([NEW, OLD, library_rule_set("screening-2021")], "dosage", on).version == version


def test_a_version_that_ends_an_earlier_one_leaves_the_days_after_it_to_the_set_that_follows() -> None:
    ended, follower = _set(2, date(2021, 1, 1), date(2024, 8, 1)), _set(1, date(2024, 8, 1), name="dosage-2024")
    received = [_set(1, date(2021, 1, 1)), ended, follower]
    assert choose(received, "dosage", date(2024, 7, 31)) == ended
    assert choose(received, "dosage", date(2024, 8, 1)) == follower


def test_a_family_of_which_nothing_came_is_awaited() -> None:
    with pytest.raises(RuleSetNotReceived) as refused:
        choose([library_rule_set("screening-2021")], "dosage", date(2022, 1, 1))
    assert refused.value.status == 503
    assert "dosage" in refused.value.messages["da"]


def test_a_day_without_a_version_is_refused_in_the_rules_own_words() -> None:
    with pytest.raises(RuleSetNotInForce) as refused:
        choose([OLD], "dosage", date(2020, 12, 31))
    assert refused.value.messages["da"].startswith("Ingen version af regelsættet dosage")
    assert "2020-12-31" in refused.value.messages["en"]


def test_two_sets_of_one_family_on_one_day_choose_none() -> None:
    with pytest.raises(RuleSetsOverlap) as refused:
        choose([OLD, _set(1, date(2022, 1, 1), name="dosage-2022")], "dosage", date(2022, 2, 1))
    assert "dosage-2022" in refused.value.messages["en"]


def _received(kind: str, *variants: str, start: date = date(2021, 1, 1), end: date | None = None) -> ReceivedType:
    return ReceivedType(kind, [TypePeriod(valid_from=start, valid_to=end, variants=list(variants))])


def test_entries_carry_type_group_and_validity_as_the_library_has_them() -> None:
    received = [_received(each.intervention_type.value, each.id) for each in catalog_entries()]
    ours = {
        each.id: (each.intervention_type, each.group, each.valid_from, each.valid_to) for each in entries_of(received)
    }
    assert ours == {
        each.id: (each.intervention_type, each.group, each.valid_from, each.valid_to) for each in catalog_entries()
    }


def test_a_plan_gets_the_same_verdicts_by_copies_as_by_the_library() -> None:
    received = [_received(each.intervention_type.value, each.id) for each in catalog_entries()]
    rule_set = library_rule_set("composition-2021")
    for variants in (("E1",), ("E1", "A1"), ("C",), ("X1",), ("D1", "B")):
        plan = Plan(start=date(2022, 8, 8), efforts=tuple(PlannedEffort(variant=each) for each in variants))
        assert check_plan(rule_set, plan, entries_of(received)) == check_plan(rule_set, plan, catalog_entries())


def test_a_type_that_has_ended_or_that_the_rules_do_not_know_is_not_in_the_catalog() -> None:
    entries = entries_of([_received("co_teaching", "A1", end=date(2022, 8, 8)), _received("tele_teaching", "B")])
    plan = Plan(start=date(2022, 8, 8), efforts=(PlannedEffort(variant="A1"), PlannedEffort(variant="B")))
    verdicts = check_plan(library_rule_set("composition-2021"), plan, entries)
    assert [each.outcome for each in verdicts if each.rule_id == "C-CATALOG"] == [CheckOutcome.VIOLATED] * 2


def test_a_type_with_a_gap_between_its_periods_is_in_the_catalog_in_each_with_the_variants_of_then() -> None:
    periods = [
        TypePeriod(valid_from=date(2021, 1, 1), valid_to=date(2022, 8, 1), variants=["A1", "A2"]),
        TypePeriod(valid_from=date(2023, 8, 1), variants=["A1"]),
    ]
    entries = entries_of([ReceivedType("co_teaching", periods)])
    valid = {
        on: {each.id for each in entries if each.is_valid(on)}
        for on in (date(2022, 7, 31), date(2022, 8, 1), date(2023, 8, 1))
    }
    assert list(valid.values()) == [{"A1", "A2"}, set(), {"A1"}]
