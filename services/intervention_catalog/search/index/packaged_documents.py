"""The packaged content as documents: what the index holds when nothing else was published."""

from collections.abc import Iterator

from libs.shared.rules.catalog import catalog_entries
from services.intervention_catalog.content.files import Content
from services.intervention_catalog.kinds.allowed_references import Vocabulary
from services.intervention_catalog.loading.packaged import packaged
from services.intervention_catalog.search.index.published_documents import document_of, themes_of
from services.intervention_catalog.search.index.search_document import SearchDocument


def packaged_documents(content: Content) -> Iterator[SearchDocument]:
    """Every document of the content files, as it is published."""
    vocabulary = Vocabulary.of(content, catalog_entries())
    themes = themes_of(vocabulary)
    for new in packaged(content, vocabulary):
        yield document_of(new.kind, new.content, themes)
