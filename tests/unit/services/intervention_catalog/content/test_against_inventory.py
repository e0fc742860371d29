"""The content is compared with the inventory, item by item."""

from typing import Any

import pytest

from tests.unit.services.intervention_catalog.content.conftest import ContentFolder, item


def differences(folder: ContentFolder) -> list[str]:
    start = "differences from the inventory: "
    return [fault.removeprefix(start) for fault in folder.faults() if fault.startswith(start)]


def test_an_action_under_another_id_is_both_missing_and_unknown(folder: ContentFolder) -> None:
    folder.change("trial_actions.yaml", lambda data: item(data, "trial_actions", "odense").update(id="odense-2"))
    assert differences(folder) == [
        "trial_actions[odense]: is in the inventory and not in the content",
        "trial_actions[odense-2]: is in the content and not in the inventory",
    ]


def test_an_action_that_stands_twice_is_found(folder: ContentFolder) -> None:
    folder.change("trial_actions.yaml", lambda data: data["trial_actions"].append(data["trial_actions"][0]))
    assert "trial_actions[brondby-brondbyvester]: stands more than once" in differences(folder)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"municipality": {"code": "461", "name": "Odense"}}, "municipality Odense where the source has Sorø"),
        ({"schools": ["Frederiksberg Skole"]}, "schools Frederiksberg Skole where the source has none"),
        (
            {"sources": [{"file": "002", "section": "Sorø", "lines": [1255, 1320]}]},
            "no source reference to 002, lines 1255-1321",
        ),
    ],
)
def test_an_action_that_differs_from_the_inventory_is_told_how(
    folder: ContentFolder, change: dict[str, Any], sentence: str
) -> None:
    folder.change("trial_actions.yaml", lambda data: item(data, "trial_actions", "soroe").update(change))
    assert differences(folder) == [f"trial_actions[soroe]: {sentence}"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"numbers": ["5.1.1.e"]}, "numbers 5.1.1.e where the source has 5.1.1.e, 5.1.1.f"),
        ({"weight": "central"}, "weight central where the source has it in the box"),
        ({"theme": "parents"}, "theme parents where the source has it in section 3.1"),
    ],
)
def test_a_recommendation_that_differs_from_the_inventory_is_told_how(
    folder: ContentFolder, change: dict[str, Any], sentence: str
) -> None:
    folder.change("recommendations.yaml", lambda data: item(data, "recommendations", "5.1.1.e.box").update(change))
    assert differences(folder) == [f"recommendations[5.1.1.e.box]: {sentence}"]


@pytest.mark.parametrize(
    ("name", "audience", "gives"),
    [("5.1.1.b.text", ["municipal_council"], "minister"), ("5.1.3.g.text", ["minister"], "nobody_named")],
)
def test_an_audience_other_than_the_headings_is_found(
    folder: ContentFolder, name: str, audience: list[str], gives: str
) -> None:
    folder.change("recommendations.yaml", lambda data: item(data, "recommendations", name).update(audience=audience))
    assert differences(folder) == [
        f"recommendations[{name}]: audience {audience[0]} where the source's heading gives {gives}"
    ]


def test_one_number_stands_for_two_recommendations_and_both_are_kept(folder: ContentFolder) -> None:
    folder.change(
        "recommendations.yaml",
        lambda data: data["recommendations"].remove(item(data, "recommendations", "5.3.2.d.text")),
    )
    assert differences(folder) == ["recommendations[5.3.2.d.text]: is in the inventory and not in the content"]
