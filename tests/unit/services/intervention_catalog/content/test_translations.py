"""Every text exists in Danish and in English."""

from typing import Any

from tests.unit.services.intervention_catalog.content.conftest import ContentFolder, item


def test_a_missing_and_a_blank_translation_are_each_named_with_their_place(folder: ContentFolder) -> None:
    def plant(data: Any) -> None:
        action = item(data, "trial_actions", "ishoj")
        del action["experienced"]["pupils"]["en"]
        action["title"]["da"] = "  "

    folder.change("trial_actions.yaml", plant)
    assert folder.faults() == [
        "missing translations: trial_actions[ishoj].title.da: there is no text",
        "missing translations: trial_actions[ishoj].experienced.pupils.en: there is no text",
    ]
    assert "missing translations: 2" in folder.report().lines()


def test_danish_left_standing_as_english_is_found(folder: ContentFolder) -> None:
    def plant(data: Any) -> None:
        text = item(data, "support_levels", "3T")["purpose"]
        text["en"] = text["da"]

    folder.change("support_levels.yaml", plant)
    assert folder.faults() == ["missing translations: support_levels[3T].purpose: Danish and English are the same"]


def test_a_missing_translation_deep_in_a_list_is_found(folder: ContentFolder) -> None:
    folder.change(
        "intervention_types.yaml",
        lambda data: item(data, "intervention_types", "D")["leadership_advice"][2].pop("en"),
    )
    assert folder.faults() == ["missing translations: intervention_types[D].leadership_advice[2].en: there is no text"]
