"""The index does not depend on the order of the documents, and filters restrict its results."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from hashlib import sha256

import pytest

from services.intervention_catalog.content.files import Content
from services.intervention_catalog.search.index.search_document import ALL_SUBJECTS, SearchDocument
from services.intervention_catalog.search.query.filters import Filters
from services.intervention_catalog.search.search_index import SearchIndex
from tests.unit.services.intervention_catalog.search.conftest import NO_GROUPS, document, small

QUERIES = ("fravær", "to lærere", "small group maths", "hvordan får vi forældrene med?", "resourceteam", "", "skole")


def test_the_order_documents_come_in_changes_neither_hits_nor_scores(
    packaged: SearchIndex, content: Content, documents: tuple[SearchDocument, ...]
) -> None:
    mixed = sorted(documents, key=lambda each: sha256(each.key.encode()).digest())
    assert mixed != list(documents)
    again = SearchIndex.of(mixed, content.synonyms)
    for query in QUERIES:
        assert again.search(query) == packaged.search(query)


def test_several_threads_get_what_one_gets(packaged: SearchIndex) -> None:
    expected = [packaged.search(query) for query in QUERIES]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(packaged.search, QUERIES * 20)) == expected * 20


def test_a_blank_query_gives_every_document_in_order_of_key(packaged: SearchIndex) -> None:
    keys = [hit.key for hit in packaged.search(" \n ")]
    assert keys == sorted(each.key for each in packaged.documents)
    assert len(keys) == 132


def test_the_documents_stand_in_order_of_key() -> None:
    index = small(document("b", "To."), document("c", "Tre."), document("a", "En."))
    assert [each.id for each in index.documents] == ["a", "b", "c"]


def test_equal_hits_stand_in_order_of_key() -> None:
    index = small(*(document(name, "Om fravær.") for name in "cab"), document("d", "Andet."))
    assert [hit.key for hit in index.search("fravær")] == [f"recommendation/{name}" for name in "abc"]


def test_two_documents_with_one_key_are_refused() -> None:
    with pytest.raises(ValueError, match="two documents have the key recommendation/a"):
        small(document("a", "En."), document("a", "To."))


def test_an_index_of_nothing_finds_nothing() -> None:
    index = SearchIndex.of([], NO_GROUPS)
    assert index.search("") == index.search("skole") == ()


FILTERED = (
    document("a", "Om fravær.", kind="trial_action", themes={"x", "y"}, stages={"lower"}, municipalities={"101"}),
    document("b", "Om fravær.", kind="trial_action", themes={"y"}, levels={"2"}, audiences={"parents"}),
    document("c", "Om fravær.", themes={"z"}, subjects={"dansk"}),
    document("d", "Om fravær.", subjects={ALL_SUBJECTS}),
)


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        (Filters(), "cdab"),
        (Filters(kinds=frozenset({"trial_action"})), "ab"),
        (Filters(themes=frozenset({"x", "z"})), "ca"),
        (Filters(themes=frozenset({"y"}), stages=frozenset({"lower", "upper"})), "a"),
        (Filters(levels=frozenset({"2"})), "b"),
        (Filters(audiences=frozenset({"parents"})), "b"),
        (Filters(municipalities=frozenset({"101"})), "a"),
        (Filters(subjects=frozenset({"dansk"})), "cd"),
        (Filters(subjects=frozenset({"matematik"})), "d"),
        (Filters(themes=frozenset({"x"}), levels=frozenset({"2"})), ""),
    ],
)
@pytest.mark.parametrize("query", ["fravær", ""])
def test_filters_take_any_value_of_a_field_and_all_fields_together(filters: Filters, wanted: str, query: str) -> None:
    index = small(*FILTERED)
    assert "".join(hit.id for hit in index.search(query, filters)) == wanted


def test_a_filter_leaves_order_and_scores_as_they_are(packaged: SearchIndex) -> None:
    filters = Filters(kinds=frozenset({"recommendation"}))
    everything = [hit for hit in packaged.search("forældre og fravær") if hit.kind == "recommendation"]
    assert list(packaged.search("forældre og fravær", filters)) == everything


def test_every_filter_is_a_field_of_the_documents() -> None:
    assert {each.name for each in fields(Filters)} - {"kinds"} <= {each.name for each in fields(SearchDocument)}
