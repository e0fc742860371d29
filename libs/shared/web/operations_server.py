"""Serves health and metrics of an API on a separate port, so that the public port has neither."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from fastapi import FastAPI

from libs.shared.observability.metrics import Metrics
from libs.shared.operations.health import Liveness, Readiness
from libs.shared.web.connections import ConnectionLimits, Connections, bounded_config
from libs.shared.web.operations import operations_router


class _SecondServer(uvicorn.Server):
    """A second server, which does not handle the process's signals; it ends when ``should_exit`` is set."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def operations_apart(
    *, host: str, port: int, readiness: Readiness, liveness: Liveness, metrics: Metrics, public: uvicorn.Server
) -> AsyncIterator[None]:
    """Answer ``/health/…`` and ``/metrics`` on ``port`` while the block runs.

    This server answers before ``public`` listens, so the process is ready only after that.
    """

    async def listening() -> None:
        if not public.started:
            raise ConnectionError("the public port is not open yet")

    readiness.add("public_port", listening)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.include_router(operations_router(readiness, liveness, metrics))
    # Not counted in the metrics: only the platform reaches this port.
    config = bounded_config(app, Connections(ConnectionLimits()), host=host, port=port, lifespan="off")
    server = _SecondServer(config)
    serving = asyncio.create_task(server.serve(), name="operations")
    try:
        yield
    finally:
        server.should_exit = True
        await serving
