"""Events on a service's own database: given to its handlers as by its consumer, and read from its outbox."""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from libs.shared.contracts.envelope import Event
from libs.shared.contracts.state import State
from libs.shared.db.database import Database
from libs.shared.db.scope import NOBODY, Access, Scope
from libs.shared.events.subscriptions import Subscriptions

TOLD_AT = datetime(2023, 8, 1, tzinfo=UTC)
_WRITTEN = text("SELECT convert_from(value, 'UTF8')::jsonb FROM outbox WHERE topic = :topic ORDER BY seq")


async def tell(db: Database, subscriptions: Subscriptions, states: Iterable[State], *municipalities: str) -> None:
    """Give states to their handlers in one transaction; consecutive states of one type go in one call.

    The scope holds the named municipalities, or else those of the states.
    """
    events: list[Event[State]] = [Event(id=uuid4(), source="/test", time=TOLD_AT, data=state) for state in states]
    codes = municipalities or tuple({code for event in events if (code := event.data.municipality)})
    async with db.write(Scope.of(*codes)) as session:
        for model, run in groupby(events, key=lambda event: type(event.data)):
            handler = subscriptions.handler(model)
            assert handler is not None, f"nobody here handles {model.__name__}"
            await handler(session, list(run))


async def events(db: Database, topic: str) -> list[dict[str, Any]]:
    """The content of the events written so far to a topic, oldest first."""
    async with db.read(NOBODY) as session:
        return list((await session.execute(_WRITTEN, {"topic": topic})).scalars())


async def rows(db: Database, sql: str, *municipalities: str, access: Access | None = None) -> list[Any]:
    """The rows that a transaction of these municipalities sees, with columns by name and by position."""
    async with db.read(Scope.of(*municipalities, access=access)) as session:
        return list((await session.execute(text(sql))).all())
