"""Texts are found at every place in the content."""

from decimal import Decimal

import pytest

from services.intervention_catalog.kinds.texts import missing_texts, unknown_references, with_numbers, words_in

CONTENT = {
    "id": "C",
    "title": {"da": "Titel", "en": "Title"},
    "experienced": {"pupils": {"da": "", "en": "Something"}, "staff": None},
    "conditions": [{"da": "Mindst {n.half} timer", "en": "At least {n.half} hours"}, {"da": "To", "en": " \n"}],
    "lines": [1, 2],
    "schools": ["Skolen"],
}


def test_every_string_is_found_with_its_pointer() -> None:
    assert [(each.pointer, each.bilingual) for each in words_in(CONTENT)] == [
        ("/id", False),
        ("/title/da", True),
        ("/title/en", True),
        ("/experienced/pupils/da", True),
        ("/experienced/pupils/en", True),
        ("/conditions/0/da", True),
        ("/conditions/0/en", True),
        ("/conditions/1/da", True),
        ("/conditions/1/en", True),
        ("/schools/0", False),
    ]


def test_an_empty_or_blank_language_is_missing() -> None:
    assert missing_texts(CONTENT) == ["/experienced/pupils/da", "/conditions/1/en"]


def test_a_reference_becomes_its_number_as_each_language_writes_it() -> None:
    made = with_numbers(CONTENT, {"n.half": Decimal("10.50")})
    assert made["conditions"][0] == {"da": "Mindst 10,5 timer", "en": "At least 10.5 hours"}
    assert {name: made[name] for name in ("id", "lines", "schools", "title")} == {
        name: CONTENT[name] for name in ("id", "lines", "schools", "title")
    }


def test_a_reference_that_leads_nowhere_is_named_and_never_filled_in() -> None:
    assert unknown_references(CONTENT, {}) == ["/conditions/0/da", "/conditions/0/en"]
    with pytest.raises(KeyError):
        with_numbers(CONTENT, {})
