"""The search index of the catalog at one revision, for one day."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from pydantic import ValidationError

from libs.shared.observability.logs import get_logger
from services.intervention_catalog.content.models.synonyms import Synonyms
from services.intervention_catalog.kinds.allowed_references import AllowedReferences
from services.intervention_catalog.publications.domain import Publication, in_force, without_hidden
from services.intervention_catalog.search.index.published_documents import document_of, themes_of
from services.intervention_catalog.search.index.search_document import SearchDocument
from services.intervention_catalog.search.search_index import SearchIndex

_log = get_logger("skoleloeft.search")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The index of what was in force on ``on`` at ``revision``, and its documents by key."""

    revision: int
    on: date
    index: SearchIndex
    documents: Mapping[str, SearchDocument]

    @classmethod
    def of(
        cls, revision: int, on: date, records: Iterable[Publication], allowed: AllowedReferences, synonyms: Synonyms
    ) -> "Snapshot":
        """Builds the snapshot from all records published up to the revision, sorted by kind and item."""
        index = SearchIndex.of(documents_of(records, on, allowed), synonyms)
        return cls(revision, on, index, {each.key: each for each in index.documents})


def documents_of(records: Iterable[Publication], on: date, allowed: AllowedReferences) -> Iterator[SearchDocument]:
    """A document for each item in force on the day."""
    themes = themes_of(allowed)
    for (kind, item_id), group in groupby(records, key=lambda each: (each.kind, each.item_id)):
        record = in_force(without_hidden(list(group)), on)
        if record is None or record.hidden:
            continue
        try:
            yield document_of(kind, record.content, themes)
        except (KeyError, ValidationError) as unreadable:
            # Published by another version of the program. The item can still be read by its address; the search omits
            # it.
            _log.error("search.unreadable", kind=kind.value, item=item_id, failure=type(unreadable).__name__)
