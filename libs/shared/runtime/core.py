"""Builds the core objects of a process, and closes them in order."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from libs.shared.base.settings import ServiceSettings, SharedSettings
from libs.shared.db.database import Database
from libs.shared.db.limits import ConnectionLimits, WorkLimits
from libs.shared.eventlog.factory import open_event_log
from libs.shared.events.handling import Handling
from libs.shared.events.metrics import EventMetrics
from libs.shared.events.outbox import Outbox
from libs.shared.events.subscriptions import Subscriptions
from libs.shared.observability.metrics import Metrics
from libs.shared.observability.tracing import Tracing
from libs.shared.runtime.service import Core, Service


@asynccontextmanager
async def open_core(
    service: Service, *, shared: SharedSettings | None = None, settings: ServiceSettings | None = None
) -> AsyncIterator[Core]:
    """The core of one process. Settings that are not given are read from the environment."""
    shared = shared or SharedSettings.load()
    settings = settings or service.settings()
    metrics = Metrics()
    tracing = Tracing(service.name, endpoint=shared.otlp_endpoint)
    db = Database(
        settings.database_url.get_secret_value(),
        pool=settings.database_pool,
        application_name=service.name,
        limits=ConnectionLimits(pool_seconds=settings.database_pool_seconds),
        work=WorkLimits(statement_seconds=settings.database_statement_seconds),
    )
    log = open_event_log(shared.event_log.get_secret_value(), client_id=service.name)
    try:
        yield Core(
            name=service.name,
            settings=settings,
            shared=shared,
            db=db,
            log=log,
            outbox=Outbox(service.name),
            metrics=metrics,
            event_metrics=EventMetrics(metrics),
            tracing=tracing,
        )
    finally:
        await log.close()
        await db.close()
        tracing.shutdown()


def handling(core: Core, subscriptions: Subscriptions) -> Handling:
    """The transactions of the service's group, for the consumer and for the dead-letter commands."""
    return Handling(core.db, core.name, subscriptions, metrics=core.event_metrics, tracing=core.tracing)
