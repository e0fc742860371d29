"""The published form of the packaged content fits the documented models."""

import pytest

from libs.shared.rules.catalog import catalog_entries
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.content.files import packaged_folder, read_content
from services.intervention_catalog.kinds.allowed_references import AllowedReferences
from services.intervention_catalog.kinds.kinds import KINDS
from services.intervention_catalog.kinds.published import as_published
from services.intervention_catalog.loading.packaged import FIRST_DAY, packaged


@pytest.fixture(scope="module")
def allowed() -> AllowedReferences:
    return AllowedReferences.of(read_content(packaged_folder()), catalog_entries())


def test_every_item_is_of_its_kind_s_published_model(allowed: AllowedReferences) -> None:
    items = list(packaged(read_content(packaged_folder()), allowed))
    for each in items:
        assert KINDS[each.kind].published.model_validate(each.content).model_dump(mode="json") == each.content
    assert len({(each.kind, each.item_id) for each in items}) == len(items) == 132


def test_the_package_is_valid_from_the_day_its_rules_are() -> None:
    assert {(each.valid_from, each.valid_to) for each in catalog_entries()} == {(FIRST_DAY, None)}


def test_every_variant_carries_the_rules_own_minimum(allowed: AllowedReferences) -> None:
    written = read_content(packaged_folder()).types.intervention_types
    for each in written:
        made = as_published(Kind.INTERVENTION_TYPE, each.model_dump(mode="json"), allowed)
        for variant in made["variants"]:
            rules = allowed.variants[variant["id"]].model_dump(mode="json")
            assert (variant["group_size"], variant["minimum_phases"]) == (rules["group_size"], rules["minimum"])


def test_a_variant_the_rules_do_not_have_is_no_variant(allowed: AllowedReferences) -> None:
    content = read_content(packaged_folder()).types.intervention_types[0].model_dump(mode="json")
    content["variants"][0]["id"] = "A9"
    with pytest.raises(KeyError):
        as_published(Kind.INTERVENTION_TYPE, content, allowed)
