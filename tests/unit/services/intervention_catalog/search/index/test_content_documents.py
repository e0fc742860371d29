"""The content as documents: all of it is searched, and filtered by its own fields."""

import pytest

from services.intervention_catalog.content.files import Content
from services.intervention_catalog.content.references import rendered, rule_numbers
from services.intervention_catalog.content.texts import texts_of
from services.intervention_catalog.content.words import words_in
from services.intervention_catalog.search.index.content_documents import of_recommendation, slug
from services.intervention_catalog.search.index.search_document import SearchDocument

Documents = tuple[SearchDocument, ...]


def one(documents: Documents, key: str) -> SearchDocument:
    return next(each for each in documents if each.key == key)


def test_there_is_a_document_for_each_item_of_the_content(documents: Documents) -> None:
    kinds = [each.kind for each in documents]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "intervention_type": 5, "support_level": 6, "trial_action": 24, "recommendation": 97,
    }  # fmt: skip
    assert len({each.key for each in documents}) == 132


def test_every_text_people_read_is_searched_with_its_numbers(content: Content, documents: Documents) -> None:
    searched = {passage.text for each in documents for passage in each.passages}
    numbers = rule_numbers()
    for placed in texts_of(content):
        assert rendered(placed.text, numbers) in searched, placed.place
    assert not any("{" in text.da + text.en for text in searched)


def test_the_title_is_a_passage_of_every_document(documents: Documents) -> None:
    assert all(each.passages[0].name == "title" and each.passages[0].text == each.title for each in documents)


@pytest.mark.parametrize(
    ("key", "field", "wanted"),
    [
        ("intervention_type/A", "subjects", {"all"}),
        ("intervention_type/D", "subjects", {"dansk", "danish", "matematik", "mathematics"}),
        ("intervention_type/D", "stages", {"upper"}),
        ("intervention_type/E", "stages", {"lower", "middle", "upper"}),
        ("support_level/3T", "levels", {"3T"}),
        ("trial_action/soroe", "municipalities", {"340"}),
        ("trial_action/soroe", "themes", {"absence", "parents"}),
        ("trial_action/aabenraa-tinglev", "stages", {"middle"}),
        ("trial_action/esbjerg", "audiences", {"staff", "leaders", "pupils"}),
        ("recommendation/5.1.6.d.box", "audiences", set()),
        ("recommendation/5.2.3.c.text", "audiences", {"school_board", "school_leader"}),
        ("recommendation/5.2.3.c.text", "themes", {"priorities_and_resources"}),
    ],
)
def test_a_document_is_filtered_by_what_it_says(documents: Documents, key: str, field: str, wanted: set[str]) -> None:
    assert getattr(one(documents, key), field) == wanted


def test_names_of_municipalities_and_schools_and_numbers_are_passages(documents: Documents) -> None:
    passages = one(documents, "trial_action/hoje-taastrup-floeng").passages
    assert {(each.name, each.text.da) for each in passages} >= {
        ("municipality", "Høje-Taastrup Kommune"), ("school", "Fløng Skole"),
    }  # fmt: skip
    numbers = [each.text.da for each in one(documents, "recommendation/5.1.1.e.box").passages if each.name == "number"]
    assert numbers == ["5.1.1.e", "5.1.1.f"]


def test_a_theme_that_is_not_named_is_no_document(content: Content) -> None:
    with pytest.raises(KeyError):
        of_recommendation(content.recommendations.recommendations[0], {})


def test_every_text_has_words_in_both_languages(documents: Documents) -> None:
    for each in documents:
        for passage in each.passages:
            assert list(words_in(passage.text.da)), each.key
            assert list(words_in(passage.text.en)), each.key


def test_a_subject_is_a_slug() -> None:
    assert slug("Håndværk og design") == "haandvaerk_og_design"
