"""Every way of typing a word gives the same one."""

import pytest

from services.intervention_catalog.content.words import as_typed, folded, words_in


def words(text: str) -> list[str]:
    return [each.word for each in words_in(text)]


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("Åben", "aaben"),
        ("ÆRØ", "aeroe"),
        ("idé", "ide"),
        ("Söder", "soeder"),
        ("A\u030aben", "aaben"),
        ("Fuß", "fuss"),
    ],
)
def test_danish_letters_become_what_is_typed_without_them_and_accents_go(typed: str, word: str) -> None:
    assert folded(typed) == word


def test_words_are_where_they_stand_in_the_text_as_it_was() -> None:
    text = "Løn til Åse, igen"
    assert [(each.word, text[each.start : each.stop]) for each in words_in(text)] == [
        ("loen", "Løn"), ("til", "til"), ("aase", "Åse"), ("igen", "igen"),
    ]  # fmt: skip


@pytest.mark.parametrize("typed", ["5.1.3.e", "5.1.3e", "5.1.3.E", "5.1.3E"])
def test_a_recommendations_number_is_one_word_however_it_is_typed(typed: str) -> None:
    assert words(f"anbefaling {typed}, og") == ["anbefaling", "5.1.3e", "og"]


def test_a_number_before_a_word_is_not_taken_with_it() -> None:
    assert words("10,5 lektioner, 0.-5. klasse, 3T") == ["10,5", "lektioner", "0", "5", "klasse", "3t"]


def test_hyphens_and_underscores_divide_words() -> None:
    assert words("pædagogisk-psykologisk co_teaching") == ["paedagogisk", "psykologisk", "co", "teaching"]


def test_a_word_longer_than_any_real_one_is_left_out() -> None:
    assert words("a" * 61 + " klasse") == ["klasse"]


def test_invisible_characters_are_taken_out_of_what_was_typed() -> None:
    assert as_typed("sko\u200ble\u00ad\x00klasse", 100) == "skole klasse"


@pytest.mark.parametrize(
    ("text", "lacks"),
    [("læse- og", True), ("læse-og", False), ("læse og", False), ("læse-", True), ("læse -", False)],
)
def test_a_word_before_a_hyphen_and_no_letter_lacks_its_end(text: str, lacks: bool) -> None:
    assert next(words_in(text)).lacks_its_end(text) is lacks


def test_no_more_is_read_than_asked_for() -> None:
    assert as_typed("a" * 50, 10) == "a" * 10
