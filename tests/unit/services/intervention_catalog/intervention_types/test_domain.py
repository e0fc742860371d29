from datetime import date

import pytest

from libs.shared.rules.catalog import catalog_entries
from services.intervention_catalog.intervention_types.domain import contents_of
from services.intervention_catalog.intervention_types.errors import VariantsDiffer


def test_the_nine_packaged_variants_make_the_five_types_with_their_letters() -> None:
    made = {each.letter: [variant.variant for variant in each.variants] for each in contents_of(catalog_entries())}
    assert made == {"A": ["A1", "A2"], "B": ["B"], "C": ["C"], "D": ["D1", "D2", "D3"], "E": ["E1", "E2"]}


def test_every_type_has_a_name_of_its_own_in_both_languages() -> None:
    made = contents_of(catalog_entries())
    assert len({each.name.da for each in made}) == len({each.name.en for each in made}) == 5


def test_variants_of_one_type_with_different_periods_are_refused() -> None:
    first, second, *_ = catalog_entries()
    closed = second.model_copy(update={"valid_to": date(2024, 8, 1)})
    with pytest.raises(VariantsDiffer) as refused:
        contents_of([first, closed])
    assert "co_teaching" in refused.value.messages["da"]


def test_variants_of_one_type_with_different_letters_are_refused() -> None:
    first, second, *_ = catalog_entries()
    with pytest.raises(VariantsDiffer):
        contents_of([first, second.model_copy(update={"id": "B2"})])


def test_what_the_source_says_of_a_variant_is_carried_over_unchanged() -> None:
    entries = {each.id: each for each in catalog_entries()}
    for content in contents_of(catalog_entries()):
        for variant in content.variants:
            entry = entries[variant.variant]
            assert (variant.group_size, variant.minimum) == (entry.group_size, entry.minimum)
            assert (content.valid_from, content.valid_to) == (entry.valid_from, entry.valid_to)
