"""Files that are refused in the request itself, with code and remedy; nothing of them is kept."""

import gzip
import time
from collections.abc import AsyncIterator

import httpx
import pytest

from libs.shared.eventlog.memory import MemoryEventLog
from libs.shared.imports.receipts.quota import Quota
from tests.factories.import_app import CSV_TYPE, FILE, QUERY, app_with, post, router_of, token
from tests.factories.import_bench import Bench
from tests.factories.imported import day_file, day_lines


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
