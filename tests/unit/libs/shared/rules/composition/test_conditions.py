"""The forms of co-teaching, the grades of a type, and external suppliers."""

from decimal import Decimal

import pytest

from libs.shared.rules.composition.checks import check_plan
from libs.shared.rules.judgement import Judgement
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.verdicts import Measure
from tests.unit.libs.shared.rules.composition.plans import CATALOG, EFFORTS, SET, effort, judged, plan


@pytest.mark.parametrize("way", ["one_teaches_one_assists", "stations", "parallel"])
def test_each_of_the_three_ways_of_co_teaching_is_good(way: str) -> None:
    (verdict,) = judged("C-ORGANISATION", plan(effort("A1", organisation=way)))
    assert (verdict.outcome, verdict.severity) == ("satisfied", "error")
    assert verdict.value == Measure(code=way, unit="organisation")
    assert verdict.pointer == "/efforts/0/organisation"


def test_co_teaching_without_a_way_is_asked_for_one_and_others_are_not() -> None:
    (verdict,) = judged("C-ORGANISATION", plan(effort("A1", organisation=None)))
    assert (verdict.outcome, verdict.value) == ("unknown", None)
    assert verdict.reason.da == (
        "Måden er ikke angivet; vælg en af de 3: én underviser, én assisterer, stationsundervisning og "
        "parallelundervisning."
    )
    assert verdict.reason.en == (
        "The way is not declared; choose one of the 3: one teaches, one assists, stations and parallel teaching."
    )
    (satisfied,) = judged("C-ORGANISATION", plan(EFFORTS["A1"]))
    assert satisfied.reason.da == "Angivet er stationsundervisning."
    assert satisfied.reason.en == "Declared: stations."
    (other,) = judged("C-ORGANISATION", plan(EFFORTS["B"]))
    assert (other.outcome, other.pointer) == ("not_applicable", "/efforts")
    assert other.reason.da == "Planen angiver 0 indsatser af tolærerordning."
    assert other.reason.en == "The plan declares 0 efforts of co-teaching."


def test_a_way_that_a_version_does_not_allow_is_violated() -> None:
    data = SET.model_dump(mode="json")
    del data["settings"]["organisation"]["ways"]["parallel"]
    verdicts = check_plan(RuleSet.model_validate(data), plan(effort("A1", organisation="parallel")), CATALOG)
    (verdict,) = [each for each in verdicts if each.rule_id == "C-ORGANISATION"]
    assert verdict.outcome == "violated"
    assert verdict.reason.da == (
        "parallel er ikke en af de 2 måder; vælg en af dem: én underviser, én assisterer og stationsundervisning."
    )
    assert verdict.reason.en == (
        "parallel is not one of the 2 ways; choose one of them: one teaches, one assists and stations."
    )


@pytest.mark.parametrize(
    ("variant", "grades", "outcome", "outside"),
    [
        ("D1", [6], "violated", "6"),
        ("D1", [7], "satisfied", None),
        ("D1", [10], "satisfied", None),
        ("D1", [9, 0, 6, 6], "violated", "0,6"),
        ("D1", None, "unknown", None),
        ("E1", [2, 3, 5], "satisfied", None),
        ("E1", [1], "violated", "1"),
        ("E1", [2, 4], "violated", "4"),
        ("E1", [6], "violated", "6"),
        ("C", [1], "not_applicable", None),
    ],
)
def test_grades_outside_those_of_a_type_are_noted_and_stop_nothing(
    variant: str, grades: list[int] | None, outcome: str, outside: str | None
) -> None:
    (verdict,) = judged("C-GRADE", plan(effort(variant, grades=grades)))
    assert (verdict.outcome, verdict.severity) == (outcome, "info")
    assert verdict.value == (Measure(code=outside, unit="grades") if outside else None)
    assert not Judgement.of([verdict]).violated
    assert Judgement.of([verdict]).warnings == Judgement.of([verdict]).unanswered == ()


@pytest.mark.parametrize(
    ("variant", "grades", "da", "en"),
    [
        (
            "D1",
            [5, 6],
            "Angivet er 5. og 6. klasse; typen er udviklet til 7.–10. klasse.",
            "Declared: grade 5 and 6; the type is developed for grades 7–10.",
        ),
        (
            "E1",
            None,
            "Klassetrin er ikke angivet; typen er afprøvet i 2., 3. og 5. klasse.",
            "The grades are not declared; the type is tried in grades 2, 3 and 5.",
        ),
        (
            "E1",
            [3],
            "Der er angivet 0 klassetrin uden for typens; typen er afprøvet i 2., 3. og 5. klasse.",
            "Declared: 0 grades outside the type's; the type is tried in grades 2, 3 and 5.",
        ),
        (
            "B",
            [3],
            "Planen angiver 0 indsatser af typer med egne klassetrin.",
            "The plan declares 0 efforts of types with grades of their own.",
        ),
    ],
)
def test_the_note_on_grades_names_them(variant: str, grades: list[int] | None, da: str, en: str) -> None:
    (verdict,) = judged("C-GRADE", plan(effort(variant, grades=grades)))
    assert (verdict.reason.da, verdict.reason.en) == (da, en)
    assert verdict.pointer == ("/efforts" if variant == "B" else "/efforts/0/grades")
    if variant == "E1":
        assert verdict.threshold == Measure(code="2,3,5", unit="grades")


@pytest.mark.parametrize(
    ("uses", "named", "outcome", "en"),
    [
        (True, ["Firma A/S"], "satisfied", "Named external suppliers: 1."),
        (None, ["Firma A/S"], "satisfied", "Named external suppliers: 1."),
        (True, [], "violated", "External suppliers are declared but 0 are named; say who they are."),
        (None, [], "unknown", "It is not declared whether there are external suppliers; 0 are named."),
        (False, [], "not_applicable", "0 external suppliers are declared."),
    ],
)
def test_external_suppliers_are_named(uses: bool | None, named: list[str], outcome: str, en: str) -> None:
    (verdict,) = judged("C-EXTERNAL", plan(uses_external_suppliers=uses, external_suppliers=named))
    assert (verdict.outcome, verdict.severity, verdict.reason.en) == (outcome, "info", en)
    assert (verdict.value, verdict.pointer) == (
        Measure(amount=Decimal(len(named)), unit="suppliers"),
        "/external_suppliers",
    )
    assert "Firma" not in verdict.reason.da
