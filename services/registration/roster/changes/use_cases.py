"""Reading the change feed."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.base.clock import danish_date
from libs.shared.db.database import WriteSession
from libs.shared.events.versions import raised_by
from services.registration.access import institutions_listed
from services.registration.roster.changes import queries
from services.registration.roster.changes.domain import KEPT, LOOKED_AT, NUMBERED_AT_ONCE, Entry, Kind, Place
from services.registration.roster.changes.errors import ChangesForgotten, ChangesUnknown


@dataclass(frozen=True, slots=True)
class Followed:
    """A page of the feed. The next one starts after ``until``; ``more`` says that it can be read now."""

    entries: list[Entry]
    until: Place
    more: bool


async def follow(
    session: WriteSession,
    caller: Principal,
    code: str,
    kinds: Collection[Kind],
    since: Place | None,
    *,
    size: int,
    now: datetime,
) -> Followed:
    """At most ``size`` entries after ``since`` (None: from the start), oldest first.

    Raises ``ChangesForgotten`` and ``ChangesUnknown``.
    """
    waiting = await _number(session, code, now)
    raised = await raised_by(session)
    feed = await queries.feed(session, code)
    if since is None:
        since = Place(0, raised, int(now.timestamp()))
    elif since.raised != raised or since.position > feed.newest:
        raise ChangesUnknown(pointer="/query/since")
    elif feed.has_forgotten(since):
        raise ChangesForgotten(pointer="/query/since", days=KEPT.days)
    looked_at, last = await queries.window(session, code, since.position, LOOKED_AT)
    until = since.position if last is None else last
    found = await queries.page(
        session,
        code,
        since=since.position,
        until=until,
        kinds=kinds,
        only=await _own_schools(session, caller, code),
        today=danish_date(now),
        size=size + 1,
    )
    shown = found[:size]
    more = len(found) > size or looked_at == LOOKED_AT or waiting
    if len(found) > size:
        until = shown[-1].position
    return Followed(shown, replace(since, position=until), more)


async def _number(session: WriteSession, code: str, now: datetime) -> bool:
    """Give committed entries their positions; whether more may wait than were numbered. Entries of objects that were
    deleted long ago are removed at the same time.
    """
    if not await queries.has_pending(session, code):
        return False
    feed = await queries.lock(session, code)
    given = await queries.number(session, code, feed.newest, NUMBERED_AT_ONCE)
    await queries.forget(session, code, now - KEPT, NUMBERED_AT_ONCE)
    return given == NUMBERED_AT_ONCE


async def _own_schools(session: WriteSession, caller: Principal, code: str) -> list[UUID] | None:
    """The ids of the caller's schools; None: all of the municipality."""
    only = institutions_listed(caller)
    return None if only is None else await queries.schools(session, code, only)
