"""An unknown word is replaced by the nearest known words."""

import pytest

from services.intervention_catalog.search.danish.typos import meant

WORDS = ("forvaltning", "forvaltningsret", "fravaer", "klasse", "kasse", "ressourceteam", "team")


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("forvaltnigsret", (("forvaltningsret", 1),)),
        ("resourceteam", (("ressourceteam", 1),)),
        ("farvaer", (("fravaer", 1),)),
        ("resourcetem", (("ressourceteam", 2),)),
    ],
)
def test_missing_wrong_and_swapped_letters_are_forgiven(typed: str, wanted: tuple[tuple[str, int], ...]) -> None:
    assert meant(typed, WORDS) == wanted


def test_the_word_with_the_same_first_letter_comes_first() -> None:
    assert meant("klsse", ("alsse", "klasse")) == (("klasse", 1), ("alsse", 1))


@pytest.mark.parametrize("typed", ["taem", "10000", "zzzzzzzz", "frvr"])
def test_short_words_numbers_and_words_far_from_all_others_mean_nothing_else(typed: str) -> None:
    assert meant(typed, WORDS) == ()


def test_words_that_are_further_off_than_the_nearest_are_not_meant() -> None:
    assert meant("forvaltnigsret", ("forvaltningsret", "forvaltnigssret", "forvaltningssret")) == (
        ("forvaltnigssret", 1), ("forvaltningsret", 1),
    )  # fmt: skip
