"""Forms of a word have one stem, and related words one root."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from services.intervention_catalog.search.danish.stemming import Language, root, stem


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("da", ["elev", "eleven", "elever", "elevernes"]),
        ("da", ["barn", "barnet", "boern", "boernene"]),
        ("da", ["bog", "boeger", "boegerne"]),
        ("da", ["2", "to"]),
        ("da", ["tosproget", "tosprogede"]),
        ("da", ["lykkes", "lykkedes"]),
        ("da", ["kommunikation", "kommunikere", "kommunikerer"]),
        ("da", ["tidlig", "tidligt", "tidligere"]),
        ("en", ["pupil", "pupils"]),
        ("en", ["child", "children"]),
        ("en", ["2", "two"]),
    ],
)
def test_forms_of_a_word_have_one_stem(language: Language, forms: list[str]) -> None:
    assert len({stem(each, language) for each in forms}) == 1


def test_what_is_made_of_a_verb_has_its_root() -> None:
    assert {root(stem(each, "da"), "da") for each in ("vejleder", "vejlede", "vejledning")} == {"vejled"}


@pytest.mark.parametrize(("word", "other"), [("tidlig", "tid"), ("rolige", "roller"), ("varighed", "var")])
def test_a_short_word_is_not_the_one_that_its_ending_leaves(word: str, other: str) -> None:
    assert stem(word, "da") != stem(other, "da")


def test_an_infinitive_keeps_what_ends_as_a_participle() -> None:
    assert stem("vejlede", "da") == stem("vejleder", "da") == "vejled"


@pytest.mark.parametrize(
    ("noun", "verb"),
    [
        ("visitation", "visiterer"),
        ("motivation", "motiverer"),
        ("dokumentation", "dokumenteret"),
        ("observation", "observerer"),
    ],
)
def test_a_foreign_noun_has_the_root_of_its_verb(noun: str, verb: str) -> None:
    assert root(stem(noun, "da"), "da") == root(stem(verb, "da"), "da")


def test_a_root_is_four_letters_at_least_and_three_before_a_participles_t() -> None:
    assert root("ring", "da") == "ring"
    assert root("delt", "da") == "del"
    assert root("net", "da") == "net"


def test_several_threads_stem_at_once() -> None:
    words = ["elevernes", "undervisningen", "skolerne"] * 500
    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(lambda word: (word, stem(word, "da")), words)) == {
            ("elevernes", "elev"), ("undervisningen", "undervisning"), ("skolerne", "skol"),
        }  # fmt: skip
