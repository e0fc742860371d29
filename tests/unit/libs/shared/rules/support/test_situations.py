"""Bridging, concerning absence and the hours of one case."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.shared.rules.verdicts import Measure
from tests.unit.libs.shared.rules.support.cases import BRIDGE, CASE, DAY, judged


@pytest.mark.parametrize(("weeks", "outcome"), [(5, "violated"), (6, "satisfied"), (8, "satisfied"), (9, "violated")])
def test_a_bridging_plan_takes_six_to_eight_weeks(weeks: int, outcome: str) -> None:
    assert judged("SUP-BRIDGE", bridge={**BRIDGE, "weeks": weeks}).outcome == outcome


@pytest.mark.parametrize("part", list(BRIDGE))
def test_a_bridging_plan_has_all_its_parts(part: str) -> None:
    assert judged("SUP-BRIDGE", bridge={**BRIDGE, part: None}).outcome == "unknown"
    if part != "weeks":
        assert judged("SUP-BRIDGE", bridge={**BRIDGE, part: False}).outcome == "violated"
    assert judged("SUP-BRIDGE", bridge=None).outcome == "unknown"
    assert judged("SUP-BRIDGE", moves=False).outcome == "not_applicable"
    assert judged("SUP-BRIDGE", moves=False).reason.en == (
        "The pupil does not move between ordinary and special provision."
    )


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({}, "satisfied"),
        ({"due": DAY - timedelta(days=1)}, "violated"),
        ({"due": None}, "unknown"),
        ({"step": False}, "violated"),
        ({"step": None}, "unknown"),
        ({"adviser": False}, "violated"),
        ({"adviser": None}, "unknown"),
    ],
)
def test_concerning_absence_has_a_case_whose_date_has_not_passed(changed: dict[str, Any], outcome: str) -> None:
    assert judged("SUP-ABSENCE", absence_case={**CASE, **changed}).outcome == outcome
    assert judged("SUP-ABSENCE", absence_case=None).outcome == "unknown"
    assert judged("SUP-ABSENCE", concerning_absence=False).outcome == "not_applicable"


@pytest.mark.parametrize(
    ("case", "team", "outcome"),
    [("18.5", "37", "satisfied"), ("18.51", "37", "violated"), ("37", "37", "violated"), ("0", "37", "satisfied")],
)
def test_one_case_takes_no_more_than_half_of_the_teams_hours(case: str, team: str, outcome: str) -> None:
    assert judged("SUP-SHARE", case_hours=case, team_hours=team).outcome == outcome


def test_the_share_of_a_case_is_shown_and_unknown_without_hours() -> None:
    verdict = judged("SUP-SHARE", case_hours="37", team_hours="60")
    assert verdict.value == Measure(amount=Decimal("61.66"), unit="percent")
    assert verdict.threshold == Measure(amount=Decimal(50), unit="percent")
    assert verdict.reason.da == "Sagen tager 37 af ressourceteamets 60 timer i ugen (61,66 %); grænsen er 50 %."
    assert verdict.reason.en == (
        "The case takes 37 of the resource team's 60 hours in the week (61.66 %); the limit is 50 %."
    )
    for hours in ({"case_hours": None}, {"team_hours": None}, {"team_hours": "0"}):
        assert judged("SUP-SHARE", **hours).outcome == "unknown"


@given(case=st.integers(0, 1000), team=st.integers(1, 1000))
def test_the_share_is_exact_at_every_boundary(case: int, team: int) -> None:
    assert (judged("SUP-SHARE", case_hours=case, team_hours=team).outcome == "violated") == (
        Fraction(case, team) > Fraction(1, 2)
    )
