"""Matches are marked as text segments and never as HTML."""

from itertools import pairwise

import pytest

from services.intervention_catalog.search.danish.stemming import Language
from services.intervention_catalog.search.search_index import SearchIndex
from services.intervention_catalog.search.showing.highlights import Highlight
from tests.unit.services.intervention_catalog.search.conftest import document, groups, small

GROUPS = groups(["fravær", "pjæk", "absence"], ["pause", "frikvarter"], ["særlige behov", "diagnose"])
LONG = "Først kommer en lang indledning om noget helt andet, som ingen spørger efter. " * 4


def shown(highlight: Highlight) -> str:
    return "".join(f"[{each.text}]" if each.is_match else each.text for each in highlight.segments)


def marked(da: str, query: str, language: Language = "da", en: str = "") -> list[str]:
    index = small(document("a", da, en, title="Titel"), document("b", "Noget andet."), synonyms=GROUPS)
    return [shown(each) for each in index.highlights("recommendation/a", index.analyse(query), language)][1:]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("fravaer", "Elevernes [fravær] stiger."),
        ("fraværets", "Elevernes [fravær] stiger."),
        ("pjæk", "Elevernes [fravær] stiger."),
        ("farvær", "Elevernes [fravær] stiger."),
        ("elever", "[Elevernes] fravær stiger."),
        ("elevfravær", "[Elevernes] [fravær] stiger."),
        ("kvantefysik", "Elevernes fravær stiger."),
        ("", "Elevernes fravær stiger."),
    ],
)
def test_words_are_marked_through_letters_forms_synonyms_typos_and_compounds(query: str, text: str) -> None:
    assert marked("Elevernes fravær stiger.", query) == [text]


def test_a_compound_is_marked_as_a_whole_by_a_part_of_it() -> None:
    assert marked("En strategi for pausen. En pausestrategi.", "pause") == [
        "En strategi for [pausen]. En [pausestrategi]."
    ]


def test_the_words_of_a_phrase_are_marked_where_they_stand_together_alone() -> None:
    assert marked("Behov er behov. Elever med særlige sociale behov.", "diagnose") == [
        "Behov er behov. Elever med [særlige] sociale [behov]."
    ]


def test_the_other_language_is_marked_by_what_means_the_same() -> None:
    assert marked("Fravær.", "pjæk", "en", "About absences.") == ["About [absences]."]


def test_a_word_of_one_language_is_not_marked_in_the_other() -> None:
    assert marked("Go nat.", "going", "da", "They are going.") == ["Go nat."]


def test_markup_in_a_text_stays_text() -> None:
    assert marked("<b>fravær</b> & <script>", "fravær") == ["<b>[fravær]</b> & <script>"]


def test_a_long_text_is_cut_between_words_around_what_matched() -> None:
    [fragment] = marked(f"{LONG}Skolens fravær faldt i pausen. {LONG}", "fravær i pausen")
    assert "[fravær] faldt i [pausen]" in fragment
    assert fragment.startswith("… ")
    assert fragment.endswith(" …")
    plain = fragment.replace("[", "").replace("]", "").removeprefix("… ").removesuffix(" …")
    assert f" {plain} " in f" {LONG}Skolens fravær faldt i pausen. {LONG} "
    assert 120 <= len(plain) <= 160


def test_the_piece_with_most_of_what_was_asked_for_is_shown() -> None:
    [fragment] = marked(f"Fravær. {LONG}Fravær og pause. {LONG}", "fravær pause")
    assert fragment.count("[Fravær] og [pause]") == fragment.count("[Fravær]") == 1


def test_a_text_without_a_space_is_cut_all_the_same() -> None:
    [fragment] = marked("å" * 5000, "")
    assert fragment == "å" * 160 + " …"


def test_at_most_three_fragments_follow_the_title_the_best_first(packaged: SearchIndex) -> None:
    analysis = packaged.analyse("fravær og forældre")
    for hit in packaged.ranked(analysis)[:5]:
        title, *fragments = packaged.highlights(hit.key, analysis, "da")
        assert title.name == "title"
        assert 1 <= len(fragments) <= 3


def test_segments_joined_are_the_text_and_no_two_plain_ones_follow_each_other(packaged: SearchIndex) -> None:
    analysis = packaged.analyse("to lærere i klassen")
    for each in packaged.documents:
        for language, title in (("da", each.title.da), ("en", each.title.en)):
            highlights = packaged.highlights(each.key, analysis, language)  # type: ignore[arg-type]
            assert "".join(segment.text for segment in highlights[0].segments) == title
            for highlight in highlights:
                assert all(one.is_match or two.is_match for one, two in pairwise(highlight.segments))


def test_a_document_that_is_not_there_has_no_highlights(packaged: SearchIndex) -> None:
    with pytest.raises(KeyError):
        packaged.highlights("trial_action/nowhere", packaged.analyse("fravær"), "da")
