"""Publishes every state of a topic again: after a restore, for a new subscriber, or when a topic was lost.

The states go through the outbox like all others, with their present versions. A page is one transaction in which the
rows are locked in the order of their keys, so a concurrent change waits and publishes its newer state afterwards.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import text

from libs.shared.base.errors import Problem
from libs.shared.contracts.state import State
from libs.shared.db.database import Database, ReadSession, WriteSession
from libs.shared.db.scope import Access, Scope
from libs.shared.events.failures import passes
from libs.shared.events.outbox import Outbox
from libs.shared.observability.failures import describe_failure

Place = tuple[str, ...]
"""The key of the last row of a page, each column as text."""

TRIES = 20
PAUSE_SECONDS = 0.5

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Page:
    """The result of one transaction: the number of states published, and the row after which the next page begins
    (None: it was the last).

    ``untold`` is the number of states that could not be published; the log names them.
    """

    told: int
    after: Place | None
    untold: int = 0


States = Callable[[WriteSession, str, Place | None, int], Awaitable[Sequence[State]]]
"""The states of at most that many rows of a municipality, after a place, their rows locked in order of the key."""

TellPage = Callable[[WriteSession, str, Place | None, int], Awaitable[Page]]
"""Publishes the states of at most that many rows of a municipality ("" for a topic without municipalities), after a
place.
"""


def telling(outbox: Outbox, states: States) -> TellPage:
    """A ``TellPage`` that publishes the states of a query, each with the same event type as when it changed."""

    async def tell_page(session: WriteSession, code: str, after: Place | None, size: int) -> Page:
        found = await states(session, code, after, size)
        await outbox.add(session, found, republished=True)
        return Page(len(found), place_of(found[-1]) if len(found) == size else None)

    return tell_page


def place_of(state: State) -> Place:
    """The key of a state's row, each column as text."""
    return tuple(str(getattr(state, name)) for name in state.key_fields())


@dataclass(frozen=True, slots=True)
class Republishing:
    """How the states of one topic are published again. ``tenants`` is the table whose municipalities are processed,
    each in its own transactions; None for a topic without municipalities.
    """

    topic: str
    tell_page: TellPage
    tenants: str | None = None
    size: int = 500

    async def run(self, db: Database) -> Page:
        """Publish all states; returns their number. If interrupted, it may simply be run again."""
        told = untold = 0
        for code in await self._codes(db):
            after: Place | None = None
            while True:
                page = await self._page(db, code, after)
                told, untold, after = told + page.told, untold + page.untold, page.after
                if after is None:
                    break
        return Page(told, None, untold)

    async def _codes(self, db: Database) -> list[str]:
        if self.tenants is None:
            return [""]
        async with db.read(Scope(access=Access.OPERATOR)) as session:
            return await _municipalities(session, self.tenants)

    async def _page(self, db: Database, code: str, after: Place | None) -> Page:
        """Publish one page; tried again after failures that pass by themselves, such as a deadlock with an import."""
        for failed in range(TRIES):
            try:
                async with db.write(Scope.of(code) if code else Scope()) as session:
                    return await self.tell_page(session, code, after, self.size)
            except Problem:
                raise
            except Exception as failure:
                if not passes(failure) or failed == TRIES - 1:
                    raise
                _log.warning("republish.retry", topic=self.topic, failure=describe_failure(failure))
                await asyncio.sleep(PAUSE_SECONDS)
        raise AssertionError("the last try raises")


async def _municipalities(session: ReadSession, table: str) -> list[str]:
    # The name comes from the service's wiring.
    found = await session.execute(text(f"SELECT DISTINCT municipality_code FROM {table} ORDER BY 1"))  # noqa: S608
    return list(found.scalars())


def require_known(topics: Sequence[str], republishing: Sequence[Republishing]) -> str | None:
    """Why the topics cannot be published again; None if they can."""
    own = sorted(each.topic for each in republishing)
    unknown = sorted(set(topics) - set(own))
    return f"not told by this service: {', '.join(unknown)}; it tells {', '.join(own) or 'none'}" if unknown else None
