"""SkoleGrunddata over HTTP: one file, one address, the classes and the pupils of an institution."""

import pytest

from tests.factories.service import Callers
from tests.integration.services.registration.roster.xml_files import SCHOOL, SOURCE, XmlSender, school
from tests.integration.services.registration.service import Registration


@pytest.fixture
async def sender(callers: Callers, registration: Registration) -> XmlSender:
    """A municipality that takes part, with two schools and no classes."""
    await registration.send("schools", "institution_number;name;kind\n910101;Prøveskolen;public\n910102;Syd;public\n")
    await callers.set_municipality()
    return XmlSender(callers)


@pytest.mark.parametrize("packed", [False, True])
async def test_one_file_gives_classes_and_pupils_under_one_address(
    sender: XmlSender, registration: Registration, packed: bool
) -> None:
    found = await sender.sent(school(), packed=packed)
    assert (found["kind"], found["state"], found["rows"], found["accepted"], found["refused"]) == (
        "skolegrunddata",
        "completed",
        26,
        26,
        0,
    )
    assert [(part["kind"], part["state"], part["accepted"]) for part in found["parts"]] == [
        ("classes", "completed", 2),
        ("pupils", "completed", 24),
    ]
    facts = found["file"]["facts"]
    assert (facts["institution_number"], facts["school_year"], facts["source"]) == ("910101", "2022/2023", SOURCE)
    assert {each["sort"]: each["count"] for each in found["file"]["ignored"]} == {
        "employees": 1,
        "contact_persons": 24,
        "addresses": 24,
        "phone_numbers": 24,
    }
    assert found["snapshot"]["source"] == SOURCE
    stored = await registration.rows("SELECT name, kind FROM class_ ORDER BY name", "101")
    assert [tuple(row.values()) for row in stored] == [("5A", "unknown"), ("5B", "unknown")]
    assert await sender.receipt(found) == found


async def test_who_is_missing_ends_and_an_older_file_is_refused(sender: XmlSender, registration: Registration) -> None:
    await sender.sent(school(day=2))
    found = await sender.sent(school({"5A": range(1, 12), "5B": range(13, 25)}, day=4))
    assert (found["snapshot"]["leaving"], found["snapshot"]["closed"], found["state"]) == (1, 1, "completed")
    older = await sender.xml(school(day=3))
    assert (older.status_code, older.json()["code"]) == (422, "snapshot.older")
    assert SOURCE in older.json()["detail"]
    assert len(await registration.rows("SELECT 1 AS one FROM import_receipt WHERE part_of IS NULL", "101")) == 3


async def test_a_held_file_writes_neither_pupils_nor_classes_until_it_is_confirmed(
    sender: XmlSender, registration: Registration
) -> None:
    await sender.sent(school(day=2))
    few = {"5A": range(1, 13), "5C": range(13, 15)}
    found = await sender.sent(school(few, day=4))
    assert (found["state"], [part["state"] for part in found["parts"]]) == ("held", ["held", "held"])
    assert found["snapshot"]["leaving"] == 10
    names = "SELECT name FROM class_ ORDER BY name"
    assert [row["name"] for row in await registration.rows(names, "101")] == ["5A", "5B"]
    assert ("5B", {"left": 10, "moved_out": 2}) in await sender.difference(found)
    confirmed = await sender.decide(found, "confirm")
    assert confirmed.status_code == 200, confirmed.text
    done = await sender.at_rest(confirmed.json())
    assert (done["state"], done["snapshot"]["closed"]) == ("completed", 10)
    assert [row["name"] for row in await registration.rows(names, "101")] == ["5A", "5B", "5C"]


async def test_a_rejected_file_leaves_everything_and_a_newer_one_replaces_a_held_one(
    sender: XmlSender, registration: Registration
) -> None:
    await sender.sent(school(day=2))
    few = {"5C": range(1, 9)}
    held = await sender.sent(school(few, day=4))
    rejected = await sender.decide(held, "reject")
    assert (rejected.json()["state"], {part["state"] for part in rejected.json()["parts"]}) == (
        "rejected",
        {"rejected"},
    )
    again = await sender.sent(school(few, day=5))
    assert again["state"] == "held"
    newest = await sender.sent(school(SCHOOL, day=6))
    assert newest["state"] == "completed"
    replaced = await sender.receipt(again)
    assert (replaced["state"], {part["state"] for part in replaced["parts"]}) == ("replaced", {"replaced"})
    assert [row["name"] for row in await registration.rows("SELECT name FROM class_ ORDER BY name", "101")] == [
        "5A",
        "5B",
    ]


async def test_a_validation_judges_pupils_of_classes_that_are_not_there_yet_and_writes_nothing(
    sender: XmlSender, registration: Registration
) -> None:
    found = await sender.sent(school(), mode="validate")
    assert (found["state"], found["written"], found["accepted"], found["refused"]) == ("completed", False, 26, 0)
    assert await registration.rows("SELECT 1 FROM class_", "101") == []
    assert await registration.rows("SELECT 1 FROM pupil", "101") == []


async def stays(registration: Registration) -> list[tuple[str, str, str]]:
    """Class, first day and end of every membership that is not empty, by class and first day."""
    found = await registration.rows(
        "SELECT c.name, m.valid_from, m.valid_to FROM membership AS m JOIN class_ AS c USING (class_id)"
        " WHERE m.valid_to > m.valid_from ORDER BY 1, 2, 3",
        "101",
    )
    return [(row["name"], row["valid_from"].isoformat(), row["valid_to"].isoformat()) for row in found]


async def test_the_first_days_follow_from_what_is_known(sender: XmlSender, registration: Registration) -> None:
    """The format does not say when a pupil came to a class."""
    await sender.sent(school({"5A": [1, 2, 3], "5B": [4, 5]}, day=3))
    assert set(await stays(registration)) == {
        ("5A", "2022-08-01", "2023-08-01"),
        ("5B", "2022-08-01", "2023-08-01"),
    }
    same = await sender.sent(school({"5A": [1, 2, 3], "5B": [4, 5]}, day=4))
    assert (same["unchanged"], same["accepted"], same["snapshot"]["leaving"]) == (7, 0, 0)
    moved = await sender.sent(school({"5A": [1, 2], "5B": [3, 4, 5, 6]}, day=10))
    assert (moved["accepted"], moved["refused"], moved["snapshot"]["closed"]) == (2, 0, 0)
    assert await stays(registration) == [
        ("5A", "2022-08-01", "2022-10-10"),
        *[("5A", "2022-08-01", "2023-08-01")] * 2,
        *[("5B", "2022-08-01", "2023-08-01")] * 2,
        *[("5B", "2022-10-10", "2023-08-01")] * 2,
    ]
    await sender.sent(school({"5A": [1], "5B": [3, 4, 5, 6]}, day=12))
    back = await sender.sent(school({"5A": [1, 2], "5B": [3, 4, 5, 6]}, day=17))
    assert (back["accepted"], back["refused"]) == (1, 0)
    assert [each for each in await stays(registration) if each[0] == "5A"] == [
        ("5A", "2022-08-01", "2022-10-10"),
        ("5A", "2022-08-01", "2022-10-12"),
        ("5A", "2022-08-01", "2023-08-01"),
        ("5A", "2022-10-17", "2023-08-01"),
    ]
