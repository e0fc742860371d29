"""A small corpus for tests, and the packaged one."""

from collections.abc import Sequence
from typing import Any

import pytest

from services.intervention_catalog.content.files import Content, packaged_folder, read_content
from services.intervention_catalog.content.models.shared import ContentText
from services.intervention_catalog.content.models.synonyms import SynonymGroup, Synonyms
from services.intervention_catalog.search.index.packaged_documents import packaged_documents
from services.intervention_catalog.search.index.search_document import Passage, SearchDocument
from services.intervention_catalog.search.search_index import SearchIndex


def document(name: str, da: str, en: str = "", *, title: str = "", **sets: Any) -> SearchDocument:
    heading = ContentText(da=title, en=title)
    kind = sets.pop("kind", "recommendation")
    passages = (Passage("title", heading, 3), Passage("done", ContentText(da=da, en=en), 1))
    return SearchDocument(kind, name, heading, passages, **{field: frozenset(has) for field, has in sets.items()})


def groups(*rows: Sequence[str], broader: Sequence[str] = ()) -> Synonyms:
    return Synonyms(
        synonyms=tuple(
            SynonymGroup(id=str(number), terms=tuple(row), broader=tuple(broader)) for number, row in enumerate(rows)
        )
    )


NO_GROUPS = groups()


def small(*documents: SearchDocument, synonyms: Synonyms = NO_GROUPS) -> SearchIndex:
    return SearchIndex.of(documents, synonyms)


def found(index: SearchIndex, query: str) -> list[str]:
    return [hit.id for hit in index.search(query)]


@pytest.fixture(scope="session")
def content() -> Content:
    return read_content(packaged_folder())


@pytest.fixture(scope="session")
def documents(content: Content) -> tuple[SearchDocument, ...]:
    return tuple(packaged_documents(content))


@pytest.fixture(scope="session")
def packaged(content: Content, documents: tuple[SearchDocument, ...]) -> SearchIndex:
    return SearchIndex.of(documents, content.synonyms)
