"""OneRoster over HTTP: one zip, one address, and for each school its classes and its pupils."""

import pytest
from sqlalchemy import text

from libs.shared.db.scope import Scope
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.privacy.keys import LookupKeys
from tests.factories.service import Callers
from tests.integration.services.registration.roster.zip_files import (
    SCHOOLS,
    SOURCE,
    ZipSender,
    bulk,
    delta,
    enrolment,
    user,
)
from tests.integration.services.registration.service import Registration

CLASSES = "SELECT name, kind FROM class_ ORDER BY name"


@pytest.fixture
async def sender(callers: Callers, registration: Registration) -> ZipSender:
    """A municipality that takes part, with two schools and no classes."""
    await registration.send("schools", "institution_number;name;kind\n910101;Prøveskolen;public\n910102;Syd;public\n")
    await callers.set_municipality()
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
        (part["kind"], part["snapshot"] and part["snapshot"]["institution"], part["accepted"])
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
    rows = await sender.callers.ask("GET", f"/v1/imports/{found['id']}/refused", "municipality_integration", "101")
    columns = [error["column"] for row in rows.json()["items"] for error in row["errors"]]
    assert columns == ["orgs.csv:3:identifier"] * 4
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


STAYS = """
SELECT c.name, m.valid_from, m.valid_to FROM membership AS m JOIN class_ AS c USING (class_id)
  JOIN pupil_key AS k USING (pupil_id)
 WHERE k.kind = 'local_id' AND k.value = ANY(CAST(:keys AS text[])) AND m.valid_to > m.valid_from ORDER BY m.valid_from
"""
CHANGED = "2022-10-02T22:30:00Z"
"""The third in Denmark."""
ACTIVE, REMOVED = f"active,{CHANGED}", f"tobedeleted,{CHANGED}"


async def stays(registration: Registration, number: int) -> list[tuple[str, str, str]]:
    """A pupil's times in classes."""
    keys = LookupKeys(registration.lookup_keys).all_values(IdentifierKind.LOCAL_ID, f"u{number}", "101")
    async with registration.db.read(Scope.of("101")) as session:
        rows = await session.execute(text(STAYS), {"keys": [value for _, value in keys]})
        return [(name, first.isoformat(), after.isoformat()) for name, first, after in rows]


def moves(number: int) -> str:
    """From 5A to 5B on the day of the change."""
    return enrolment(number, "910101", "5A", REMOVED) + enrolment(number, "910101", "5B", ACTIVE, "2022-10-03,")


async def test_a_delta_changes_what_it_names_by_the_sources_ids_and_nothing_else(
    sender: ZipSender, registration: Registration
) -> None:
    await sender.sent(bulk(day=1))
    changes = delta(
        day=4,
        enrollments=moves(1) + enrolment(60, "910101", "5A", ACTIVE, "2022-10-03,"),
        users=user(2, f"active,{CHANGED}", "Nytnavn") + user(3, REMOVED) + user(60, ACTIVE),
        roles=f"r60,active,{CHANGED},u60,student,s-910101\n",
    )
    found = await sender.sent(changes, key="the-key-of-the-delta")
    assert (found["state"], found["refused"], found["file"]["facts"]["mode"]) == ("completed", 0, "delta")
    assert [(part["kind"], part["accepted"], part["snapshot"]) for part in found["parts"]] == [("pupils", 5, None)]
    assert await stays(registration, 1) == [("5A", "2022-08-01", "2022-10-03"), ("5B", "2022-10-03", "2023-08-01")]
    assert await stays(registration, 2) == [("5A", "2022-08-01", "2023-08-01")]
    assert await stays(registration, 3) == [("5A", "2022-08-01", "2022-10-03")]
    assert await stays(registration, 4) == [("5A", "2022-08-01", "2023-08-01")]
    assert await stays(registration, 60) == [("5A", "2022-10-03", "2023-08-01")]
    again = await sender.sent(changes, key="the-key-of-the-delta")
    assert again["id"] == found["id"]
    other = await sender.zip(delta(day=5, enrollments=moves(5)), key="the-key-of-the-delta")
    assert other.status_code == 409


async def test_a_class_that_a_delta_takes_away_is_left_and_a_new_one_is_entered(
    sender: ZipSender, registration: Registration
) -> None:
    await sender.sent(bulk(day=1))
    gone = f"c-910102-6A,tobedeleted,{CHANGED},6A,6,homeroom,s-910102,y22\n"
    new = f"c-910102-6C,active,{CHANGED},6C,6,homeroom,s-910102,y22\n"
    entered = enrolment(31, "910102", "6C", ACTIVE, "2022-10-03,")
    found = await sender.sent(delta(day=4, classes=gone + new, enrollments=entered))
    assert (found["state"], found["refused"], found["accepted"]) == ("completed", 0, 14)
    assert await stays(registration, 31) == [("6A", "2022-08-01", "2022-10-03"), ("6C", "2022-10-03", "2023-08-01")]
    assert await stays(registration, 32) == [("6A", "2022-08-01", "2022-10-03")]
    later = await sender.sent(delta(day=5, enrollments=enrolment(32, "910102", "6C", ACTIVE, "2022-10-03,")))
    assert (later["accepted"], later["refused"]) == (1, 0)


async def test_files_of_one_source_keep_their_order_and_a_delta_follows_a_whole_file_that_was_taken(
    sender: ZipSender,
) -> None:
    async def refusal(content: bytes) -> tuple[int, str]:
        answer = await sender.zip(content)
        return answer.status_code, answer.json()["code"]

    await sender.sent(bulk(day=2))
    assert await refusal(delta(day=3, source="Et andet system", enrollments=moves(1))) == (
        422,
        "oneroster.delta_without_bulk",
    )
    await sender.sent(delta(day=4, enrollments=moves(1)))
    for late in (delta(day=4, enrollments=moves(5)), delta(day=3, enrollments=moves(5)), bulk(day=3)):
        assert await refusal(late) == (422, "source.older")
    few = {"910101": {"5A": range(1, 3)}, "910102": SCHOOLS["910102"]}
    held = await sender.sent(bulk(few, day=6))
    assert held["state"] == "held"
    assert await refusal(delta(day=7, enrollments=moves(6))) == (409, "source.held")
    assert (await sender.decide(held["parts"][1], "reject")).status_code == 200
    unknown = await sender.sent(delta(day=8, enrollments=enrolment(99, "910101", "5A", ACTIVE)))
    assert unknown["refused_by_code"] == {"oneroster.user_unknown": 1}
