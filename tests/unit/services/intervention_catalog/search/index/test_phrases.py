"""A phrase is found where its words are near each other and in order."""

import pytest

from services.intervention_catalog.content.words import words_in
from services.intervention_catalog.search.danish.stemming import stem
from services.intervention_catalog.search.index.phrases import Phrases, phrase_key

PHRASES = Phrases([("saerlige", "behov"), ("boern", "i", "skole"), ("alene",)])


def places(text: str) -> list[tuple[str, tuple[int, ...]]]:
    return list(PHRASES.found([stem(each.word, "da") for each in words_in(text)], "da"))


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("Elever med særlige behov", (2, 3)),
        ("Elever med særligt behov", (2, 3)),
        ("Særlige sociale behov", (0, 2)),
        ("Særlige faglige, sociale behov", (0, 3)),
    ],
)
def test_forms_and_at_most_two_other_words_between_make_no_difference(text: str, where: tuple[int, ...]) -> None:
    assert places(text) == [(phrase_key(("saerlige", "behov"), "da"), where)]


@pytest.mark.parametrize(
    "text", ["Særlige faglige, sociale, personlige behov", "Behov er særlige", "Særlige", "", "Alene"]
)
def test_words_too_far_apart_in_another_order_or_alone_are_no_phrase(text: str) -> None:
    assert places(text) == []


def test_a_phrase_is_found_wherever_it_stands() -> None:
    assert [where for _, where in places("Særlige behov og særlige behov")] == [(0, 1), (3, 4)]


def test_a_phrase_of_three_words_has_two_other_words_in_all() -> None:
    assert [where for _, where in places("Børn går i vores skole")] == [(0, 2, 4)]
    assert places("Børn går ofte i vores skole") == []
