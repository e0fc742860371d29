"""Searching the catalog as it is now, and going on through the pages of it as it was when the search began."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from hashlib import sha256

from libs.shared.base.clock import danish_date
from libs.shared.db.database import Database
from services.intervention_catalog.changes import queries as changes
from services.intervention_catalog.content.models.synonyms import Synonyms
from services.intervention_catalog.kinds.allowed_references import Vocabulary
from services.intervention_catalog.publications import queries as publications
from services.intervention_catalog.search.danish.stemming import Language
from services.intervention_catalog.search.errors import SearchTokenExpired, SearchTokenOther
from services.intervention_catalog.search.index.search_document import SearchDocument
from services.intervention_catalog.search.query.filters import Filters
from services.intervention_catalog.search.showing.highlights import Highlight
from services.intervention_catalog.search.snapshot import Snapshot

KEPT = 2
"""Snapshots held ready: the newest, and the one before it, whose pages somebody may still be turning."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: words and filters, and the language in which fragments are shown."""

    query: str
    filters: Filters
    language: Language

    @property
    def fingerprint(self) -> str:
        """Tells this question from others, without its words, as it stands in the address of the next page."""
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


class CatalogSearch:
    """Searches an index in memory that is rebuilt from the database.

    Every search asks the database for the newest revision and builds the index anew if there is a newer one: what was
    published before the question is found, whichever replica is asked. A page after the first is of the revision that
    the first was of, so that no hit is shown twice or left out; but what was withdrawn meanwhile is not shown.

    An index takes half a second to build, so page tokens cannot make us build many: a page is of a snapshot held ready,
    or today's of the newest revision or the one before it. That is two builds at most for each publish, whoever asks.
    """

    def __init__(self, db: Database, vocabulary: Vocabulary, synonyms: Synonyms) -> None:
        self._db = db
        self._vocabulary = vocabulary
        self._synonyms = synonyms
        self._kept: dict[tuple[int, date], Snapshot] = {}
        self._building = asyncio.Lock()

    async def search(self, asked: Asked, *, size: int, place: Place | None, now: datetime) -> Found:
        """A page of ``size`` hits, the best first. Raises ``SearchTokenOther`` and ``SearchTokenExpired``."""
        if place is not None and place.fingerprint != asked.fingerprint:
            raise SearchTokenOther(pointer="/page_token")
        async with self._db.read() as session:
            head = await changes.head(session)
            at = place or Place(head, danish_date(now), 0, asked.fingerprint)
            self._require_ready(at, head, danish_date(now))
            gone = await changes.withdrawn_since(session, at.revision) if at.revision < head else frozenset()
        snapshot = await self._snapshot(at)
        return await asyncio.to_thread(_page, snapshot, asked, at, size, gone)

    async def _snapshot(self, at: Place) -> Snapshot:
        """The snapshot, built by the first who asks. Those who wait meanwhile hold no connection."""
        key = (at.revision, at.on)
        async with self._building:
            if key not in self._kept:
                async with self._db.read() as session:
                    records = await publications.as_of(session, at.revision)
                self._kept[key] = await asyncio.to_thread(
                    Snapshot.of, at.revision, at.on, records, self._vocabulary, self._synonyms
                )
            snapshot = self._kept[key]
            for passed in sorted(self._kept)[:-KEPT]:
                del self._kept[passed]
            return snapshot

    def _require_ready(self, at: Place, head: int, today: date) -> None:
        """Refuse a page of a snapshot that is neither held nor may be built for it."""
        may_be_built = at.on == today and max(head - 1, 0) <= at.revision <= head
        if not may_be_built and (at.revision, at.on) not in self._kept:
            raise SearchTokenExpired(pointer="/page_token")


def _page(snapshot: Snapshot, asked: Asked, at: Place, size: int, gone: frozenset[str]) -> Found:
    index = snapshot.index
    analysis = index.analyse(asked.query)
    hits = [each for each in index.ranked(analysis, asked.filters) if each.key not in gone]
    shown = hits[at.position : at.position + size]
    after = at.position + len(shown)
    return Found(
        items=[
            FoundItem(snapshot.documents[each.key], each.score, index.highlights(each.key, analysis, asked.language))
            for each in shown
        ],
        total=len(hits),
        facets=_facets([snapshot.documents[each.key] for each in hits]),
        next=Place(at.revision, at.on, after, at.fingerprint) if after < len(hits) else None,
    )


def _facets(documents: Sequence[SearchDocument]) -> dict[str, dict[str, int]]:
    facets = {"kinds": Counter(each.kind for each in documents)}
    for name in (each.name for each in fields(Filters) if each.name != "kinds"):
        facets[name] = Counter(value for each in documents for value in getattr(each, name))
    return {name: dict(sorted(counts.items())) for name, counts in facets.items()}
