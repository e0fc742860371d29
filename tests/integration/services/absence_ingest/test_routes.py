"""The service as it is wired, asked over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from libs.shared.auth.issuer.signing import SigningKey
from libs.shared.auth.jwks import StaticJwks
from libs.shared.auth.verifier import TokenVerifier
from libs.shared.base.settings import Profile, SharedSettings
from libs.shared.delivery.metrics import DeliveryMetrics
from libs.shared.delivery.outbox import Outbox
from libs.shared.observability.metrics import Metrics
from libs.shared.observability.tracing import Tracing
from libs.shared.runtime.flow import count_flow
from libs.shared.runtime.service import Core
from libs.shared.web.app import create_app
from libs.shared.web.health import Readiness
from services.absence_ingest.settings import AbsenceIngestSettings
from services.absence_ingest.wiring import SERVICE, wire
from tests.integration.services.absence_ingest.support import ASK, BO, HEADER, NORTH, AbsenceIngest

ISSUER = "https://login.example"
PAGE = f"{HEADER}{ASK};2022-09-05;illness;1\n{ASK};2022-09-06;sygdom;1\n{BO};2022-09-05;illness;0,5\n"


def core(ingest: AbsenceIngest) -> Core:
    """What the runtime gives the wiring."""
    metrics = Metrics()
    return Core(
        name="absence_ingest",
        settings=AbsenceIngestSettings(
            database_url=SecretStr(ingest.db.url),
            data_keys=SecretStr(ingest.data_keys.export()),
            lookup_keys=SecretStr(ingest.lookup_keys.export()),
        ),
        shared=SharedSettings(profile=Profile.DEVELOPMENT, event_log=SecretStr("memory://")),
        db=ingest.db,
        outbox=Outbox("absence_ingest"),
        metrics=metrics,
        delivery_metrics=DeliveryMetrics(metrics),
        tracing=Tracing("absence_ingest"),
    )


class Caller:
    """Asks as the integration of the municipalities it is given."""

    def __init__(self, client: httpx.AsyncClient, key: SigningKey) -> None:
        self._client, self._key = client, key

    async def __call__(
        self, method: str, path: str, municipality: str = "101", role: str = "municipality_integration", **more: Any
    ) -> httpx.Response:
        claims = {"sub": "it", "roles": [role], "municipality_codes": [municipality], "institution_numbers": []}
        token = self._key.token(claims, issuer=ISSUER, audience="skoleloeft", seconds=60)
        headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
        return await self._client.request(method, path, headers=headers, **more)

    async def send(self, content: str, key: str, **query: str) -> httpx.Response:
        """Send a file of absence and wait for its final receipt."""
        headers = {"Content-Type": "text/csv", "Idempotency-Key": key, "Prefer": "wait=30"}
        params = {"kind": "absence", "municipality": "101", **query}
        return await self("POST", "/v1/imports", params=params, headers=headers, content=content)


@pytest.fixture
async def ask(ingest: AbsenceIngest) -> AsyncIterator[Caller]:
    """The API with its import worker running."""
    made = core(ingest)
    wiring = wire(made)
    key = SigningKey.fresh_or_kept(None)
    app = create_app(
        title=SERVICE.title,
        description=SERVICE.description,
        routers=wiring.routers,
        verifier=TokenVerifier(ISSUER, StaticJwks({"keys": [key.published()]}), profile=Profile.DEVELOPMENT),
        metrics=made.metrics,
        tracing=made.tracing,
        readiness=Readiness(),
    )
    stop = asyncio.Event()

    async def work() -> None:
        await wiring.loops["imports"](stop)

    worker = asyncio.create_task(work())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://absence") as client:
        yield Caller(client, key)
    stop.set()
    await worker


async def test_a_file_is_sent_its_refused_row_corrected_and_sent_again_and_a_retry_is_free(
    ingest: AbsenceIngest, ask: Caller
) -> None:
    await ingest.take([ingest.by_cpr("Ask", ASK)])
    sent = await ask.send(PAGE, "september")
    assert sent.status_code == 200, sent.text
    receipt = sent.json()
    assert [receipt[name] for name in ("accepted", "unchanged", "parked", "refused")] == [1, 0, 1, 1]
    assert (await ask.send(PAGE, "september")).json() == receipt

    refused = (await ask("GET", f"/v1/imports/{receipt['id']}/refused")).json()["items"]
    assert [(row["row"], row["errors"][0]["column"], row["errors"][0]["code"]) for row in refused] == [
        (2, "category", "category.unknown")
    ]
    page = (await ask("GET", f"/v1/imports/{receipt['id']}/refused.csv")).text
    corrected = await ask.send(page.replace("sygdom", "illness"), "september-corrected")
    assert [corrected.json()[name] for name in ("accepted", "refused")] == [1, 0]
    parked = (await ask("GET", f"/v1/imports/{receipt['id']}/parked")).json()["items"]
    assert [row["row"] for row in parked] == [3]


async def test_kinds_templates_and_guides_are_there_for_municipal_it(ask: Caller) -> None:
    kinds = (await ask("GET", "/v1/imports/kinds")).json()
    assert {kind["name"] for kind in kinds} == {"absence", "completeness"}
    assert (await ask("GET", "/v1/imports/kinds/absence/template.csv")).text == "pupil;date;category;days\r\n"
    assert "absence.not_a_school_day" in (await ask("GET", "/v1/imports/kinds/absence/guide")).text


async def test_other_roles_and_other_municipalities_are_turned_away(ingest: AbsenceIngest, ask: Caller) -> None:
    receipt = (await ask.send(PAGE, "mine")).json()
    assert (await ask("GET", f"/v1/imports/{receipt['id']}", "851")).status_code == 404
    assert (await ask("GET", f"/v1/imports/{receipt['id']}", role="evaluator")).status_code == 403
    assert (await ask.send(PAGE, "theirs", municipality="851")).status_code == 404
    assert (await ask.send(PAGE, "elsewhere", kind="pupils")).status_code == 422


async def test_the_tables_ops_may_count_are_there(ingest: AbsenceIngest) -> None:
    wiring = wire(core(ingest))
    flow = await count_flow(ingest.db, wiring.tables)
    assert flow.tables["school"] == 1
    assert flow.inbox == {"registration.calendar": 1, "registration.school": 1}
    assert wiring.subscriptions is not None
    assert NORTH not in str(flow)
