"""A search and its result. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from hashlib import sha256

from services.intervention_catalog.search.danish.stemming import Language
from services.intervention_catalog.search.index.search_document import SearchDocument
from services.intervention_catalog.search.query.filters import Filters
from services.intervention_catalog.search.showing.highlights import Highlight


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: words and filters, and the language in which fragments are shown."""

    query: str
    filters: Filters
    language: Language

    @property
    def fingerprint(self) -> str:
        """A digest of the question for page tokens: a token is part of an address and may not hold the words typed."""
        parts = [self.query, self.language, *(sorted(getattr(self.filters, each.name)) for each in fields(Filters))]
        return sha256(repr(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: at ``position`` among the hits in the catalog of ``revision`` on the day ``on``."""

    revision: int
    on: date
    position: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class FoundItem:
    """A hit with what is shown of it: the title, then fragments of passages."""

    document: SearchDocument
    score: float
    highlights: Sequence[Highlight]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of hits. ``total`` counts all of them, ``facets`` how many have each value of each filter."""

    items: Sequence[FoundItem]
    total: int
    facets: Mapping[str, Mapping[str, int]]
    next: Place | None
