"""Imports over HTTP: answers, addresses, refusals as problems, and who may see what."""

import asyncio
import gzip
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from libs.shared.auth.issuer.signing import SigningKey
from libs.shared.auth.jwks import StaticJwks
from libs.shared.auth.verifier import TokenVerifier
from libs.shared.base.settings import Profile
from libs.shared.db.database import ReadSession
from libs.shared.db.scope import Scope
from libs.shared.delivery.positions import Position
from libs.shared.eventlog.memory import MemoryEventLog
from libs.shared.eventlog.port import TopicPartition, TopicSpec
from libs.shared.imports.after import Reaching
from libs.shared.imports.api import ImportApi
from libs.shared.imports.quota import Quota
from libs.shared.imports.routes import import_router
from libs.shared.imports.views import (
    KINDS_EXAMPLE,
    PARKED_EXAMPLE,
    RECEIPT_EXAMPLE,
    REFUSED_EXAMPLE,
    KindView,
    ParkedView,
    ReceiptView,
    RefusedView,
)
from libs.shared.observability.metrics import Metrics
from libs.shared.observability.tracing import Tracing
from libs.shared.web.app import create_app
from libs.shared.web.health import Readiness
from libs.shared.web.pages import Page
from tests.factories.delivery import absence_outbox, month, relaying, until
from tests.factories.import_bench import Bench
from tests.factories.imported import cpr, day_file, day_lines
from tests.factories.own_topics import with_topics

ISSUER = "https://login.example"
FILE = day_file(day_lines(20))
QUERY = {"kind": "days", "municipality": "101"}
CSV_TYPE = {"Content-Type": "text/csv; charset=utf-8"}
SIGNING = SigningKey.fresh_or_kept(None)


def token(*codes: str, role: str = "municipality_integration") -> dict[str, str]:
    claims: dict[str, Any] = {"sub": "it", "roles": [role], "municipality_codes": list(codes)}
    return {"Authorization": f"Bearer {SIGNING.token(claims, issuer=ISSUER, audience='skoleloeft', seconds=60)}"}


async def admitted(_: ReadSession, code: str) -> bool | None:
    """201 has declined, and of 202 nothing has been told."""
    return {"201": False, "202": None}.get(code, True)


@pytest.fixture
def log() -> MemoryEventLog:
    return MemoryEventLog()


@pytest.fixture
def app(bench: Bench, log: MemoryEventLog) -> FastAPI:
    return app_with(router_of(bench, log))


def router_of(bench: Bench, log: MemoryEventLog) -> APIRouter:
    reaching = Reaching(log, "absence_ingest", ["registration.pupil"], 0.2)
    return import_router(ImportApi(bench.db, bench.kinds, bench.receiver, bench.vault, admitted, reaching))


def app_with(router: APIRouter, **more: Any) -> FastAPI:
    return create_app(
        title="Imports",
        description="For tests.",
        routers=[router],
        verifier=TokenVerifier(ISSUER, StaticJwks({"keys": [SIGNING.published()]}), profile=Profile.DEVELOPMENT),
        metrics=Metrics(process=False),
        tracing=Tracing("imports"),
        readiness=Readiness(keep=0),
        **more,
    )


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://imports") as client:
        client.headers.update(token("101"))
        yield client


