"""Makes search documents from the packaged content, for measuring without a database."""

from collections.abc import Iterator

from libs.shared.rules.catalog import catalog_entries
from services.intervention_catalog.content.files import Content
from services.intervention_catalog.kinds.allowed_references import AllowedReferences
from services.intervention_catalog.loading.packaged import packaged
from services.intervention_catalog.search.index.published_documents import document_of, themes_of
from services.intervention_catalog.search.index.search_document import SearchDocument


def packaged_documents(content: Content) -> Iterator[SearchDocument]:
    """Every document of the content files, in the form in which it is published."""
    allowed = AllowedReferences.of(content, catalog_entries())
    themes = themes_of(allowed)
    for new in packaged(content, allowed):
        yield document_of(new.kind, new.content, themes)
