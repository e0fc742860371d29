"""The service as it is wired, asked over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from libs.shared.auth.issuer.signing import SigningKey
from libs.shared.auth.jwks import StaticJwks
from libs.shared.auth.verifier import TokenVerifier
from libs.shared.base.settings import Profile, SharedSettings
from libs.shared.eventlog.memory import MemoryEventLog
from libs.shared.events.metrics import EventMetrics
from libs.shared.events.outbox import Outbox
from libs.shared.observability.metrics import Metrics
from libs.shared.observability.tracing import Tracing
from libs.shared.operations.flow import count_flow
from libs.shared.operations.health import Readiness
from libs.shared.runtime.service import Core
from libs.shared.web.app import create_app
from services.absence_ingest.settings import AbsenceIngestSettings
from services.absence_ingest.wiring import SERVICE, wire
from tests.integration.services.absence_ingest.support import ASK, BO, HEADER, NORTH, AbsenceIngest, weekdays

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
        log=MemoryEventLog(),
        outbox=Outbox("absence_ingest"),
        metrics=metrics,
        delivery_metrics=EventMetrics(metrics),
        tracing=Tracing("absence_ingest"),
    )


class Caller:
    """Asks as the integration of the municipalities it is given."""

    def __init__(self, client: httpx.AsyncClient, key: SigningKey) -> None:
        self._client, self._key = client, key

    async def __call__(
        self, method: str, path: str, municipality: str = "101", role: str = "municipality_integration", **more: Any
    ) -> httpx.Response:
        institutions = more.pop("institutions", [])
        claims = {
            "sub": "it",
            "roles": [role],
            "municipality_codes": [municipality],
            "institution_numbers": institutions,
        }
        token = self._key.token(claims, issuer=ISSUER, audience="skoleloeft", seconds=60)
        headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
        return await self._client.request(method, path, headers=headers, **more)

    async def send(self, content: str, key: str, *, institutions: Sequence[str] = (), **query: str) -> httpx.Response:
        """Send a file of absence and wait for its final receipt."""
        headers = {"Content-Type": "text/csv", "Idempotency-Key": key, "Prefer": "wait=30"}
        params = {"kind": "absence", "municipality": "101", **query}
        more = {"params": params, "headers": headers, "content": content, "institutions": list(institutions)}
        return await self("POST", "/v1/imports", **more)


@pytest.fixture
async def ask(ingest: AbsenceIngest) -> AsyncIterator[Caller]:
    """The API with its import worker running, and a municipality that takes part."""
    await ingest.accept()
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


async def test_a_sender_of_one_school_writes_about_pupils_who_are_there_on_the_date_and_learns_of_no_other(
    ingest: AbsenceIngest, ask: Caller
) -> None:
    south, start = "910102", date(2022, 8, 1)
    await ingest.school(south, weekdays(date(2022, 8, 8), date(2023, 6, 23)))
    change = date(2023, 1, 1)
    await ingest.take(
        [
            ingest.by_cpr("Ask", ASK, [(NORTH, start, change), (south, change, date(2023, 8, 1))]),
            ingest.by_cpr("Bo", BO, [(south, start, date(2023, 8, 1))]),
        ]
    )
    nobody = "6112120008"
    lines = [f"{ASK};2022-09-05;illness;1", f"{ASK};2023-02-06;illness;1", f"{ASK};2023-02-06;authorised;0"]
    lines += [f"{who};2022-09-05;illness;1" for who in (BO, nobody)]
    sent = await ask.send(HEADER + "\n".join(lines) + "\n", "north", institutions=[NORTH])
    assert sent.status_code == 200, sent.text
    assert [sent.json()[name] for name in ("accepted", "parked", "refused")] == [1, 0, 4]
    assert sent.json()["refused_by_code"] == {"pupil.outside_scope": 4}
    whole = await ask.send(HEADER + "\n".join(lines) + "\n", "all")
    assert [whole.json()[name] for name in ("accepted", "unchanged", "parked", "refused")] == [2, 2, 1, 0]


async def test_a_sender_of_one_school_reads_the_receipts_of_its_own_files_alone(
    ingest: AbsenceIngest, ask: Caller
) -> None:
    await ingest.school("910102", weekdays(date(2022, 8, 8), date(2023, 6, 23)))
    files = {
        "whole": (),
        "north": (NORTH,),
        "south": ("910102",),
        "both": (NORTH, "910102"),
    }
    body = "institution_number;month\n910101;2022-09\n910102;2022-09\n"
    ids = {}
    for name, institutions in files.items():
        sent = await ask.send(body, name, institutions=institutions, kind="completeness")
        assert sent.json()["refused_by_code"].get("institution_number.outside_scope", 0) == len({0, 1}) - (
            len(institutions) or 2
        )
        ids[name] = sent.json()["id"]
    readable = {"whole": set(ids), "north": {"north"}, "south": {"south"}, "both": {"north", "south", "both"}}
    for reader, institutions in files.items():
        for name, receipt_id in ids.items():
            for end in ("", "/refused", "/refused.csv", "/parked"):
                answer = await ask("GET", f"/v1/imports/{receipt_id}{end}", institutions=list(institutions))
                assert answer.status_code == (200 if name in readable[reader] else 404), (reader, name, end)
    again = await ask.send(body, "whole", institutions=[NORTH], kind="completeness")
    assert (again.status_code, again.json()["code"]) == (409, "import.key_reused")


async def test_files_are_taken_when_the_municipality_is_known_to_take_part(ingest: AbsenceIngest, ask: Caller) -> None:
    async def status(code: str, key: str) -> tuple[int, str, str | None]:
        headers = {"Content-Type": "text/csv", "Idempotency-Key": key}
        params = {"kind": "absence", "municipality": code}
        answer = await ask("POST", "/v1/imports", code, params=params, headers=headers, content=PAGE)
        return answer.status_code, answer.json().get("code", ""), answer.headers.get("Retry-After")

    assert await status("851", "first") == (409, "import.municipality_not_known", "5")
    await ingest.accept("851", status="invited")
    assert await status("851", "first") == (403, "import.municipality_not_accepted", None)
    await ingest.accept("851", status="invited", imports_enabled=True, aggregate_version=2)
    assert (await status("851", "first"))[0] == 202
    await ingest.accept("851", status="declined", aggregate_version=3)
    assert (await status("851", "second"))[0] == 403


async def test_days_set_aside_are_listed_page_by_page_with_what_to_do(ask: Caller, ingest: AbsenceIngest) -> None:
    await ingest.take([ingest.by_cpr("Ask", ASK)])
    rows = "".join(f"{ASK};2022-09-{day:02};illness;0,5\n" for day in (5, 6, 7))
    assert (await ask.send(HEADER + rows, "september")).json()["accepted"] == 3
    await ingest.take([ingest.by_cpr("Ask", ASK, [(NORTH, date(2022, 9, 7), date(2023, 8, 1))], version=2)])
    await ingest.settle()
    first = (await ask("GET", "/v1/set-aside-days", params={"page_size": 1})).json()
    rest = (await ask("GET", "/v1/set-aside-days", params={"page_token": first["next_page_token"]})).json()
    assert rest["next_page_token"] is None
    (one,), (other,) = first["items"], rest["items"]
    assert (one["date"], other["date"]) == ("2022-09-05", "2022-09-06")
    assert (one["municipality_code"], one["category"], one["days"], one["code"]) == (
        "101",
        "illness",
        "0.5",
        "absence.not_a_member",
    )
    assert "send the pupil" in one["messages"]["en"]
    assert "send" in one["messages"]["da"]
    assert (await ask("GET", "/v1/set-aside-days", municipality="851")).json()["items"] == []
    assert (await ask("GET", "/v1/set-aside-days", role="school")).status_code == 403
    held = {"institutions": ["910199"]}
    assert (await ask("GET", "/v1/set-aside-days", **held)).json()["items"] == []
