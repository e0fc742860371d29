"""Each way of typing finds the intended items, in a corpus of a few sentences and in the packaged content."""

import pytest

from services.intervention_catalog.search.search_index import SearchIndex
from tests.unit.services.intervention_catalog.search.conftest import document, found, groups, small

CORPUS = (
    document("absence", "Skolen følger elevernes fravær.", "The school follows the pupils' absence."),
    document("team", "Et ressourceteam hjælper klassen.", "A resource team helps the class."),
    document("pause", "Pauserne får en strategi.", "Breaks get a strategy."),
    document("pair", "Makkerlæring i matematik.", "Peer learning in mathematics."),
    document("law", "Skoleledere kan forvaltningsret.", "School leaders know administrative law."),
)
GROUPS = groups(
    ["AKT", "adfærd, kontakt og trivsel"], ["fravær", "pjæk", "bliver væk fra skole"], ["frikvarter", "pause", "recess"]
)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("fraværet", "absence"), ("elevens", "absence"),
        ("fravaer", "absence"), ("FRAVÆR", "absence"), ("forvaltningsret", "law"),
        ("pausestrategi", "pause"), ("matematikmakker", "pair"),
        ("makker læring", "pair"), ("ressource team", "team"),
        ("resourceteam", "team"), ("forvaltnigsret", "law"), ("matmatik", "pair"),
        ("pjæk", "absence"), ("børn der bliver væk fra skolen", "absence"), ("frikvarteret", "pause"),
        ("hvordan får vi en strategi for pauserne?", "pause"),
        ("administrative law", "law"), ("breaks", "pause"), ("recess", "pause"),
    ],
)  # fmt: skip
def test_a_small_corpus_is_found_however_it_is_typed(query: str, first: str) -> None:
    assert found(small(*CORPUS, synonyms=GROUPS), query)[0] == first


def test_what_is_nowhere_finds_nothing() -> None:
    assert found(small(*CORPUS, synonyms=GROUPS), "kvantefysik") == []


def test_an_abbreviation_finds_its_long_form_and_the_long_form_the_abbreviation() -> None:
    index = small(
        document("short", "En AKT-vejleder."), document("long", "Vejledere i adfærd, kontakt og trivsel."),
        document("none", "Trivsel for alle."), synonyms=GROUPS,
    )  # fmt: skip
    assert found(index, "akt") == ["short", "long"]
    assert found(index, "adfærd, kontakt og trivsel") == ["long", "short", "none"]


def test_a_phrase_written_as_one_word_is_the_phrase() -> None:
    index = small(
        document("a", "Om samarbejde."), document("b", "Om forældremøder."),
        synonyms=groups(["skole-hjem-samarbejde", "forældremøde"]),
    )  # fmt: skip
    assert found(index, "skolehjemsamarbejde")[0] == "b"


def test_a_broader_term_is_found_by_the_narrower_and_never_the_other_way() -> None:
    index = small(
        document("narrow", "Om dysleksi."), document("broad", "Om særlige behov."),
        synonyms=groups(["dysleksi", "ordblind"], broader=["særlige behov"]),
    )  # fmt: skip
    narrow, broad = index.search("ordblind")
    assert (narrow.id, broad.id) == ("narrow", "broad")
    assert narrow.score > broad.score > 0
    assert found(index, "særlige behov") == ["broad"]


def test_the_word_as_typed_comes_before_what_means_the_same() -> None:
    index = small(
        document("a", "Om pjæk."), document("b", "Om fravær."), document("c", "Om noget."), synonyms=GROUPS
    )  # fmt: skip
    assert found(index, "fravær") == ["b", "a"]
    assert found(index, "pjæk") == ["a", "b"]


def test_a_danish_word_is_not_the_english_function_word_that_looks_like_it() -> None:
    index = small(document("two", "To voksne."), document("way", "Skolevejen.", "On the way to school."))
    assert found(index, "to") == ["two"]


def test_more_of_what_was_asked_for_comes_before_less() -> None:
    index = small(
        document("one", "Strategi."), document("both", "Strategi for alle skolens pauser."), document("none", "Andet.")
    )
    assert found(index, "strategi pauser") == ["both", "one"]


def test_what_stands_together_comes_before_what_is_scattered() -> None:
    near = document("near", "Kommunen ansatte en psykolog til klassen.")
    far = small(near, document("far", "Kommunen ansatte en lærer.", title="Psykolog"))
    assert found(far, "kommunen ansatte psykolog")[0] == "near"


def test_a_title_counts_for_more_than_a_text() -> None:
    index = small(document("text", "Om fravær."), document("title", "Om andet.", title="Fravær"))
    assert found(index, "fravær") == ["title", "text"]


def test_the_whole_of_a_name_counts_for_more_than_a_part_of_one() -> None:
    index = small(document("a", "", title="Makkerlæring i alle klasser"), document("b", "", title="Makkerlæring"))
    assert found(index, "makkerlæring") == ["b", "a"]


def test_stop_words_are_looked_for_when_there_is_nothing_else() -> None:
    index = small(document("a", "Hvem er det?"), document("b", "Klassen."))
    assert found(index, "hvem") == ["a"]
    assert found(index, "hvem klassen") == ["b"]


@pytest.mark.parametrize("typed", ["5.1.3.e", "5.1.3e", "anbefaling 5.1.3.E"])
def test_a_recommendation_is_found_by_its_number(packaged: SearchIndex, typed: str) -> None:
    assert {"5.1.3.e.text", "5.1.3.e.box"} == set(found(packaged, typed)[:2])


@pytest.mark.parametrize("typed", ["Aabenraa", "åbenrå", "aabenraa kommune"])
def test_a_municipality_is_found_by_its_name(packaged: SearchIndex, typed: str) -> None:
    assert set(found(packaged, typed)[:3]) == {"aabenraa-genner", "aabenraa-kongehoej", "aabenraa-tinglev"}


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("tolaererordninger", "A"), ("to lærere i klassen", "A"), ("bog pakker", "E"), ("makerpar", "B"),
        ("turbodansk i sommerferien", "D"), ("Kalvehave Skole", "vordingborg-gaasetaarn-kalvehave"),
        ("school refusal", "aabenraa-tinglev"), ("flygtningebørnene", "5.1.2.d.text"), ("indgribende niveau 3", "3"),
    ],
)  # fmt: skip
def test_the_packaged_content_is_found_however_it_is_typed(packaged: SearchIndex, typed: str, first: str) -> None:
    assert found(packaged, typed)[0] == first
