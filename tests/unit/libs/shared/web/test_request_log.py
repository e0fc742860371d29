"""The log line of a request says who, in which scope, and on which object, but contains nothing that a caller wrote."""

import io
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter, Depends, Query, Request, Response

from libs.shared.auth.principal import Principal, Role
from libs.shared.web.access import require
from libs.shared.web.request_log import note_objects
from tests.factories.logs import events, logged
from tests.factories.service import Tokens, app_of
from tests.factories.subjects import subject

CPR, NAME, LOCAL_ID = "6101120008", "Kanariefugl-Zebrasen", "4711-zebra"
SUB = f"{NAME}@example.dk"
METHOD = "ZEBRASEN"
SCHOOL, PUPIL = "5f0c1f0e-6b0e-4b52-9d3a-0d6f1c1a7a10", "0f8f2c5a-6a0d-4c39-8f0e-3f1f0f9d7c11"
FIELDS = {
    "method", "route", "status", "code", "subject", "roles", "municipality_codes", "institution_numbers", "objects",
    "milliseconds",
}  # fmt: skip
OF_EVERY_LINE = {"event", "level", "logger", "timestamp", "service", "correlation_id", "trace_id", "span_id"}


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    with logged("things") as stream:
        yield stream


def schools() -> APIRouter:
    router = APIRouter(prefix="/v1/schools")

    @router.get("/{school_id}")
    async def school(school_id: UUID, caller: Annotated[Principal, Depends(require(Role.SCHOOL))]) -> str:
        return str(school_id)

    @router.get("")
    async def listed(municipality: Annotated[str, Query(pattern="^[0-9]{3}$")], local_id: str = "") -> str:
        return municipality + local_id

    @router.post("")
    async def made(response: Response, caller: Annotated[Principal, Depends(require(Role.SCHOOL))]) -> None:
        response.headers["Location"] = f"/v1/schools/{SCHOOL}"

    @router.post("/look-ups")
    async def looked_up(request: Request, caller: Annotated[Principal, Depends(require(Role.SCHOOL))]) -> None:
        note_objects(request, "pupil_ids", [UUID(PUPIL)])

    return router


@pytest.fixture
async def client(tokens: Tokens) -> AsyncIterator[httpx.AsyncClient]:
    app = app_of("Things", [schools()], tokens, max_body_bytes=100)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://things") as client:
        yield client


def bearer(tokens: Tokens, *roles: str) -> dict[str, str]:
    return tokens.headers(*roles, codes=["147", "101"], institutions=["101001"], subject=SUB)


def line(stream: io.StringIO) -> dict[str, Any]:
    """The only log line of the last request, without the fields that every line has."""
    found = [each for each in events(stream.getvalue()) if each["event"] == "http.request"]
    stream.truncate(stream.seek(0))
    assert len(found) == 1
    assert set(found[0]) == FIELDS | OF_EVERY_LINE
    return found[0]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_who_read_what_in_which_scope(
    client: httpx.AsyncClient, tokens: Tokens, lines: io.StringIO, method: str
) -> None:
    await client.request(method, f"/v1/schools/{SCHOOL}", headers=bearer(tokens, "school", "resource_team"))
    written = line(lines)
    assert {name: written[name] for name in FIELDS - {"milliseconds"}} == {
        "method": method,
        "route": "/v1/schools/{school_id}",
        "status": 200,
        "code": None,
        "subject": subject(SUB),
        "roles": ["resource_team", "school"],
        "municipality_codes": ["101", "147"],
        "institution_numbers": ["101001"],
        "objects": {"school_id": SCHOOL},
    }


async def test_what_is_created_and_whom_a_look_up_found_is_named(
    client: httpx.AsyncClient, tokens: Tokens, lines: io.StringIO
) -> None:
    headers = bearer(tokens, "school")
    await client.post("/v1/schools", headers=headers)
    assert line(lines)["objects"] == {"created": SCHOOL}
    await client.post("/v1/schools/look-ups", headers=headers)
    assert line(lines)["objects"] == {"pupil_ids": [PUPIL]}
    await client.get("/v1/schools?municipality=101", headers=headers)
    assert line(lines)["objects"] == {"municipality": "101"}


async def test_refusals_name_the_object_too(client: httpx.AsyncClient, tokens: Tokens, lines: io.StringIO) -> None:
    path, school, evaluator = f"/v1/schools/{SCHOOL}", bearer(tokens, "school"), bearer(tokens, "evaluator")
    asked = [
        (401, "token.missing", await client.get(path)),
        (401, "token.invalid", await client.get(path, headers={"Authorization": "Bearer x.y.z"})),
        (403, "forbidden", await client.get(path, headers=evaluator)),
        (405, "method_not_allowed", await client.delete(path, headers=school)),
        (413, "too_large", await client.request("GET", path, headers=school, content=b"x" * 101)),
    ]
    written = [each for each in events(lines.getvalue()) if each["event"] == "http.request"]
    assert [(each["status"], each["code"]) for each in written] == [(status, code) for status, code, _ in asked]
    assert [answer.status_code for _, _, answer in asked] == [status for status, _, _ in asked]
    assert [each["objects"] for each in written] == [{"school_id": SCHOOL}] * 5
    assert [each["subject"] for each in written] == [None, None, *[subject(SUB)] * 3]
    assert {each["route"] for each in written} == {"/v1/schools/{school_id}"}


async def test_nothing_that_a_caller_wrote_gets_into_the_line(
    client: httpx.AsyncClient, tokens: Tokens, lines: io.StringIO
) -> None:
    headers = bearer(tokens, "school")
    for canary in (CPR, NAME, LOCAL_ID):
        for path in (
            f"/v1/schools/{canary}",
            f"/v1/schools/{SCHOOL}/{canary}",
            f"/v1/schools?municipality={canary}&local_id={canary}&{canary}=1&school_id={canary}",
            f"/v1/schools?municipality=101&municipality_code={canary}&institution_number={canary}",
            f"/{canary}",
        ):
            for method in ("GET", "HEAD", "POST", "OPTIONS", METHOD):
                await client.request(method, path, headers=headers)
    written = lines.getvalue()
    assert written.count("http.request") == 75
    for canary in (CPR, NAME, LOCAL_ID, SUB, METHOD):
        assert canary not in written
