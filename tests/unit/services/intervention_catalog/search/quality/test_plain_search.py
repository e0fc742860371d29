"""The plain search is plain: every word, Danish stems, and nothing else."""

from services.intervention_catalog.search.quality.plain_search import PlainSearch
from tests.unit.services.intervention_catalog.search.conftest import document

PLAIN = PlainSearch([
    document("a", "Elevernes fravær."), document("b", "Fravær, fravær og elever."), document("c", "Pauser.", "Absence")
])  # fmt: skip


def test_forms_of_a_word_are_found_and_more_of_them_come_first() -> None:
    assert PLAIN.ranking("eleven fraværet") == ["recommendation/b", "recommendation/a"]


def test_a_word_that_is_missing_finds_nothing_and_neither_do_other_letters_or_languages() -> None:
    assert PLAIN.ranking("elever pauser") == PLAIN.ranking("fravaer") == PLAIN.ranking("absence") == []


def test_stop_words_alone_find_nothing() -> None:
    assert PLAIN.ranking("og det") == []
