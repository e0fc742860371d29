"""The declaration of a service: its name, settings, migrations and wiring."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from libs.shared.base.settings import ServiceSettings, SharedSettings
from libs.shared.db.database import Database
from libs.shared.eventlog.port import EventLog
from libs.shared.events.metrics import EventMetrics
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Republishing
from libs.shared.events.subscriptions import Subscriptions
from libs.shared.observability.metrics import Metrics
from libs.shared.observability.tracing import Tracing
from libs.shared.rotation.rotating import KeyUse
from libs.shared.web.routing import Router

S = TypeVar("S", bound=ServiceSettings)

Loop = Callable[[asyncio.Event], Awaitable[None]]
"""A background loop of the worker: runs until the event is set; raising ends the process.

A service's own loop is the ``run`` of a ``Background``, which retries failures that pass and reports when it hangs.
"""

Command = Callable[["Service", Sequence[str]], int]
"""An additional command of a service: takes the arguments after its name, returns the exit code."""


@dataclass(frozen=True, slots=True)
class Core:
    """The objects that every service needs; made by ``open_core``, used by the service's ``wiring.py`` only."""

    name: str
    settings: ServiceSettings
    shared: SharedSettings
    db: Database
    log: EventLog
    outbox: Outbox
    metrics: Metrics
    event_metrics: EventMetrics
    tracing: Tracing

    def settings_as(self, model: type[S]) -> S:
        """The settings as the service's own class. Raises ``TypeError`` for a service wired with another's settings."""
        if not isinstance(self.settings, model):
            raise TypeError(f"{self.name} is wired with {type(self.settings).__name__}")
        return self.settings


@dataclass(frozen=True, slots=True)
class Wiring:
    """The objects of one service.

    ``republishing`` publishes all states of each topic that the service owns again. ``tables`` names the tables whose
    rows ops may count. ``loops`` are the worker's own background loops, by name; ``stuck`` returns for each loop that
    can hang why it does (None while it does not).
    """

    routers: Sequence[Router]
    subscriptions: Subscriptions | None = None
    republishing: Sequence[Republishing] = ()
    loops: Mapping[str, Loop] = field(default_factory=dict)
    stuck: Mapping[str, Callable[[], str | None]] = field(default_factory=dict)
    tables: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """One service. ``name`` is its database, its consumer group and the prefix of its settings.

    ``keys`` says how it uses key rings, if it has any. ``jobs`` are those of its ``commands`` that also run in a pod,
    where nobody reads their output. ``listeners`` is the number of connections outside the pool on which the worker's
    own loops LISTEN; the relay's connection is not among them.
    """

    name: str
    title: str
    description: str
    settings: Callable[[], ServiceSettings]
    migrations: Path
    wire: Callable[[Core], Wiring]
    keys: Callable[[Core], KeyUse] | None = None
    commands: Mapping[str, Command] = field(default_factory=dict)
    jobs: frozenset[str] = frozenset()
    listeners: int = 0
