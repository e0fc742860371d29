"""The declaration of a room's part in a service, and how the parts of all rooms become the service's ``Wiring``.

A room is a folder of a service. Its ``part.py`` declares what the room adds to the running service. It is the constant
``PART`` if nothing has to be built, as for a copy of data that another service publishes. Else it is a function
``part(...)`` that takes the objects it needs (database, outbox, keys, clock), builds the room's own handlers and loops,
and returns a ``Part``. The service's ``wiring.py`` makes the shared objects once, passes them to each room and merges
the results::

    def rooms(db: Database, outbox: Outbox, *, clock: Clock) -> list[Part]:
        return [schools.part(db, outbox), courses.part(db, outbox, clock), catalog.PART]

    def wire(core: Core) -> Wiring:
        parts = rooms(core.db, core.outbox, clock=utc_now)
        imports = import_part(core, kinds_of(parts), data_keys, lookup_keys, may_import, concerns=CONCERNS)
        return wired([imports, *parts])

``rooms`` takes no ``Core``, so that a test can have the parts of a service without its settings and event log.
The order of the parts is the order of the routes, of the kinds of file and of the republished topics.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Table
from sqlmodel import SQLModel

from libs.shared.events.read_models import ReadModel
from libs.shared.events.republishing import Republishing
from libs.shared.events.subscriptions import Subscription, Subscriptions, TombstoneHandler
from libs.shared.files.formats_declared import FORMATS
from libs.shared.files.kind import Kind
from libs.shared.imports.handlers import Handler, Kinds
from libs.shared.runtime.service import Wiring
from libs.shared.web.routing import Router


class BackgroundLoop(Protocol):
    """A loop of the worker; those of a service use ``libs.shared.events.background.Background``."""

    async def run(self, stop: asyncio.Event) -> None:
        """Run until the event is set. Raising ends the process."""

    def stuck(self) -> str | None:
        """For liveness: why nothing is done any more, or None."""


@dataclass(frozen=True, slots=True)
class Part:
    """One room's share of a service; every field may be left out.

    ``read_models`` store the states that other services publish; the topics follow from them. ``subscriptions`` and
    ``tombstones`` (by topic) are for events with other handlers. ``kinds`` are kinds of file, each with its handler.
    ``tables`` are those whose rows ops may count. ``loops`` are the worker's background loops by name.
    ``republishing`` publishes all states of each topic of the room again.
    """

    routers: Sequence[Router] = ()
    read_models: Sequence[ReadModel[Any]] = ()
    subscriptions: Sequence[Subscription[Any]] = ()
    tombstones: Mapping[str, TombstoneHandler] = field(default_factory=dict)
    kinds: Sequence[tuple[Kind, Handler[Any]]] = ()
    tables: Sequence[type[SQLModel] | Table] = ()
    loops: Mapping[str, BackgroundLoop] = field(default_factory=dict)
    republishing: Sequence[Republishing] = ()


def kinds_of(parts: Iterable[Part]) -> Kinds:
    """The kinds of file that the parts take. Raises ``ValueError`` for two with the same name."""
    bound = [each for part in parts for each in part.kinds]
    _require_each_once("kind of file", (kind.name for kind, _ in bound))
    return Kinds(bound, FORMATS)


def subscriptions_of(parts: Iterable[Part]) -> Subscriptions:
    """The subscriptions of all parts.

    Raises ``ValueError`` if two parts handle the same event type, or tombstones of the same topic.
    """
    taken = list(parts)
    _require_each_once("handler of tombstones for topic", (topic for part in taken for topic in part.tombstones))
    return Subscriptions(
        *(Subscription(each.model, each) for part in taken for each in part.read_models),
        *(each for part in taken for each in part.subscriptions),
        tombstones={topic: handler for part in taken for topic, handler in part.tombstones.items()},
    )


def wired(parts: Sequence[Part]) -> Wiring:
    """The wiring of a service with these parts.

    Raises ``ValueError`` if two parts have a loop with the same name, republish the same topic, count the same table or
    handle the same event type.
    """
    loops = [(name, loop) for part in parts for name, loop in part.loops.items()]
    republishing = [each for part in parts for each in part.republishing]
    tables = [_name_of(each) for part in parts for each in part.tables]
    _require_each_once("background loop", (name for name, _ in loops))
    _require_each_once("republishing of topic", (each.topic for each in republishing))
    _require_each_once("table", tables)
    subscriptions = subscriptions_of(parts)
    return Wiring(
        routers=[router for part in parts for router in part.routers],
        subscriptions=subscriptions if subscriptions.topics else None,
        republishing=republishing,
        loops={name: loop.run for name, loop in loops},
        stuck={name: loop.stuck for name, loop in loops},
        tables=tables,
    )


def _name_of(table: type[SQLModel] | Table) -> str:
    return table.name if isinstance(table, Table) else str(table.__tablename__)


def _require_each_once(what: str, names: Iterable[str]) -> None:
    repeated = sorted(name for name, times in Counter(names).items() if times > 1)
    if repeated:
        raise ValueError(f"two parts have the same {what}: {', '.join(repeated)}")
