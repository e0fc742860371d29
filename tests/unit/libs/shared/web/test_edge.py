import io
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator

import httpx
import pytest
import structlog
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Route

from libs.shared.auth.refusals import IssuerUnreachable
from libs.shared.observability.logs import configure_logging
from libs.shared.observability.metrics import Metrics
from libs.shared.observability.tracing import Tracing
from libs.shared.operations.health import Readiness
from libs.shared.web.edge import Edge
from tests.factories.subjects import subject

CPR = "6101120008"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logging("things", "INFO", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


async def test_a_sane_correlation_id_comes_back_and_any_other_is_replaced(client: httpx.AsyncClient) -> None:
    for offered, kept in (
        ("4bf92f3577b34da6a3ce929d0e0e4736", True),
        ("journey-0001", False),
        (f"x-{CPR}", False),
        ("a b", False),
    ):
        answer = await client.get("/v1/things/1", headers={"X-Correlation-Id": offered})
        assert (answer.headers["x-correlation-id"] == offered) == kept
    assert (await client.get("/v1/things/1")).headers["x-correlation-id"]


async def test_the_trace_of_the_caller_goes_on(client: httpx.AsyncClient) -> None:
    parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    answer = await client.get("/v1/things/trace", headers={"traceparent": parent})
    assert answer.json().split("-")[1] == parent.split("-")[1]


async def test_one_line_per_request_names_the_template_and_no_value(
    client: httpx.AsyncClient, lines: io.StringIO
) -> None:
    await client.get(f"/v1/things/{CPR}?name=Canary")
    await client.get(f"/nowhere/{CPR}?name=Canary")
    await client.get("/v1/things/broken")
    written = [json.loads(line) for line in lines.getvalue().splitlines()]
    requests = [line for line in written if line["event"] == "http.request"]
    assert [(line["route"], line["status"]) for line in requests] == [
        ("/v1/things/{thing_id}", 422),
        ("(none)", 404),
        ("/v1/things/broken", 500),
    ]
    failed = next(line for line in written if line["event"] == "http.failed")
    assert failed["failure"]["type"] == "builtins.ValueError"
    assert failed["correlation_id"] == requests[2]["correlation_id"]
    assert CPR not in lines.getvalue()
    assert "Canary" not in lines.getvalue()


async def test_requests_are_measured_by_template(client: httpx.AsyncClient, metrics: Metrics) -> None:
    await client.get("/v1/things/1")
    await client.get("/v1/things/2")
    exposition = (await client.get("/metrics")).text
    assert 'seconds_count{method="GET",route="/v1/things/{thing_id}",status="200"} 2.0' in exposition
    assert metrics.exposition()[1].startswith("text/plain")


async def test_an_invented_method_is_not_written_down(
    client: httpx.AsyncClient, lines: io.StringIO, metrics: Metrics
) -> None:
    await client.request("CANARY", "/v1/things/1")
    assert "CANARY" not in lines.getvalue() + metrics.exposition()[0].decode()


async def test_the_span_of_a_request_names_the_template_and_no_value() -> None:
    exporter = InMemorySpanExporter()
    tracing = Tracing("things", processor=SimpleSpanProcessor(exporter))
    app = Starlette(
        routes=[Route("/v1/things/{thing_id}", lambda _: Response("1"))],
        middleware=[Middleware(Edge, metrics=Metrics(process=False), tracing=tracing, readiness=Readiness())],
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://things") as client:
        await client.get(f"/v1/things/{CPR}?name=Canary")
    exported = "".join(span.to_json() for span in exporter.get_finished_spans())
    assert "http.response.status_code" in exported
    assert CPR not in exported
    assert "Canary" not in exported


async def test_security_headers_are_on_every_answer(client: httpx.AsyncClient) -> None:
    for path in ("/v1/things/1", "/nowhere", "/v1/things/broken"):
        headers = (await client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "default-src 'none'" in headers["content-security-policy"]


async def test_a_route_with_roles_wants_a_token_with_one_of_them(
    client: httpx.AsyncClient, token: Callable[..., dict[str, str]]
) -> None:
    missing = await client.get("/v1/things/own")
    assert (missing.status_code, missing.json()["code"]) == (401, "token.missing")
    assert missing.headers["www-authenticate"] == 'Bearer realm="skoleloeft"'
    wrong = await client.get("/v1/things/own", headers={"Authorization": "Bearer x.y.z"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "token.invalid")
    assert 'error="invalid_token"' in wrong.headers["www-authenticate"]
    basic = await client.get("/v1/things/own", headers={"Authorization": "Basic eDp5"})
    assert (basic.status_code, basic.json()["code"]) == (401, "token.missing")
    other = await client.get("/v1/things/own", headers=token("ops"))
    assert (other.status_code, other.json()["code"]) == (403, "forbidden")
    assert (await client.get("/v1/things/own", headers=token("ops", "school"))).json() == subject("somebody")
    assert (await client.get("/v1/things/any", headers=token("ops"))).json() == subject("somebody")


def test_an_unreachable_issuer_is_a_503_of_ours_and_not_the_callers_fault() -> None:
    assert IssuerUnreachable().status == 503


async def test_a_body_over_the_limit_is_refused_declared_or_not(client: httpx.AsyncClient) -> None:
    async def parts(count: int) -> AsyncIterator[bytes]:
        for _ in range(count):
            yield b"x" * 100

    for path, fits, over in (("/v1/things/stream", 10, 11), ("/v1/imports", 50, 51)):
        assert (await client.post(path, content=b"x" * 100 * fits)).json() == 100 * fits
        assert (await client.post(path, content=parts(fits))).json() == 100 * fits
        for content in (b"x" * 100 * over, parts(over)):
            answer = await client.post(path, content=content)
            assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
            assert str(100 * fits) in answer.json()["detail"]


async def test_a_json_body_over_the_limit_is_413_and_not_400(client: httpx.AsyncClient) -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b'{"name": "'
        for _ in range(20):
            yield b"x" * 100

    answer = await client.post("/v1/things", content=parts(), headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
