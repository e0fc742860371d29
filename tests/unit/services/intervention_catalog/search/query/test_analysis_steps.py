"""The effect of each step of the analysis on the results, in a corpus of a few sentences."""

import pytest

from services.intervention_catalog.search.danish.weak_words import is_weak
from tests.unit.services.intervention_catalog.search.conftest import document, found, groups, small

MANY_WORDS = "Skolen har planer, møder, lokaler, lister, bænke, stole, kopper, cykler og tavler. " * 10


def test_a_general_word_tells_less_than_one_of_the_field_that_is_as_rare() -> None:
    index = small(
        document("a", "Skolen kan sikre ro."), document("b", "Skolen har psykolog."), document("c", "Skolen.")
    )
    assert found(index, "sikre psykolog")[0] == "b"


def test_a_general_word_is_looked_for_all_the_same() -> None:
    index = small(document("a", "Skolen kan sikre ro."), document("b", "Skolen har ro."))
    assert found(index, "sikrer ro") == ["a", "b"]


@pytest.mark.parametrize("word", ["sikre", "sikrer", "sikret", "laengere", "svaere"])
def test_a_general_word_is_one_in_all_its_forms(word: str) -> None:
    assert is_weak(word, "da")


@pytest.mark.parametrize("word", ["viden", "hold", "valg", "deltagelse", "forskelle", "syn", "ledelse", "stoette"])
def test_a_noun_of_the_field_is_no_general_word_for_the_verb_it_comes_from(word: str) -> None:
    assert not is_weak(word, "da")


def test_a_long_document_does_not_come_first_for_saying_some_of_everything() -> None:
    index = small(document("a", f"Fravær. {MANY_WORDS}"), document("b", "Fravær."))
    assert found(index, "fravær") == ["b", "a"]


@pytest.mark.parametrize("typed", ["larer", "laerer", "LÆRER", "lærer"])
def test_a_word_without_its_danish_letters_is_the_word(typed: str) -> None:
    index = small(document("teacher", "En lærer."), document("camp", "En lejr."), document("larder", "En larder."))
    assert found(index, typed) == ["teacher"]


def test_a_phrase_typed_without_danish_letters_is_the_phrase() -> None:
    index = small(document("a", "En ensom lærer."), document("b", "Lærere."), synonyms=groups(["står alene", "ensom"]))
    assert found(index, "star alene") == ["a"]


def test_a_form_that_no_text_has_finds_the_one_relative_that_a_text_has() -> None:
    assert found(small(document("a", "En nem vej."), document("b", "En klasse.")), "nemt") == ["a"]


@pytest.mark.parametrize("typed", ["Aabenraa", "Åbenrå", "Abenra"])
def test_a_place_is_found_however_its_letters_are_typed(typed: str) -> None:
    assert found(small(document("a", "Aabenraa."), document("b", "Odense.")), typed) == ["a"]


@pytest.mark.parametrize("typed", ["poesi", "Poesi", "POESI"])
def test_a_word_that_truly_has_o_and_e_is_itself(typed: str) -> None:
    assert found(small(document("a", "Poesi."), document("b", "Prosa.")), typed) == ["a"]


def test_function_words_within_a_phrase_do_not_break_it() -> None:
    index = small(
        document("a", "Om fravær."), document("b", "En skole."), synonyms=groups(["fravær", "ikke komme i skole"])
    )
    assert found(index, "kan ikke bare komme hen i skole")[0] == "a"


def test_a_word_that_shares_the_end_of_the_next_compound_is_read_in_full() -> None:
    index = small(
        document("a", "Om ordblindhed."), document("b", "Om støtte."), document("c", "At skrive."),
        synonyms=groups(["ordblind", "læsestøtte"]),
    )  # fmt: skip
    assert found(index, "læse- eller skrivestøtte")[0] == "b"
    assert "a" in found(index, "læse- eller skrivestøtte")
    assert "a" not in found(index, "læse eller skrivestøtte")


def test_the_words_of_a_phrase_that_no_text_has_count_in_full() -> None:
    index = small(
        document("a", "Om åben rådgivning."), document("b", "Om trivsel."),
        synonyms=groups(["anonym rådgivning", "drop-in"], broader=["trivsel"]),
    )  # fmt: skip
    assert found(index, "anonym rådgivning") == ["a", "b"]


def test_a_phrase_of_function_words_tells_less_than_a_word_of_the_field() -> None:
    index = small(
        document("a", "Højst ti lektioner."), document("b", "En klassepause."),
        synonyms=groups(["hvor tit", "højst"], ["klasse", "hold"], ["pause", "frikvarter"]),
    )  # fmt: skip
    assert found(index, "hvor tit pause") == ["b", "a"]


def test_what_an_apostrophe_leaves_of_not_is_no_word_asked_for() -> None:
    index = small(document("a", "", "Don the coat."), document("b", "", "We want no special school."))
    assert found(index, "we don't want a special school")[0] == "b"
    assert "a" not in found(index, "we don't want a special school")
