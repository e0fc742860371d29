"""Searches the catalog; later pages are answered from the revision that the first page was answered from."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import date, datetime

from libs.shared.base.clock import danish_date
from libs.shared.db.database import Database
from services.intervention_catalog.changes import queries as changes
from services.intervention_catalog.content.models.synonyms import Synonyms
from services.intervention_catalog.kinds.allowed_references import AllowedReferences
from services.intervention_catalog.publications import queries as publications
from services.intervention_catalog.search.domain import Asked, Found, FoundItem, Place
from services.intervention_catalog.search.errors import SearchTokenExpired, SearchTokenOther
from services.intervention_catalog.search.index.search_document import SearchDocument
from services.intervention_catalog.search.query.filters import Filters
from services.intervention_catalog.search.snapshot import Snapshot

KEPT = 2
"""Snapshots kept in memory: the newest, and the one before it for searches whose later pages are still read."""


class CatalogSearch:
    """Searches an index in memory that is built from the database.

    Every search reads the newest revision from the database and rebuilds the index if it has changed, so a search on
    any replica finds everything published before it. Later pages of a search use the revision of its first page, so
    that no hit is repeated or skipped; items withdrawn in the meantime are left out.

    Building an index takes half a second. To limit what page tokens can cause, a page is served only from a snapshot
    in memory, or from today's snapshot of the newest revision or the one before it: at most two builds per publish.

    It opens its own read transactions: with the caller's session, each request that waits for a build or ranks hits
    would hold a connection of the pool.
    """

    def __init__(
        self,
        db: Database,
        allowed: AllowedReferences,
        synonyms: Synonyms,
        after_build: Callable[[], None] = lambda: None,
    ) -> None:
        """``after_build`` runs in a thread each time an index was built and the oldest one dropped."""
        self._db = db
        self._allowed = allowed
        self._synonyms = synonyms
        self._kept: dict[tuple[int, date], Snapshot] = {}
        self._after_build = after_build
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
        """The snapshot, built by the first request that needs it; requests that wait for it hold no connection."""
        key = (at.revision, at.on)
        async with self._building:
            if key in self._kept:
                return self._kept[key]
            async with self._db.read() as session:
                records = await publications.as_of(session, at.revision)
            snapshot = self._kept[key] = await asyncio.to_thread(
                Snapshot.of, at.revision, at.on, records, self._allowed, self._synonyms
            )
            for passed in sorted(self._kept)[:-KEPT]:
                del self._kept[passed]
            await asyncio.to_thread(self._after_build)
            return snapshot

    def _require_ready(self, at: Place, head: int, today: date) -> None:
        """Raises ``SearchTokenExpired`` for a snapshot that is not in memory and may not be built again."""
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
