"""One process of a service: the API, the worker, or both.

The worker answers HTTP too, for health and metrics. It starts even if its dependencies are unavailable; readiness then
says so. A loop that ends by an exception ends the process with code 1, and its supervisor (Kubernetes, compose, the
embedded one) starts it again. A process never continues with one of its loops missing.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from enum import StrEnum

import httpx

from libs.shared.auth.jwks import IssuerMetrics
from libs.shared.auth.refusals import IssuerRefused
from libs.shared.auth.verifier import request_ring, verifier_from_settings
from libs.shared.base.tellable import SetUpFault
from libs.shared.db.revision import Revision
from libs.shared.observability.failures import describe_failure
from libs.shared.observability.logs import configure_logging, get_logger
from libs.shared.operations.flow import count_flow
from libs.shared.operations.health import SCHEMA, Liveness, Readiness
from libs.shared.runtime.collector import calm_collector
from libs.shared.runtime.service import Core, Loop, Service
from libs.shared.runtime.worker import worker_loops
from libs.shared.web.admission import RequestLimits
from libs.shared.web.app import create_app
from libs.shared.web.connections import ConnectionLimits
from libs.shared.web.flow import flow_router
from libs.shared.web.operations_server import operations_apart
from libs.shared.web.pages import PageTokens
from libs.shared.web.server import DrainingServer, make_server

LOOP_STOP_SECONDS = 20.0
ISSUER_SECONDS = 5.0

_log = get_logger(__name__)


class Part(StrEnum):
    """The part of a service that a process runs."""

    API = "api"
    WORKER = "worker"
    ALL = "all"


async def run(service: Service, core: Core, part: Part) -> int:
    """Run until a signal or a failure; returns the exit code. Raises ``Tellable`` for a faulty set-up."""
    configure_logging(service.name, core.shared.log_level)
    serves = part is not Part.WORKER
    readiness, liveness = Readiness(), Liveness()
    revision = Revision(core.db, service.migrations)
    readiness.add("database", core.db.check)
    readiness.add(SCHEMA, revision.check)
    refused: list[IssuerRefused] = []

    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(issuer_client())
        # A worker verifies no tokens, so the age of its keys is not measured.
        verifier = verifier_from_settings(core.shared, client, IssuerMetrics(core.metrics) if serves else None)
        wiring = service.wire(core)
        loops: dict[str, Loop] = {}
        if part is not Part.API:
            loops |= worker_loops(core, wiring, revision, readiness=readiness, liveness=liveness)
        if serves:
            loops["issuer"] = verifier.keep_fresh

        @asynccontextmanager
        async def lifespan(_: object) -> AsyncIterator[None]:
            try:
                await verifier.prepare()
            except IssuerRefused as refusal:
                refused.append(refusal)
                server.should_exit = True
            else:
                readiness.started()
            yield

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
            body_seconds=core.settings.body_seconds,
            limits=_limits(core),
            page_tokens=PageTokens(service.name, request_ring(core.shared)),
            operations=apart is None,
        )
        server = make_server(
            app,
            host=core.settings.host,
            port=core.settings.port if serves else core.settings.worker_port,
            readiness=readiness,
            drain_seconds=core.settings.drain_seconds,
            limits=ConnectionLimits(core.settings.connections, core.settings.head_seconds),
            metrics=core.metrics,
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
        calm_collector()
        _log.info("process.started", part=part.value, loops=sorted(loops))
        failed = await _serve(
            server, readiness, loops, port=f"{core.name}_{'port' if serves else 'worker_port'}".upper()
        )
    _log.info("process.stopped", failed=failed)
    if refused:
        raise refused[0]
    return 1 if failed or not readiness.has_started else 0


def _limits(core: Core) -> RequestLimits:
    told = core.settings
    return RequestLimits(told.limit_subject, told.limit_open, told.limit_failed, core.shared.proxies)


async def _serve(server: DrainingServer, readiness: Readiness, loops: dict[str, Loop], *, port: str) -> list[str]:
    """Run server and loops until one of them ends the process; returns the names of the loops that failed."""
    stop, failed = asyncio.Event(), list[str]()

    def end() -> None:
        readiness.drain()
        server.should_exit = True

    tasks = [asyncio.create_task(_guard(name, loop, stop, failed, end), name=name) for name, loop in loops.items()]
    try:
        await server.serve()
    except SystemExit:
        # The server's way to say that it did not start; its own line has the operating system's words.
        raise SetUpFault(f"{port}: another process listens on this port, or this one may not") from None
    finally:
        stop.set()
        await _finish(tasks)
    return failed


def issuer_client() -> httpx.AsyncClient:
    """The client that fetches the issuer's keys; ``SSL_CERT_FILE`` names the certificates of a private CA.

    Raises ``SetUpFault`` if that file cannot be read.
    """
    given = os.environ.get("SSL_CERT_FILE")
    if given and not os.access(given, os.R_OK):
        # The error of the TLS library names neither the file nor the setting.
        raise SetUpFault("SSL_CERT_FILE names a file that cannot be read; give the CA's certificates as PEM")
    return httpx.AsyncClient(timeout=ISSUER_SECONDS)


async def _guard(name: str, loop: Loop, stop: asyncio.Event, failed: list[str], end: Callable[[], None]) -> None:
    try:
        await loop(stop)
    except Exception as failure:
        failed.append(name)
        _log.critical("process.loop_failed", loop=name, failure=describe_failure(failure))
        end()


async def _finish(tasks: list[asyncio.Task[None]]) -> None:
    """Give the loops time to end their batch, then cancel those that still run; their events are redelivered later."""
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=LOOP_STOP_SECONDS)
    for task in late:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
