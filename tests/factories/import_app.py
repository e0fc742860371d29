"""The routes of imports in an application of their own, over the bench's database, with tokens for them."""

from typing import Any

import httpx
from fastapi import APIRouter, FastAPI

from libs.shared.db.database import ReadSession
from libs.shared.eventlog.memory import MemoryEventLog
from libs.shared.imports.http.after import Reaching
from libs.shared.imports.http.api import ImportApi
from libs.shared.imports.http.routes import import_router
from libs.shared.operations.health import Readiness
from tests.factories.import_bench import Bench
from tests.factories.imported import day_file, day_lines
from tests.factories.service import Tokens, app_of

FILE = day_file(day_lines(20))
QUERY = {"kind": "days", "municipality": "101"}
CSV_TYPE = {"Content-Type": "text/csv; charset=utf-8"}
TOKENS = Tokens()


def token(*codes: str, role: str = "municipality_integration", institutions: tuple[str, ...] = ()) -> dict[str, str]:
    return TOKENS.headers(role, codes=codes, institutions=institutions, subject="it")


async def admitted(_: ReadSession, code: str) -> bool | None:
    """Municipality 201 has declined, nothing is known of 202, and all others take part."""
    return {"201": False, "202": None}.get(code, True)


def router_of(bench: Bench, log: MemoryEventLog) -> APIRouter:
    reaching = Reaching(log, "absence_ingest", ["registration.pupil"], 0.2)
    return import_router(ImportApi(bench.db, bench.kinds, bench.receiver, bench.vault, admitted, reaching))


def app_with(router: APIRouter, **more: Any) -> FastAPI:
    return app_of("Imports", [router], TOKENS, readiness=Readiness(keep=0), **more)


async def post(client: httpx.AsyncClient, data: bytes = FILE, key: str = "k", **headers: str) -> httpx.Response:
    given = {"Idempotency-Key": key, **CSV_TYPE, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return await client.post("/v1/imports", params=QUERY, content=data, headers=given)
