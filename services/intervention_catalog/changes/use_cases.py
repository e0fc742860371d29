"""Reading the change feed."""

from dataclasses import dataclass

from libs.shared.db.database import ReadSession
from services.intervention_catalog.changes import queries
from services.intervention_catalog.changes.domain import Change
from services.intervention_catalog.changes.errors import ChangesUnknown


@dataclass(frozen=True, slots=True)
class Followed:
    """A page of the feed. The next page starts after ``until``; ``more`` says whether it has changes already."""

    changes: tuple[Change, ...]
    until: int
    more: bool


async def follow(session: ReadSession, since: int, limit: int) -> Followed:
    """The changes after ``since`` (0: from the start), oldest first. Raises ``ChangesUnknown``."""
    if since > await queries.head(session):
        raise ChangesUnknown(pointer="/since")
    found = await queries.since(session, since, limit + 1)
    shown = tuple(found[:limit])
    return Followed(shown, until=shown[-1].revision if shown else since, more=len(found) > limit)
