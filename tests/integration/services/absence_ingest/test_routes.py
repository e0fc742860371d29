"""The service as its wiring builds it, over HTTP."""

from collections.abc import AsyncIterator
from datetime import date

import pytest
from pydantic import SecretStr

from libs.shared.operations.flow import count_flow
from services.absence_ingest.settings import AbsenceIngestSettings
from services.absence_ingest.wiring import SERVICE
from tests.factories.places import weekdays
from tests.factories.service import Callers, ServiceUnderTest
from tests.integration.services.absence_ingest.service import ASK, BO, HEADER, NORTH, AbsenceIngest

IT = "municipality_integration"
PAGE = f"{HEADER}{ASK};2022-09-05;illness;1\n{ASK};2022-09-06;sygdom;1\n{BO};2022-09-05;illness;0,5\n"


def service(ingest: AbsenceIngest) -> ServiceUnderTest:
    """The service as its wiring builds it."""
    settings = AbsenceIngestSettings(
        database_url=SecretStr(ingest.db.url),
        data_keys=SecretStr(ingest.data_keys.export()),
        lookup_keys=SecretStr(ingest.lookup_keys.export()),
    )
    return ServiceUnderTest(SERVICE, ingest.db, settings)


@pytest.fixture
async def callers(ingest: AbsenceIngest) -> AsyncIterator[Callers]:
    """The API with its import worker running, and a municipality that takes part."""
    await ingest.accept()
    async with service(ingest).running("imports") as callers:
        yield callers


async def test_a_file_is_sent_its_refused_row_corrected_and_sent_again_and_a_retry_is_free(
    ingest: AbsenceIngest, callers: Callers
) -> None:
    await ingest.take([ingest.by_cpr("Ask", ASK)])
    sent = await callers.send("absence", PAGE, "september")
    assert sent.status_code == 200, sent.text
    receipt = sent.json()
    assert [receipt[name] for name in ("accepted", "unchanged", "parked", "refused")] == [1, 0, 1, 1]
    assert (await callers.send("absence", PAGE, "september")).json() == receipt

    refused = (await callers.ask("GET", f"/v1/imports/{receipt['id']}/refused", IT, "101")).json()["items"]
    assert [(row["row"], row["errors"][0]["column"], row["errors"][0]["code"]) for row in refused] == [
        (2, "category", "category.unknown")
    ]
    page = (await callers.ask("GET", f"/v1/imports/{receipt['id']}/refused.csv", IT, "101")).text
    corrected = await callers.send("absence", page.replace("sygdom", "illness"), "september-corrected")
    assert [corrected.json()[name] for name in ("accepted", "refused")] == [1, 0]
    parked = (await callers.ask("GET", f"/v1/imports/{receipt['id']}/parked", IT, "101")).json()["items"]
    assert [row["row"] for row in parked] == [3]


async def test_kinds_templates_and_guides_are_there_for_municipal_it(callers: Callers) -> None:
    kinds = (await callers.ask("GET", "/v1/imports/kinds", IT, "101")).json()
    assert {kind["name"] for kind in kinds} == {"absence", "completeness"}
    assert (
        await callers.ask("GET", "/v1/imports/kinds/absence/template.csv", IT, "101")
    ).text == "pupil;date;category;days\r\n"
    assert "absence.not_a_school_day" in (await callers.ask("GET", "/v1/imports/kinds/absence/guide", IT, "101")).text


async def test_other_roles_and_other_municipalities_are_turned_away(ingest: AbsenceIngest, callers: Callers) -> None:
    receipt = (await callers.send("absence", PAGE, "mine")).json()
    assert (await callers.ask("GET", f"/v1/imports/{receipt['id']}", IT, "851")).status_code == 404
    assert (await callers.ask("GET", f"/v1/imports/{receipt['id']}", "evaluator", "101")).status_code == 403
    assert (await callers.send("absence", PAGE, "theirs", municipality="851")).status_code == 404
    assert (await callers.send("pupils", PAGE, "elsewhere")).status_code == 422


async def test_the_tables_ops_may_count_are_there(ingest: AbsenceIngest) -> None:
    wiring = service(ingest).wiring
    flow = await count_flow(ingest.db, wiring.tables)
    assert flow.tables["school"] == 1
    assert flow.inbox == {"registration.calendar": 1, "registration.school": 1}
    assert wiring.subscriptions is not None
    assert NORTH not in str(flow)


