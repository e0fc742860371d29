"""The exact reasons, the places they point at, and the judgement of one effort on its first day."""

from datetime import date
from typing import Any

import pytest

from libs.shared.rules.composition.checks import check_community, check_plan, check_start
from libs.shared.rules.composition.declared import check_declared
from libs.shared.rules.composition.settings import CompositionSettings
from libs.shared.rules.errors import NoRuleInForce
from libs.shared.rules.rule_sets import RuleSet, read_rules
from libs.shared.rules.wording import Text
from tests.unit.libs.shared.rules.composition.plans import CATALOG, EFFORTS, SET, effort, judged, plan


@pytest.mark.parametrize(
    ("uses", "named", "da", "en"),
    [
        (None, ["Firma"], "Navngivne eksterne leverandører: 1.", "Named external suppliers: 1."),
        (
            None,
            [],
            "Det er ikke angivet, om der er eksterne leverandører; 0 er navngivet.",
            "It is not declared whether there are external suppliers; 0 are named.",
        ),
        (
            True,
            [],
            "Der er angivet eksterne leverandører, men 0 er navngivet; skriv, hvem de er.",
            "External suppliers are declared but 0 are named; say who they are.",
        ),
        (False, [], "Der er angivet 0 eksterne leverandører.", "0 external suppliers are declared."),
    ],
)
def test_what_is_said_of_external_suppliers(uses: bool | None, named: list[str], da: str, en: str) -> None:
    (verdict,) = judged("C-EXTERNAL", plan(uses_external_suppliers=uses, external_suppliers=named))
    assert verdict.reason == Text(da=da, en=en)


@pytest.mark.parametrize(
    ("efforts", "da", "en"),
    [
        (
            [EFFORTS["E1"], {"variant": "X9"}],
            "Planen angiver 1 indsatser, der ikke er i kataloget, så det er ukendt, om bogpakker står alene.",
            "The plan declares 1 efforts that are not in the catalog, so it is unknown "
            "whether book packages stand alone.",
        ),
        ([EFFORTS["A1"]], "Planen angiver 0 bogpakker.", "The plan declares 0 book packages."),
    ],
)
def test_what_is_said_of_book_packages(efforts: list[dict[str, Any]], da: str, en: str) -> None:
    verdict = check_community(read_rules(SET, CompositionSettings), plan(*efforts), CATALOG)
    assert (verdict.reason, verdict.pointer) == (Text(da=da, en=en), "/efforts")


def test_what_is_said_of_a_variant_that_is_not_valid_on_the_day() -> None:
    ended = [each.model_copy(update={"valid_to": date(2021, 11, 1)}) for each in CATALOG]
    (verdict,) = [each for each in check_plan(SET, plan(EFFORTS["B"]), ended) if each.rule_id == "C-CATALOG"]
    assert verdict.reason == Text(
        da="B er i kataloget, men gælder ikke på startdatoen 01-11-2021; vælg en anden indsats.",
        en="B is in the catalog but not valid on the start date 2021-11-01; choose another intervention.",
    )


def test_before_the_start_unless_it_is_said_to_be_the_day() -> None:
    severities = {
        each.severity
        for each in check_declared(read_rules(SET, CompositionSettings), plan(EFFORTS["E1"]), CATALOG)
        if each.rule_id == "C-PARENTS"
    }
    assert severities == {"warning"}


def test_on_its_first_day_an_effort_is_judged_by_the_rules_about_it_alone() -> None:
    given = plan(EFFORTS["A1"], effort("E1", parents_informed=False), effort("C", group_size=9), anchoring=False)
    found = {each.rule_id: each for each in check_start(SET, given, 1, iter(CATALOG))}
    assert set(found) == {"C-CATALOG", "C-NOT-REPLACE", "C-PARENTS", "C-GRADE"}
    assert (found["C-PARENTS"].outcome, found["C-PARENTS"].severity) == ("violated", "error")
    assert {each.pointer for each in found.values()} == {"/efforts/1/variant", "/efforts/1", "/efforts/1/grades"}
    every = check_plan(SET, given, CATALOG, at_start=True)
    assert list(found.values()) == [each for each in every if each in found.values()]


def test_the_tenth_effort_is_not_taken_for_the_second() -> None:
    given = plan(*[EFFORTS["B"]] * 10, effort("C", group_size=9))
    assert "C-GROUP" not in {each.rule_id for each in check_start(SET, given, 1, CATALOG)}
    (group,) = [each for each in check_start(SET, given, 10, CATALOG) if each.rule_id == "C-GROUP"]
    assert (group.outcome, group.pointer) == ("violated", "/efforts/10/group_size")


def test_a_first_day_outside_the_rules_is_an_error() -> None:
    late = RuleSet.model_validate(SET.model_dump(mode="json") | {"valid_from": "2021-11-02"})
    with pytest.raises(NoRuleInForce):
        check_start(late, plan(EFFORTS["B"]), 0, CATALOG)
