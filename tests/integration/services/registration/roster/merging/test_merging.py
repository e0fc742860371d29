"""Two pupils who are one, one pupil who is two, and the history: with everything that hangs on them, and its events."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from libs.shared.privacy.identifiers import IdentifierKind
from services.registration.all_tables import METADATA
from services.registration.roster.pupils.queries.following import OWN, referring
from tests.factories.files import counts
from tests.factories.service import Callers
from tests.integration.services.registration.roster.pupils.snapshots import line
from tests.integration.services.registration.service import PUPIL_HEADER, Registration

TEAM, NEW = "resource_team", "910102"
HEADER = "cpr_number;indicator;subject;grade;date;value\n"
TEST = "national_test;reading;4;2022-03-15;{}\n"


async def pupil_of(callers: Callers, local_id: str) -> str | None:
    """The id of the pupil of a local id."""
    asked = {"municipality_code": "101", "local_ids": [local_id]}
    found = await callers.ask("POST", "/v1/pupils/look-ups", TEAM, "101", json=asked)
    return next((each["pupil_id"] for each in found.json()["items"]), None)


async def history(callers: Callers, pupil_id: str, *codes: str, **who: Any) -> Any:
    return await callers.ask("GET", f"/v1/pupils/{pupil_id}/history", TEAM, *(codes or ("101",)), **who)


async def change(callers: Callers, pupil_id: str, what: str, body: dict[str, Any], **headers: str) -> Any:
    """Merge or split a pupil whose history was just read."""
    read = await history(callers, pupil_id)
    headers = {"If-Match": read.headers["ETag"], **headers}
    return await callers.ask("POST", f"/v1/pupils/{pupil_id}/{what}", TEAM, "101", json=body, headers=headers)


@pytest.fixture
async def two(registration: Registration, callers: Callers) -> tuple[str, str]:
    """A child whom one source knows by CPR number and id, and the other one by its own id alone."""
    await registration.base()
    first = line(1)
    second = line(2, cpr_number="", local_id="B-7", name="Aske Digtet", number=NEW, start="2022-10-17")
    assert counts(await registration.send("pupils", PUPIL_HEADER + first + second)) == (2, 0, 0, 0)
    found = [await pupil_of(callers, each) for each in ("L1", "B-7")]
    return str(found[0]), str(found[1])


def test_everything_that_refers_to_a_pupil_follows() -> None:
    """A table of this room is written by its own statements; every other one by the metadata."""
    tables = {table.name for table, _ in referring()}
    assert {"indicator", "selection_pupil", "enrolment", "attendance"} <= tables
    refers = {t.name for t in METADATA.sorted_tables if any(k.column.table.name == "pupil" for k in t.foreign_keys)}
    assert refers - OWN == tables


async def test_a_merged_pupil_has_all_of_both_and_the_other_id_leads_to_it(
    registration: Registration, callers: Callers, two: tuple[str, str]
) -> None:
    winner, loser = two
    await registration.send("indicators", HEADER + "6101120001;" + TEST.format("god"))
    await registration.send("indicators", HEADER + "B-7;" + TEST.format("jævn"), identifier=IdentifierKind.LOCAL_ID)
    before = len(await registration.events("pupil"))
    key = uuid4().hex
    done = await change(callers, winner, "merge", {"merged_pupil_id": loser}, **{"Idempotency-Key": key})
    assert done.status_code == 200, done.text
    shown = done.json()
    assert shown["pupil_id"] == winner
    assert shown["changes"][0]["kind"] == "merge"
    assert [(each["institution_number"], each["valid_from"], each["valid_to"]) for each in shown["stays"]] == [
        ("910101", "2022-08-01", "2022-10-17"),
        (NEW, "2022-10-17", "2023-08-01"),
    ]
    known = {(each["kind"], each["value"]): each["until"] for each in shown["identifiers"]}
    assert known["cpr_number", None] is None, "no CPR number is shown"
    assert known["local_id", "L1"] is None
    assert known["local_id", "B-7"] is not None
    (event,) = [each for each in (await registration.events("pupil"))[before:] if each]
    assert (event["pupil_id"], event["former_pupil_ids"]) == (winner, [loser])
    assert len([each for each in event["lookup_keys"] if each["kind"] == "local_id"]) == 2
    (gone,) = await registration.rows("SELECT key FROM outbox WHERE value IS NULL AND topic = 'registration.pupil'")
    assert gone["key"] == loser
    # The newer of two results of one test is kept, and nothing refers to the other id any more.
    found = await registration.rows("SELECT pupil_id, value FROM indicator", "101")
    assert [(str(each["pupil_id"]), each["value"]) for each in found] == [(winner, "fair")]
    assert (await history(callers, loser)).json()["pupil_id"] == winner
    assert await pupil_of(callers, "B-7") == winner
    # Both sources go on sending what they sent, under the other name too.
    nightly = line(2, cpr_number="", local_id="B-7", name="Aske Digtet", number=NEW, start="2022-10-17")
    for rows in (line(1), nightly):
        await registration.send("pupils", PUPIL_HEADER + rows)
    assert len(await registration.rows("SELECT 1 FROM pupil", "101")) == 1
    assert await registration.rows("SELECT 1 FROM parked_row", "101") == []
    entries = await registration.rows(f"SELECT change FROM roster_change WHERE object_id = '{loser}'", "101")
    assert {each["change"] for each in entries} == {"deleted"}


async def test_a_merge_needs_what_was_read_and_a_pupil_of_the_same_municipality(
    registration: Registration, callers: Callers, two: tuple[str, str]
) -> None:
    winner, loser = two
    path, body = f"/v1/pupils/{winner}/merge", {"merged_pupil_id": loser}
    assert (await callers.ask("POST", path, TEAM, "101", json=body)).status_code == 428
    stale = {"If-Match": '"0123456789abcdef0123456789abcdef"'}
    assert (await callers.ask("POST", path, TEAM, "101", json=body, headers=stale)).status_code == 412
    for other in (str(uuid4()), winner):
        wrong = await change(callers, winner, "merge", {"merged_pupil_id": other})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "pupil_merge.other_unknown")
    await registration.send("schools", "institution_number;name;kind\n910201;Anden skole;public\n", "102")
    header = "institution_number;school_year;name;grade;kind\n"
    await registration.send("classes", f"{header}910201;2022/2023;5A;5;ordinary\n", "102")
    await registration.send("pupils", PUPIL_HEADER + line(1, number="910201"), "102")
    (elsewhere,) = await registration.rows("SELECT pupil_id FROM pupil", "102")
    wrong = await change(callers, winner, "merge", {"merged_pupil_id": str(elsewhere["pupil_id"])})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "pupil_merge.other_unknown")
    assert (await history(callers, str(elsewhere["pupil_id"]))).status_code == 404
    assert (await history(callers, winner, institutions=["910101"])).status_code == 404, "nobody is there today"


async def test_two_numbers_are_one_child_only_if_a_person_says_so_twice(
    registration: Registration, callers: Callers
) -> None:
    await registration.base()
    await registration.send("pupils", PUPIL_HEADER + line(1) + line(2, number=NEW, start="2022-10-17"))
    winner, loser = str(await pupil_of(callers, "L1")), str(await pupil_of(callers, "L2"))
    doubted = await change(callers, winner, "merge", {"merged_pupil_id": loser})
    assert (doubted.status_code, doubted.json()["code"]) == (409, "pupil_merge.two_numbers")
    body = {"merged_pupil_id": loser, "confirm_two_numbers": True}
    assert (await change(callers, winner, "merge", body)).status_code == 200
    (former,) = await registration.rows("SELECT kind FROM former_identifier WHERE kind = 'cpr_number'", "101")
    assert former["kind"] == "cpr_number"
    assert counts(await registration.send("pupils", PUPIL_HEADER + line(2, number=NEW, start="2022-10-17")))[2:] == (
        0,
        0,
    )
    assert len(await registration.rows("SELECT 1 FROM pupil", "101")) == 1


async def test_two_classes_of_one_school_from_one_day_are_corrected_before(
    registration: Registration, callers: Callers
) -> None:
    await registration.base()
    second = line(2, cpr_number="", local_id="B-7", class_name="5B")
    await registration.send("pupils", PUPIL_HEADER + line(1) + second)
    winner, loser = str(await pupil_of(callers, "L1")), str(await pupil_of(callers, "B-7"))
    wrong = await change(callers, winner, "merge", {"merged_pupil_id": loser})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "pupil_merge.stays_contradict")
    assert len(await registration.rows("SELECT 1 FROM pupil", "101")) == 2


async def test_a_split_takes_a_wrong_merge_back(
    registration: Registration, callers: Callers, two: tuple[str, str]
) -> None:
    winner, loser = two
    merged = (await change(callers, winner, "merge", {"merged_pupil_id": loser})).json()
    stay = next(each for each in merged["stays"] if each["institution_number"] == NEW)
    identifier = next(each for each in merged["identifiers"] if each["value"] == "B-7")
    body = {
        "name": "Aske Digtet",
        "stays": [{"class_id": stay["class_id"], "claimed_from": stay["claimed_from"]}],
        "identifier_ids": [identifier["identifier_id"]],
    }
    lacking = await change(callers, winner, "split", body | {"identifier_ids": [str(uuid4())]})
    assert (lacking.status_code, lacking.json()["code"]) == (422, "pupil_split.not_of_pupil")
    before = len(await registration.events("pupil"))
    done = await change(callers, winner, "split", body)
    assert done.status_code == 201, done.text
    new = done.json()["new_pupil_id"]
    assert new not in {winner, loser}
    assert await pupil_of(callers, "B-7") == new
    events = {each["pupil_id"]: each for each in (await registration.events("pupil"))[before:]}
    assert events[new]["split_from_pupil_id"] == winner
    assert [each["institution_number"] for each in events[new]["memberships"]] == [NEW]
    assert [(m["institution_number"], m["valid_to"]) for m in events[winner]["memberships"]] == [
        ("910101", "2023-08-01")
    ], "the stay that the other one limited is whole again"
    assert events[new]["person_id"] != events[winner]["person_id"]
    nightly = line(2, cpr_number="", local_id="B-7", name="Aske Digtet", number=NEW, start="2022-10-17")
    for rows in (line(1), nightly):
        assert counts(await registration.send("pupils", PUPIL_HEADER + rows)) == (0, 1, 0, 0)
    assert UUID(new) in {each["pupil_id"] for each in await registration.rows("SELECT pupil_id FROM pupil", "101")}