async def test_a_sender_of_one_school_writes_about_pupils_who_are_there_on_the_date_and_learns_of_no_other(
    ingest: AbsenceIngest, callers: Callers
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
    sent = await callers.send("absence", HEADER + "\n".join(lines) + "\n", "north", institutions=[NORTH])
    assert sent.status_code == 200, sent.text
    assert [sent.json()[name] for name in ("accepted", "parked", "refused")] == [1, 0, 4]
    assert sent.json()["refused_by_code"] == {"pupil.outside_scope": 4}
    whole = await callers.send("absence", HEADER + "\n".join(lines) + "\n", "all")
    assert [whole.json()[name] for name in ("accepted", "unchanged", "parked", "refused")] == [2, 2, 1, 0]


async def test_a_sender_of_one_school_reads_the_receipts_of_its_own_files_alone(
    ingest: AbsenceIngest, callers: Callers
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
        sent = await callers.send("completeness", body, name, institutions=institutions)
        assert sent.json()["refused_by_code"].get("institution_number.outside_scope", 0) == len({0, 1}) - (
            len(institutions) or 2
        )
        ids[name] = sent.json()["id"]
    readable = {"whole": set(ids), "north": {"north"}, "south": {"south"}, "both": {"north", "south", "both"}}
    for reader, institutions in files.items():
        for name, receipt_id in ids.items():
            for end in ("", "/refused", "/refused.csv", "/parked"):
                answer = await callers.ask(
                    "GET", f"/v1/imports/{receipt_id}{end}", IT, "101", institutions=list(institutions)
                )
                assert answer.status_code == (200 if name in readable[reader] else 404), (reader, name, end)
    again = await callers.send("completeness", body, "whole", institutions=[NORTH])
    assert (again.status_code, again.json()["code"]) == (409, "import.key_reused")


async def test_files_are_taken_when_the_municipality_is_known_to_take_part(
    ingest: AbsenceIngest, callers: Callers
) -> None:
    async def status(code: str, key: str) -> tuple[int, str, str | None]:
        headers = {"Content-Type": "text/csv", "Idempotency-Key": key}
        params = {"kind": "absence", "municipality": code}
        answer = await callers.ask("POST", "/v1/imports", IT, code, params=params, headers=headers, content=PAGE)
        return answer.status_code, answer.json().get("code", ""), answer.headers.get("Retry-After")

    assert await status("851", "first") == (409, "import.municipality_not_known", "5")
    await ingest.accept("851", status="invited")
    assert await status("851", "first") == (403, "import.municipality_not_accepted", None)
    await ingest.accept("851", status="invited", imports_enabled=True, aggregate_version=2)
    assert (await status("851", "first"))[0] == 202
    await ingest.accept("851", status="declined", aggregate_version=3)
    assert (await status("851", "second"))[0] == 403


async def test_days_set_aside_are_listed_page_by_page_with_what_to_do(callers: Callers, ingest: AbsenceIngest) -> None:
    await ingest.take([ingest.by_cpr("Ask", ASK)])
    rows = "".join(f"{ASK};2022-09-{day:02};illness;0,5\n" for day in (5, 6, 7))
    assert (await callers.send("absence", HEADER + rows, "september")).json()["accepted"] == 3
    await ingest.take([ingest.by_cpr("Ask", ASK, [(NORTH, date(2022, 9, 7), date(2023, 8, 1))], version=2)])
    await ingest.settle()
    first = (await callers.ask("GET", "/v1/set-aside-days", IT, "101", params={"page_size": 1})).json()
    rest = (
        await callers.ask("GET", "/v1/set-aside-days", IT, "101", params={"page_token": first["next_page_token"]})
    ).json()
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
    newest = await callers.ask("GET", "/v1/set-aside-days", IT, "101", params={"sort": "-date", "first": "2022-09-06"})
    assert newest.json()["items"] == [other]
    authorised = await callers.ask("GET", "/v1/set-aside-days", IT, "101", params={"category": "authorised"})
    assert authorised.json()["items"] == []
    for sort in ("pupil_id", "-since", "category", "-date"):
        params: dict[str, str | int] = {"sort": sort, "page_size": 1}
        shown = []
        for _ in range(2):
            page = (await callers.ask("GET", "/v1/set-aside-days", IT, "101", params=params)).json()
            shown += page["items"]
            params["page_token"] = page["next_page_token"]
        assert sorted(each["date"] for each in shown) == ["2022-09-05", "2022-09-06"]
    assert (await callers.ask("GET", "/v1/set-aside-days", IT, "851")).json()["items"] == []
    assert (await callers.ask("GET", "/v1/set-aside-days", "school", "101")).status_code == 403
    held = {"institutions": ["910199"]}
    assert (await callers.ask("GET", "/v1/set-aside-days", IT, "101", **held)).json()["items"] == []
