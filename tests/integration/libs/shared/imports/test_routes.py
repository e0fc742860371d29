"""Imports over HTTP: answers, addresses, refusals as problems, and rights."""

import asyncio
import gzip
from uuid import UUID

import httpx
from fastapi import FastAPI

from libs.shared.db.scope import Scope
from libs.shared.eventlog.memory import MemoryEventLog
from libs.shared.eventlog.port import TopicPartition, TopicSpec
from libs.shared.events.positions import Position
from tests.factories.events import absence_outbox, month, relaying, until
from tests.factories.import_app import CSV_TYPE, FILE, QUERY, post, token
from tests.factories.import_bench import Bench
from tests.factories.imported import cpr, day_file
from tests.factories.own_topics import with_topics


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


async def test_so_many_wait_for_their_receipts_and_others_are_answered_at_once(client: httpx.AsyncClient) -> None:
    waiting = [asyncio.create_task(post(client, key=f"k{number}", Prefer="wait=3")) for number in range(12)]
    answers = await asyncio.gather(*waiting)
    assert {answer.status_code for answer in answers} == {202}
    assert sum("Preference-Applied" in answer.headers for answer in answers) < 12


async def test_gzip_over_http_is_unpacked(client: httpx.AsyncClient, bench: Bench) -> None:
    answer = await post(client, gzip.compress(FILE), Content_Encoding="gzip")
    await bench.work()
    assert (await client.get(answer.headers["Location"])).json()["rows"] == 20


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


async def test_a_file_is_cancelled_by_its_sender_alone_and_only_before_its_end(
    client: httpx.AsyncClient, bench: Bench
) -> None:
    here = (await post(client, FILE)).headers["Location"]
    assert (await client.post(f"{here}/cancel", headers=token("147"))).status_code == 404
    assert (await client.post(f"{here}/cancel", headers=token("101", role="ops"))).status_code == 403
    for _ in range(2):
        ended = await client.post(f"{here}/cancel")
        assert (ended.status_code, ended.json()["state"], ended.json()["written"]) == (200, "cancelled", False)
    assert (await client.get(here)).json()["state"] == "cancelled"
    done = await bench.done(FILE, "done")
    late = await client.post(f"/v1/imports/{done.id}/cancel")
    assert (late.status_code, late.json()["code"]) == (409, "import.final")
    assert late.json()["messages"]["da"]


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
    assert shown == 14


async def test_a_file_sent_after_a_position_is_taken_when_it_is_reached_and_not_before(
    client: httpx.AsyncClient, bench: Bench, log: MemoryEventLog
) -> None:
    await log.apply_topics([TopicSpec("registration.pupil", 9, compacted=True)])
    at = TopicPartition("registration.pupil", 3)
    log.records[at] = [None] * 7  # type: ignore[list-item]  # only the end offset is read
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