async def post(client: httpx.AsyncClient, data: bytes = FILE, key: str = "k", **headers: str) -> httpx.Response:
    given = {"Idempotency-Key": key, **CSV_TYPE, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return await client.post("/v1/imports", params=QUERY, content=data, headers=given)


async def test_a_file_is_answered_with_202_and_the_address_of_its_receipt(
    client: httpx.AsyncClient, bench: Bench
) -> None:
    await bench.know(*map(cpr, range(9)))
    answer = await post(client)
    assert answer.status_code == 202
    assert answer.json()["state"] == "queued"
    await bench.work()
    receipt = (await client.get(answer.headers["Location"])).json()
    assert (receipt["rows"], receipt["accepted"], receipt["parked"], receipt["parked_now"]) == (20, 18, 2, 2)
    parked = (await client.get(receipt["links"]["parked"])).json()
    assert [row["row"] for row in parked["items"]] == [10, 20]
    assert cpr(9) not in str(parked)
    again = await post(client)
    assert (again.status_code, again.json()["id"]) == (200, receipt["id"])


async def test_prefer_wait_gives_the_final_receipt_at_once(client: httpx.AsyncClient, bench: Bench) -> None:
    stop = asyncio.Event()
    worker = asyncio.create_task(bench.worker.run(stop))
    answer = await post(client, Prefer="wait=30")
    stop.set()
    await worker
    assert (answer.status_code, answer.json()["state"]) == (200, "completed")
    assert answer.headers["Preference-Applied"] == "wait=30"


async def test_prefer_wait_gives_202_when_it_takes_longer(client: httpx.AsyncClient) -> None:
    assert (await post(client, Prefer="wait=1")).status_code == 202


async def test_gzip_over_http_is_unpacked(client: httpx.AsyncClient, bench: Bench) -> None:
    answer = await post(client, gzip.compress(FILE), Content_Encoding="gzip")
    await bench.work()
    assert (await client.get(answer.headers["Location"])).json()["rows"] == 20


@pytest.mark.parametrize(
    ("data", "headers", "status", "code"),
    [
        (b"", {}, 422, "file.empty"),
        (FILE.replace(b"days", b"dage"), {}, 422, "column.unknown"),
        (FILE.replace(b";days", b""), {}, 422, "column.missing"),
        (gzip.compress(FILE)[:-9], {"Content_Encoding": "gzip"}, 422, "gzip.truncated"),
        (FILE, {"Content_Encoding": "gzip"}, 422, "gzip.invalid"),
        (FILE, {"Content_Encoding": "br"}, 415, "import.content_encoding"),
        (FILE, {"Content_Type": "text/csv; charset=utf-16"}, 422, "import.charset"),
        (FILE, {"Content_Type": "application/x-ndjson; charset=iso-8859-1"}, 422, "import.charset"),
        (FILE, {"Content_Type": "application/json"}, 415, "unsupported_media_type"),
        (gzip.compress(FILE + b"\n" * 20_000_000), {"Content_Encoding": "gzip"}, 413, "file.too_large"),
    ],
)
async def test_a_file_that_cannot_be_taken_is_a_problem_with_code_and_remedy(
    client: httpx.AsyncClient, data: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    answer = await post(client, data, **headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert set(answer.json()["messages"]) == {"da", "en"}


async def test_another_file_under_the_same_key_is_a_conflict(client: httpx.AsyncClient) -> None:
    await post(client)
    answer = await post(client, day_file(day_lines(21)))
    assert (answer.status_code, answer.json()["code"]) == (409, "import.key_reused")


@pytest.mark.parametrize("changed", [{"mode": "commmit"}, {"kind": "dayz"}, {"municipality": "1"}, {"atomic": "x"}])
async def test_wrong_parameters_are_told(client: httpx.AsyncClient, changed: dict[str, str]) -> None:
    answer = await client.post(
        "/v1/imports", params={**QUERY, **changed}, content=FILE, headers={"Idempotency-Key": "k", **CSV_TYPE}
    )
    assert answer.status_code == 422
    assert answer.json()["code"]


@pytest.mark.parametrize("changed", [{"Mode": "validate"}, {"dry_run": "true"}, {"MODE": "validate", "mode": "commit"}])
async def test_a_parameter_that_is_none_of_ours_is_refused_and_nothing_is_taken(
    client: httpx.AsyncClient, bench: Bench, changed: dict[str, str]
) -> None:
    answer = await client.post(
        "/v1/imports", params={**QUERY, **changed}, content=FILE, headers={"Idempotency-Key": "k", **CSV_TYPE}
    )
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "parameter.unknown")
    assert "'mode'" in answer.json()["errors"][0]["messages"]["da"]
    assert await bench.everything() == ""


@pytest.mark.parametrize("rows", [3, 130_000])
async def test_a_file_whose_line_ends_were_lost_is_told_so_within_a_second_and_in_few_words(
    client: httpx.AsyncClient, rows: int
) -> None:
    lost = b"pupil;date;category;days" + b"6101124001;2022-09-05;illness;1" * rows
    began = time.thread_time()
    answer = await post(client, lost)
    assert time.thread_time() - began < 1.0
    assert answer.status_code == 422
    assert len(answer.content) < 4096
    assert answer.json()["code"] in {"file.line_ends", "header.too_long"}
    assert "linjeskift" in answer.json()["messages"]["da"]
    assert "line ends" in answer.json()["messages"]["en"]


async def test_more_than_the_municipality_may_have_waiting_is_429_with_the_time_to_come_again(
    bench: Bench, log: MemoryEventLog
) -> None:
    bench.quota = Quota(queued_files=1)
    app = app_with(router_of(bench, log))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://imports") as limited:
        limited.headers.update(token("101"))
        assert (await post(limited, key="a")).status_code == 202
        answer = await post(limited, key="b")
    assert (answer.status_code, answer.json()["code"]) == (429, "import.queue_full")
    assert answer.headers["Retry-After"] == "60"
    assert set(answer.json()["messages"]) == {"da", "en"}


async def test_a_body_over_the_limit_of_the_wire_leaves_nothing(bench: Bench, log: MemoryEventLog) -> None:
    app = app_with(router_of(bench, log), max_import_bytes=40_000)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://imports") as limited:

        async def pieces() -> AsyncIterator[bytes]:
            for _ in range(10):
                yield day_file(day_lines(300))

        headers = {**token("101"), "Idempotency-Key": "k", **CSV_TYPE}
        answer = await limited.post("/v1/imports", params=QUERY, content=pieces(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert await bench.everything() == ""


async def test_a_missing_or_odd_key_is_told(client: httpx.AsyncClient) -> None:
    for headers in ({}, {"Idempotency-Key": "a b"}, {"Idempotency-Key": "x" * 201}):
        answer = await client.post("/v1/imports", params=QUERY, content=FILE, headers={**CSV_TYPE, **headers})
        assert answer.status_code == 422


async def test_refused_rows_are_listed_by_page_and_given_as_csv(client: httpx.AsyncClient, bench: Bench) -> None:
    answer = await post(client, day_file(["6113120008;2022-09-30;illness;1"] * 5))
    await bench.work()
    receipt = (await client.get(answer.headers["Location"])).json()
    seen: list[int] = []
    page_token: str | None = None
    for _ in range(3):
        params = {"page_size": "2", **({"page_token": page_token} if page_token else {})}
        page = (await client.get(receipt["links"]["refused"], params=params)).json()
        seen += [row["row"] for row in page["items"]]
        assert page["items"][0]["errors"][0]["code"] == "cpr_number.invalid"
        assert "6113120008" not in str(page)
        page_token = page["next_page_token"]
    assert (seen, page_token) == ([1, 2, 3, 4, 5], None)
    file = await client.get(receipt["links"]["refused_csv"])
    assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert file.text.count("6113120008") == 5


async def test_nobody_sends_or_reads_for_another_municipality(client: httpx.AsyncClient, bench: Bench) -> None:
    receipt = await bench.done(day_file(["6113120008;2022-09-30;illness;1"]))
    other = token("147")
    missing = await client.get("/v1/imports/5f0c1f0e-6b0e-4b52-9d3a-0d6f1c1a7a10", headers=other)
    for end in ("", "/refused", "/refused.csv", "/parked"):
        answer = await client.get(f"/v1/imports/{receipt.id}{end}", headers=other)
        assert answer.status_code == 404
        assert answer.json()["code"] == missing.json()["code"]
        assert (await client.get(f"/v1/imports/{receipt.id}{end}")).status_code == 200
    sent = await client.post(
        "/v1/imports", params=QUERY, content=FILE, headers={"Idempotency-Key": "k2", **CSV_TYPE, **other}
    )
    assert sent.status_code == 404
    for role in ("school", "evaluator", "ops"):
        answer = await client.get(f"/v1/imports/{receipt.id}", headers=token("101", role=role))
        assert answer.status_code == 403


async def test_kinds_with_template_and_guide_are_shown(client: httpx.AsyncClient) -> None:
    (kind,) = (await client.get("/v1/imports/kinds")).json()
    assert kind["columns"][2]["allowed"] == ["illness", "authorised", "unauthorised"]
    assert (await client.get(kind["links"]["template"])).text.startswith("pupil;date;category;days")
    assert "# Fraværsdage" in (await client.get(kind["links"]["guide"])).text
    assert "# Days of absence" in (await client.get(kind["links"]["guide"], params={"language": "en"})).text
    assert (await client.get("/v1/imports/kinds/nothing/guide")).status_code == 404


def test_every_operation_has_an_example_that_fits_its_own_model(app: FastAPI) -> None:
    shown = 0
    for operations in app.openapi()["paths"].values():
        for operation in operations.values():
            content = operation["responses"]["200"]["content"]
            assert all("example" in media for media in content.values()), operation["operationId"]
            shown += 1
    assert shown == 8
    ReceiptView.model_validate(RECEIPT_EXAMPLE)
    Page[RefusedView].model_validate(REFUSED_EXAMPLE)
    Page[ParkedView].model_validate(PARKED_EXAMPLE)
    assert [KindView.model_validate(kind) for kind in KINDS_EXAMPLE]


async def test_a_file_sent_after_a_position_is_taken_when_it_is_reached_and_not_before(
    client: httpx.AsyncClient, bench: Bench, log: MemoryEventLog
) -> None:
    await log.apply_topics([TopicSpec("registration.pupil", 9, compacted=True)])
    at = TopicPartition("registration.pupil", 3)
    log.records[at] = [None] * 7  # type: ignore[list-item]  # their end is all that is asked
    position = Position({at: 7})
    given = {"Idempotency-Key": "k", **CSV_TYPE}

    async def send(after: str) -> httpx.Response:
        return await client.post("/v1/imports", params={**QUERY, "after": after}, content=FILE, headers=given)

    early = await send(str(position))
    assert (early.status_code, early.json()["code"]) == (409, "after.not_reached")
    assert int(early.headers["Retry-After"]) > 0
    unknown = await send(str(Position({at: 8})))
    assert (unknown.status_code, unknown.json()["code"]) == (422, "after.unknown")
    wrong = await send("p1.x")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "after.invalid")
    log.groups["absence_ingest"].committed[at] = 7
    taken = await send(str(position))
    assert taken.status_code == 202
    assert (await bench.receipt(UUID(taken.json()["id"]))).upload.after == str(position)
    without = await client.post("/v1/imports", params=QUERY, content=FILE, headers=given)
    assert without.json()["id"] == taken.json()["id"], "the same file: when it may begin is no part of it"


async def test_a_final_receipt_states_its_position_when_the_events_are_out(
    client: httpx.AsyncClient, bench: Bench
) -> None:
    sent = (await post(client)).json()
    assert sent["position"] is None
    async with bench.db.write(Scope.of("101")) as session:
        await absence_outbox().add(session, month(municipality="101"))
    await bench.work()
    assert (await client.get(sent["links"]["self"])).json()["position"] is None, "final, and not told yet"
    other = MemoryEventLog()
    await with_topics(other, "evaluation_export")

    async def told() -> bool:
        return (await client.get(sent["links"]["self"])).json()["position"] is not None

    async with relaying(bench.db, other):
        await until(told)
    position = Position.parse((await client.get(sent["links"]["self"])).json()["position"])
    assert [*position.offsets.values()] == [1]
