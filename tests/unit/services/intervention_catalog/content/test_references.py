"""Every reference in the content has a target."""

from decimal import Decimal
from typing import Any

import pytest

from services.intervention_catalog.content.models.shared import ContentText
from services.intervention_catalog.content.references import references_in, rendered, rule_numbers
from tests.unit.services.intervention_catalog.content.conftest import ContentFolder, item


def wrong(folder: ContentFolder) -> list[str]:
    start = "references that lead nowhere: "
    return [fault.removeprefix(start) for fault in folder.faults() if fault.startswith(start)]


def set_minimum(letter: str, variant: int, da: str, en: str) -> Any:
    def change(data: Any) -> None:
        item(data, "intervention_types", letter)["variants"][variant]["minimum"] = {"da": da, "en": en}

    return change


def test_a_number_is_written_as_each_language_writes_it() -> None:
    text = ContentText(da="{dosage.A1.weekly_minimum} lektioner", en="{dosage.A1.weekly_minimum} lessons")
    assert rendered(text, rule_numbers()) == ContentText(da="10,5 lektioner", en="10.5 lessons")


def test_an_unknown_reference_cannot_be_rendered() -> None:
    with pytest.raises(KeyError):
        rendered(ContentText(da="{dosage.F.weekly_minimum}", en=""), rule_numbers())


def test_every_variant_but_the_one_without_a_minimum_has_its_numbers() -> None:
    numbers = rule_numbers()
    assert {name.split(".")[1] for name in numbers if name.count(".") > 1 and name.startswith("dosage.")} == {
        "A1", "A2", "B", "C", "D1", "D2", "E1", "E2",
    }  # fmt: skip
    assert numbers["dosage.D1.phase2.weeks"] == Decimal(8)
    assert numbers["composition.C.group_most"] == Decimal(4)


def test_references_are_found_in_the_order_they_stand() -> None:
    assert list(references_in("{a.b} og {c.d}")) == ["a.b", "c.d"]


def test_a_reference_to_no_number_of_the_rules_is_found_in_each_language(folder: ContentFolder) -> None:
    folder.change("intervention_types.yaml", set_minimum("B", 0, "{dosage.B.week} uger", "{dosage.B.week} weeks"))
    assert wrong(folder) == [
        f"intervention_types[B].variants[B].minimum.{language}: {{dosage.B.week}} is no number of the rule data"
        for language in ("da", "en")
    ]


def test_a_brace_left_open_is_found(folder: ContentFolder) -> None:
    folder.change("intervention_types.yaml", set_minimum("B", 0, "{dosage.B.weeks uger", "{dosage.B.weeks} weeks"))
    assert wrong(folder) == [
        "intervention_types[B].variants[B].minimum.da: a brace without its other",
        "intervention_types[B].variants[B].minimum: Danish and English refer to different numbers",
    ]


def test_a_typed_number_in_a_minimum_is_found(folder: ContentFolder) -> None:
    folder.change("intervention_types.yaml", set_minimum("B", 0, "16 uger", "sixteen weeks"))
    assert wrong(folder) == [
        "intervention_types[B].variants[B].minimum.da: a number is typed where it must be a reference"
    ]


def test_a_theme_that_is_not_declared_is_found(folder: ContentFolder) -> None:
    folder.change("trial_actions.yaml", lambda data: item(data, "trial_actions", "odder").update(themes=["weather"]))
    assert wrong(folder) == ["trial_actions[odder]: there is no theme weather"]


def test_a_variant_in_the_wrong_type_or_missing_is_found(folder: ContentFolder) -> None:
    def move(data: Any) -> None:
        variant = item(data, "intervention_types", "E")["variants"].pop()
        item(data, "intervention_types", "D")["variants"].append(variant)

    folder.change("intervention_types.yaml", move)
    assert wrong(folder) == ["intervention_types[D].variants[E2]: is book_packages, individual in the rule data"]
    folder.change("intervention_types.yaml", lambda data: item(data, "intervention_types", "D")["variants"].pop())
    assert wrong(folder) == ["intervention_types: variant E2 of the rule data stands 0 times"]


def test_a_type_under_anothers_letter_is_found(folder: ContentFolder) -> None:
    folder.change("intervention_types.yaml", lambda data: item(data, "intervention_types", "A").update(letter="B"))
    assert wrong(folder) == ["intervention_types[B]: co_teaching has another letter"]


def test_a_variant_that_the_rules_do_not_have_is_found(folder: ContentFolder) -> None:
    folder.change(
        "intervention_types.yaml", lambda data: item(data, "intervention_types", "B")["variants"][0].update(id="B9")
    )
    assert wrong(folder) == [
        "intervention_types[B].variants[B9]: is no variant of the rule data",
        "intervention_types: variant B of the rule data stands 0 times",
    ]


def test_a_municipality_under_two_codes_is_found(folder: ContentFolder) -> None:
    folder.change(
        "trial_actions.yaml",
        lambda data: item(data, "trial_actions", "aabenraa-tinglev")["municipality"].update(code="581"),
    )
    assert wrong(folder) == ["trial_actions[aabenraa-tinglev]: the municipality has another code or name elsewhere"]


def test_a_passage_that_ends_before_it_begins_is_found(folder: ContentFolder) -> None:
    folder.change(
        "support_levels.yaml", lambda data: item(data, "support_levels", "4")["sources"][0].update(lines=[9, 8])
    )
    assert wrong(folder) == ["support_levels[4].sources[0]: the lines 9-8 are no passage"]
