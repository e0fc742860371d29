"""OneRoster over HTTP: one zip, one address, and for each school its classes and its pupils."""

import pytest

from tests.factories.service import Callers
from tests.integration.services.registration.roster.zip_files import (
    SCHOOLS,
    SOURCE,
    ZipSender,
    bulk,
    delta,
    enrolment,
)
from tests.integration.services.registration.service import Registration

CLASSES = "SELECT name, kind FROM class_ ORDER BY name"


@pytest.fixture
async def sender(callers: Callers, registration: Registration) -> ZipSender:
    """A municipality that takes part, with two schools and no classes."""
    await registration.send("schools", "institution_number;name;kind\n910101;Prøveskolen;public\n910102;Syd;public\n")
    accepted = await callers.ask("PUT", "/v1/municipalities/101", "secretariat", json={"status": "accepted"})
    assert accepted.status_code == 200
    return ZipSender(callers)


async def test_one_zip_gives_the_classes_and_pupils_of_every_school(
    sender: ZipSender, registration: Registration
) -> None:
    found = await sender.sent(bulk())
    assert (found["kind"], found["state"], found["rows"], found["accepted"], found["refused"]) == (
        "oneroster",
        "completed",
        39,
        39,
        0,
    )
    assert [
        (part["kind"], part["snapshot"] and part["snapshot"]["institution_number"], part["accepted"])
        for part in found["parts"]
    ] == [
        ("classes", None, 2),
        ("pupils", "910101", 24),
        ("classes", None, 1),
        ("pupils", "910102", 12),
    ]
    facts = found["file"]["facts"]
    assert (facts["mode"], facts["source"], facts["institutions"]) == ("bulk", SOURCE, 2)
    assert {each["sort"]: each["count"] for each in found["file"]["ignored"]} == {"employees": 1, "email_addresses": 37}
    stored = await registration.rows(CLASSES, "101")
    assert [tuple(row.values()) for row in stored] == [("5A", "unknown"), ("5B", "unknown"), ("6A", "unknown")]
    assert len(await registration.rows("SELECT 1 FROM membership", "101")) == 36
    assert await sender.receipt(found) == found


async def test_who_is_missing_ends_at_that_school_alone_and_an_older_zip_is_refused(sender: ZipSender) -> None:
    await sender.sent(bulk(day=2))
    fewer = {"910101": {"5A": range(1, 12), "5B": range(13, 25)}}
    found = await sender.sent(bulk(fewer, day=4))
    assert [(part["kind"], part["snapshot"] and part["snapshot"]["closed"]) for part in found["parts"]] == [
        ("classes", None),
        ("pupils", 1),
    ]
    older = await sender.zip(bulk(day=3))
    assert (older.status_code, older.json()["code"]) == (422, "snapshot.older")


async def test_a_school_that_loses_many_is_held_by_itself(sender: ZipSender, registration: Registration) -> None:
    await sender.sent(bulk(day=2))
    few = {"910101": {"5A": range(1, 13), "5C": range(13, 15)}, "910102": {"6A": range(31, 43), "6B": range(44, 46)}}
    found = await sender.sent(bulk(few, day=4))
    assert [(part["kind"], part["state"]) for part in found["parts"]] == [
        ("classes", "held"),
        ("pupils", "held"),
        ("classes", "completed"),
        ("pupils", "completed"),
    ]
    assert [row["name"] for row in await registration.rows(CLASSES, "101")] == ["5A", "5B", "6A", "6B"]
    confirmed = await sender.decide(found["parts"][1], "confirm")
    assert confirmed.status_code == 200, confirmed.text
    done = await sender.at_rest(await sender.receipt(found))
    assert done["state"] == "completed"
    assert [row["name"] for row in await registration.rows(CLASSES, "101")] == ["5A", "5B", "5C", "6A", "6B"]


async def test_a_refused_pupil_is_told_by_file_and_row_and_stays_where_it_was(
    sender: ZipSender, registration: Registration
) -> None:
    await sender.sent(bulk(day=2))
    fewer = {"910101": {"5A": range(1, 12), "5B": range(13, 25)}, "910102": SCHOOLS["910102"]}
    wrong = bulk(fewer, day=4, users="u12,,,Ask,Prøvesen 12,,,5,\n", enrollments=enrolment(12, "910101", "5X"))
    found = await sender.sent(wrong)
    assert (found["state"], found["refused"]) == ("completed", 1)
    rows = await sender.callers.ask("GET", f"/v1/imports/{found['id']}/refused", "municipality_integration", "101")
    errors = [error for row in rows.json()["items"] for error in row["errors"]]
    assert [(each["code"], each["column"]) for each in errors] == [
        ("oneroster.class_unknown", "enrollments.csv:36:classSourcedId")
    ]
    assert [part["snapshot"]["closed"] for part in found["parts"] if part["snapshot"]] == [0, 0]
    assert await registration.rows("SELECT 1 FROM membership WHERE valid_to < '2023-08-01'", "101") == []


async def test_a_school_of_another_municipality_is_refused_like_in_other_files(
    sender: ZipSender, registration: Registration
) -> None:
    found = await sender.sent(bulk({**SCHOOLS, "920201": {"5A": range(51, 54)}}))
    assert found["refused_by_code"] == {"institution_number.unknown": 4}
    assert found["accepted"] == 39
    assert len(await registration.rows("SELECT 1 FROM membership", "101")) == 36
    outside = await sender.zip(bulk(day=5), institutions=["910101"])
    assert (outside.status_code, outside.json()["code"]) == (422, "snapshot.institution_outside_scope")


async def test_hostile_zips_and_deltas_without_a_bulk_leave_nothing(
    sender: ZipSender, registration: Registration
) -> None:
    whole = bulk()
    first = delta(day=3, enrollments=enrolment(1, "910101", "5A", "tobedeleted,2022-10-02T06:00:00Z"))
    cases = {
        whole[:-30]: "zip.truncated",
        b"PK\3\4": "zip.truncated",
        b"": "file.empty",
        first: "oneroster.delta_without_bulk",
    }
    for content, code in cases.items():
        refused = await sender.zip(content)
        assert (refused.status_code, refused.json()["code"]) == (422, code)
        assert refused.json()["detail"]
    assert await registration.rows("SELECT 1 FROM import_receipt WHERE kind <> 'schools'", "101") == []
    unread = await sender.callers.ask(
        "POST",
        "/v1/imports",
        "municipality_integration",
        "101",
        params={"kind": "oneroster", "municipality": "101"},
        headers={"Content-Type": "text/csv", "Idempotency-Key": "a-key-of-its-own"},
        content=whole,
    )
    assert unread.status_code == 415


async def test_a_repeated_zip_gives_the_first_receipt_and_a_validation_writes_nothing(
    sender: ZipSender, registration: Registration
) -> None:
    checked = await sender.sent(bulk(), mode="validate")
    assert (checked["state"], checked["written"], checked["accepted"], checked["refused"]) == (
        "completed",
        False,
        39,
        0,
    )
    assert await registration.rows(CLASSES, "101") == []
    first = await sender.sent(bulk(), key="one-key-for-the-zip")
    again = await sender.sent(bulk(), key="one-key-for-the-zip")
    assert again["id"] == first["id"]
    other = await sender.zip(bulk(day=9), key="one-key-for-the-zip")
    assert other.status_code == 409


async def test_nothing_that_is_not_kept_is_stored(sender: ZipSender, registration: Registration) -> None:
    await sender.sent(bulk())
    text = str(await registration.rows("SELECT told, header FROM import_receipt", "101"))
    assert "hemmelig" not in text
    assert "Voksensen" not in text
