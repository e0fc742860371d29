"""Health and metrics on a port of their own: a second real server, over real sockets."""

import asyncio
import signal

import httpx
import uvicorn

from libs.shared.observability.metrics import Metrics
from libs.shared.operations.health import Liveness, Readiness
from libs.shared.web.operations_server import operations_apart
from libs.shared.web.server import make_server
from tests.factories.service import Tokens, app_of
from tests.realparts.ports import free_port

ASKED = ("/health/startup", "/health/live", "/health/ready", "/metrics")


async def until_ready(client: httpx.AsyncClient, url: str) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                if (await client.get(url)).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)


async def test_the_public_port_has_neither_health_nor_metrics_and_the_other_one_has_both() -> None:
    readiness, liveness, metrics = Readiness(keep=0.0), Liveness(), Metrics()
    app = app_of("test", [], Tokens(), metrics=metrics, readiness=readiness, liveness=liveness, operations=False)
    public_port, inner_port = free_port(), free_port()
    public = make_server(app, host="127.0.0.1", port=public_port, readiness=readiness)
    readiness.started()
    inner = f"http://127.0.0.1:{inner_port}"
    beside = operations_apart(
        host="127.0.0.1", port=inner_port, readiness=readiness, liveness=liveness, metrics=metrics, public=public
    )
    async with httpx.AsyncClient() as client, beside:
        await until_ready(client, f"{inner}/health/live")
        early = await client.get(f"{inner}/health/ready")
        assert early.status_code == 503, "ready before the public port is open"
        assert early.json()["checks"]["public_port"] == "failed"
        serving = asyncio.create_task(public.serve())
        await until_ready(client, f"{inner}/health/ready")
        for path in ASKED:
            assert (await client.get(f"http://127.0.0.1:{public_port}{path}")).status_code == 404, path
            assert (await client.get(f"{inner}{path}")).status_code == 200, path
        assert (await client.get(f"http://127.0.0.1:{public_port}/openapi.json")).status_code == 200
        assert (await client.get(f"{inner}/openapi.json")).status_code == 404
        public.should_exit = True
        await serving


async def test_the_inner_server_leaves_signals_to_the_public_one() -> None:
    before = signal.getsignal(signal.SIGTERM)
    public = uvicorn.Server(uvicorn.Config("unused:app"))
    port = free_port()
    beside = operations_apart(
        host="127.0.0.1", port=port, readiness=Readiness(), liveness=Liveness(), metrics=Metrics(), public=public
    )
    async with httpx.AsyncClient() as client, beside:
        await until_ready(client, f"http://127.0.0.1:{port}/health/live")
        assert signal.getsignal(signal.SIGTERM) == before
