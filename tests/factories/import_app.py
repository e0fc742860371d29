"""The routes of imports in an application of their own, over the bench's database, and who calls them."""

from typing import Any

import httpx
from fastapi import APIRouter, FastAPI

from libs.shared.auth.issuer.signing import SigningKey
from libs.shared.auth.jwks import StaticJwks
from libs.shared.auth.verifier import TokenVerifier
from libs.shared.base.settings import Profile
from libs.shared.db.database import ReadSession
from libs.shared.eventlog.memory import MemoryEventLog
from libs.shared.imports.http.after import Reaching
from libs.shared.imports.http.api import ImportApi
from libs.shared.imports.http.routes import import_router
from libs.shared.observability.metrics import Metrics
from libs.shared.observability.tracing import Tracing
from libs.shared.operations.health import Readiness
from libs.shared.web.app import create_app
from tests.factories.import_bench import Bench
from tests.factories.imported import day_file, day_lines

ISSUER = "https://login.example"
FILE = day_file(day_lines(20))
QUERY = {"kind": "days", "municipality": "101"}
CSV_TYPE = {"Content-Type": "text/csv; charset=utf-8"}
SIGNING = SigningKey.fresh_or_kept(None)


def token(*codes: str, role: str = "municipality_integration", institutions: tuple[str, ...] = ()) -> dict[str, str]:
    claims: dict[str, Any] = {"sub": "it", "roles": [role], "municipality_codes": list(codes)}
    claims["institution_numbers"] = list(institutions)
    return {"Authorization": f"Bearer {SIGNING.token(claims, issuer=ISSUER, audience='skoleloeft', seconds=60)}"}


async def admitted(_: ReadSession, code: str) -> bool | None:
    """201 has declined, and of 202 nothing has been told."""
    return {"201": False, "202": None}.get(code, True)


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


async def post(client: httpx.AsyncClient, data: bytes = FILE, key: str = "k", **headers: str) -> httpx.Response:
    given = {"Idempotency-Key": key, **CSV_TYPE, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return await client.post("/v1/imports", params=QUERY, content=data, headers=given)
