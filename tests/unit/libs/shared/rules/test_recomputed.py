"""The version that an old verdict names gives the same verdict again, whatever has been published since."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.shared.rules.catalog import catalog_entries
from libs.shared.rules.composition.checks import check_plan
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.dosage.facts import PlannedPhase
from libs.shared.rules.dosage.planned import planned_dosage
from libs.shared.rules.dosage.verdict import DosageVerdict
from libs.shared.rules.errors import NoRuleInForce
from libs.shared.rules.library import library_rule_set
from libs.shared.rules.rule_sets import RuleSet, in_force
from libs.shared.rules.screening.facts import AbsenceFacts, ScreeningFacts
from libs.shared.rules.screening.gross_list import screen
from libs.shared.rules.verdicts import CheckVerdict, ScreeningVerdict, Verdict

CHANGE = date(2023, 8, 1)
"""The first day of the second versions."""


def versions(name: str, change: Callable[[dict[str, Any]], None]) -> tuple[RuleSet, RuleSet]:
    """The packaged set, closed, and a second version with other settings, as they come back from the bus."""
    first = library_rule_set(name).model_dump(mode="json") | {"valid_to": CHANGE.isoformat()}
    second = library_rule_set(name).model_dump(mode="json") | {"version": 2, "valid_from": CHANGE.isoformat()}
    change(second["settings"])
    return RuleSet.model_validate(first), RuleSet.model_validate(second)


def stricter_screening(settings: dict[str, Any]) -> None:
    settings["absence"]["flagged_from_percent"] = "5"


def larger_groups(settings: dict[str, Any]) -> None:
    settings["group"]["most_pupils"] = 6


def less_dosage(settings: dict[str, Any]) -> None:
    settings["minimums"][0]["phases"][0]["weekly_amount"] = "8"


SCREENING = versions("screening-2021", stricter_screening)
COMPOSITION = versions("composition-2021", larger_groups)
DOSAGE = versions("dosage-2021", less_dosage)


def named_by(verdict: Verdict, kept: tuple[RuleSet, ...]) -> RuleSet:
    return next(each for each in kept if (each.name, each.version) == (verdict.rule_set, verdict.version))


DAYS = st.dates(date(2021, 1, 1), date(2025, 12, 31))


@given(day=DAYS, half_days=st.integers(0, 60))
def test_a_screening_is_found_again(day: date, half_days: int) -> None:
    first = day.year if day.month >= 8 else day.year - 1
    year = AbsenceFacts(
        school_year=f"{first}/{first + 1}",
        absence_days=Decimal(half_days) / 2,
        school_days_reported=200,
        months_reported=10,
        months_expected=10,
    )
    facts = ScreeningFacts(as_of=day, absence=(year,))
    (verdict, *_) = screen(in_force(SCREENING, "screening", day), facts).verdicts
    assert verdict.version == (1 if day < CHANGE else 2)
    assert verdict.outcome == ("flagged" if half_days >= (40 if day < CHANGE else 20) else "not_flagged")
    kept = ScreeningVerdict.model_validate_json(verdict.model_dump_json())
    assert screen(named_by(kept, SCREENING), facts).verdicts[0] == kept


@given(day=DAYS, size=st.integers(1, 8))
def test_a_check_of_a_plan_is_found_again(day: date, size: int) -> None:
    plan = Plan.model_validate({"start": day, "efforts": [{"variant": "C", "group_size": size}]})
    found = check_plan(in_force(COMPOSITION, "composition", day), plan, catalog_entries())
    (group,) = [each for each in found if each.rule_id == "C-GROUP"]
    assert group.outcome == ("satisfied" if 2 <= size <= (4 if day < CHANGE else 6) else "violated")
    kept = tuple(CheckVerdict.model_validate_json(each.model_dump_json()) for each in found)
    assert check_plan(named_by(kept[0], COMPOSITION), plan, catalog_entries()) == kept


@given(day=DAYS, tenths=st.integers(70, 120))
def test_a_planned_dosage_is_found_again(day: date, tenths: int) -> None:
    phase = PlannedPhase.model_validate({"weekly_amount": Decimal(tenths) / 10, "unit": "lessons", "weeks": 20})
    found = planned_dosage(in_force(DOSAGE, "dosage", day), "A1", [phase], start=day)
    assert found.outcome == ("met" if tenths >= (105 if day < CHANGE else 80) else "missed")
    kept = DosageVerdict.model_validate_json(found.model_dump_json())
    assert planned_dosage(named_by(kept, DOSAGE), "A1", [phase], start=day) == kept


def test_a_version_does_not_judge_outside_its_time() -> None:
    for first, second in (SCREENING, COMPOSITION, DOSAGE):
        first.require_in_force(date(2023, 7, 31))
        second.require_in_force(CHANGE)
        for wrong, day in ((first, CHANGE), (second, date(2023, 7, 31))):
            with pytest.raises(NoRuleInForce):
                wrong.require_in_force(day)
