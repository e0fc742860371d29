"""One process of a service: the API, the worker, or both.

The worker answers HTTP too, for health and metrics. A loop that ends by an exception ends the process with code 1:
whoever started it (Kubernetes, compose, the embedded supervisor) starts it again. Nothing goes on half alive.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from enum import StrEnum

import httpx

from libs.shared.auth.verifier import verifier_from_settings
from libs.shared.delivery.consumer import Consumer
from libs.shared.delivery.relay import Relay
from libs.shared.eventlog.factory import open_event_log
from libs.shared.observability.failures import describe_failure
from libs.shared.observability.logs import configure_logging, get_logger
from libs.shared.runtime.core import handling
from libs.shared.runtime.flow import count_flow
from libs.shared.runtime.service import Core, Loop, Service, Wiring
from libs.shared.web.app import create_app
from libs.shared.web.flow import flow_router
from libs.shared.web.health import Liveness, Readiness
from libs.shared.web.operations_server import operations_apart
from libs.shared.web.server import make_server

LOOP_STOP_SECONDS = 20.0

_log = get_logger(__name__)


class Part(StrEnum):
    """What a process runs."""

    API = "api"
    WORKER = "worker"
    ALL = "all"


async def run(service: Service, core: Core, part: Part) -> int:
    """Run until a signal or a failure; returns the exit code."""
    configure_logging(service.name, core.shared.log_level)
    stop = asyncio.Event()
    readiness, liveness = Readiness(), Liveness()
    readiness.add("database", core.db.check)
    failed: list[str] = []

    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(httpx.AsyncClient(timeout=5))
        verifier = verifier_from_settings(core.shared, client)
        wiring = service.wire(core)
        loops = await _loops(core, wiring, readiness, liveness, stack) if part is not Part.API else {}

        @asynccontextmanager
        async def lifespan(_: object) -> AsyncIterator[None]:
            await verifier.prepare()
            readiness.started()
            yield

        serves = part is not Part.WORKER
        apart = core.settings.operations_port if part is Part.API else None
        app = create_app(
            title=service.title,
            description=service.description,
            routers=[*wiring.routers, flow_router(lambda: count_flow(core.db, wiring.tables))] if serves else [],
            verifier=verifier,
            metrics=core.metrics,
            tracing=core.tracing,
            readiness=readiness,
            liveness=liveness,
            lifespan=lifespan,
            max_import_bytes=core.settings.max_body_bytes,
            operations=apart is None,
        )
        server = make_server(
            app,
            host=core.settings.host,
            port=core.settings.port if serves else core.settings.worker_port,
            readiness=readiness,
            drain_seconds=core.settings.drain_seconds,
        )

        if apart is not None:
            beside = operations_apart(
                host=core.settings.host,
                port=apart,
                readiness=readiness,
                liveness=liveness,
                metrics=core.metrics,
                public=server,
            )
            await stack.enter_async_context(beside)

        def end() -> None:
            readiness.drain()
            server.should_exit = True

        tasks = [asyncio.create_task(_guard(name, loop, stop, failed, end), name=name) for name, loop in loops.items()]
        _log.info("process.started", part=part.value, loops=sorted(loops))
        await server.serve()
        stop.set()
        await _finish(tasks)
    _log.info("process.stopped", failed=failed)
    return 1 if failed or not readiness.has_started else 0


async def _loops(
    core: Core, wiring: Wiring, readiness: Readiness, liveness: Liveness, stack: AsyncExitStack
) -> dict[str, Loop]:
    """The worker's loops: the relay, the consumer if the service subscribes to anything, and the service's own."""
    log = open_event_log(core.shared.event_log.get_secret_value(), client_id=core.name)
    stack.push_async_callback(log.close)
    await log.start()
    readiness.add("event_log", log.check, timeout=5.0)
    relay = Relay(core.db, log, metrics=core.delivery_metrics)
    liveness.watch("relay", lambda: "the relay's loop hangs" if relay.stuck() else None)
    for name, stuck in wiring.stuck.items():
        liveness.watch(name, stuck)
    loops: dict[str, Loop] = {"relay": relay.run, **wiring.loops}
    if wiring.subscriptions is not None:
        consumer = Consumer(log, handling(core, wiring.subscriptions))
        liveness.watch("consumer", lambda: "the consumer makes no progress" if consumer.stuck() else None)
        loops["consumer"] = consumer.run
    return loops


async def _guard(name: str, loop: Loop, stop: asyncio.Event, failed: list[str], end: Callable[[], None]) -> None:
    try:
        await loop(stop)
    except Exception as failure:
        failed.append(name)
        _log.critical("process.loop_failed", loop=name, failure=describe_failure(failure))
        end()


async def _finish(tasks: list[asyncio.Task[None]]) -> None:
    """Give the loops time to end their batch; what is then left is cancelled and redelivered later."""
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=LOOP_STOP_SECONDS)
    for task in late:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
