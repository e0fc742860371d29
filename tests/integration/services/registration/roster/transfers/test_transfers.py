"""Transfers between schools of one municipality, by files that arrive in any order, and people's decisions."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from tests.factories.files import codes, counts
from tests.factories.service import Callers
from tests.integration.services.registration.roster.pupils.snapshots import Sender, line
from tests.integration.services.registration.service import PUPIL_HEADER, Registration

TEAM, PATH = "resource_team", "/v1/membership-conflicts"
NEW = "910102"
AUGUST, OCTOBER, END = date(2022, 8, 1), date(2022, 10, 17), date(2023, 8, 1)


@pytest.fixture
async def sender(callers: Callers, registration: Registration) -> Sender:
    """A municipality that takes part, with two schools."""
    await registration.base()
    await callers.set_municipality()
    return Sender(callers)


async def stays(registration: Registration) -> list[tuple[str, date, date]]:
    """The stays that last, by school."""
    found = await registration.rows(
        "SELECT s.institution_number AS number, m.valid_from, m.valid_to FROM membership AS m"
        " JOIN class_ USING (class_id) JOIN school AS s USING (school_id)"
        " WHERE m.valid_to > m.valid_from ORDER BY 1, 2",
        "101",
    )
    return [(row["number"], row["valid_from"], row["valid_to"]) for row in found]


async def conflicts(callers: Callers, *institutions: str, **params: Any) -> list[dict[str, Any]]:
    """The open conflicts."""
    asked = {"params": {"municipality": "101", **params}, "institutions": list(institutions)}
    answer = await callers.ask("GET", PATH, TEAM, "101", **asked)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def address(conflict: dict[str, Any]) -> str:
    return f"{PATH}/{conflict['conflict_id']}"


async def decide(callers: Callers, conflict: dict[str, Any], number: str, **more: Any) -> Any:
    """Decide by what was read."""
    read = await callers.ask("GET", address(conflict), TEAM, "101")
    headers = {"If-Match": read.headers["ETag"], **more.pop("headers", {})}
    path = f"{address(conflict)}/decision"
    return await callers.ask("POST", path, TEAM, "101", json={"institution_number": number}, headers=headers, **more)


@pytest.mark.parametrize("former_first", [True, False])
async def test_a_file_of_the_new_school_transfers_the_pupil_whichever_comes_first(
    registration: Registration, former_first: bool
) -> None:
    await registration.base()
    files = [line(1), line(1, number=NEW, start="2022-10-17")]
    for rows in files if former_first else files[::-1]:
        assert counts(await registration.send("pupils", PUPIL_HEADER + rows)) == (1, 0, 0, 0)
    assert await stays(registration) == [("910101", AUGUST, OCTOBER), (NEW, OCTOBER, END)]
    event = (await registration.events("pupil"))[-1]
    told = [(each["institution_number"], each["valid_from"], each["valid_to"]) for each in event["memberships"]]
    assert told == [("910101", "2022-08-01", "2022-10-17"), (NEW, "2022-10-17", "2023-08-01")]
    # What a school says again changes nothing.
    assert counts(await registration.send("pupils", PUPIL_HEADER + files[0])) == (0, 1, 0, 0)
    assert await stays(registration) == [("910101", AUGUST, OCTOBER), (NEW, OCTOBER, END)]


async def test_a_transfer_that_is_taken_back_restores_the_former_stay(registration: Registration) -> None:
    await registration.base()
    await registration.send("pupils", PUPIL_HEADER + line(1))
    await registration.send("pupils", PUPIL_HEADER + line(1, number=NEW, start="2022-10-17"))
    await registration.send("pupils", PUPIL_HEADER + line(1, number=NEW, start="2022-10-17", end="2022-10-17"))
    assert await stays(registration) == [("910101", AUGUST, END)]
    assert await registration.rows("SELECT * FROM membership_limit", "101") == []


async def test_one_file_that_has_the_pupil_at_two_schools_contradicts_itself(registration: Registration) -> None:
    await registration.base()
    both = line(1) + line(1, number=NEW, start="2022-10-17")
    assert codes(await registration.send("pupils", PUPIL_HEADER + both)) == {"membership.overlap": 1}
    assert await stays(registration) == [("910101", AUGUST, END)]


async def test_snapshots_without_the_day_of_transfer_tell_it_by_their_own_days(
    sender: Sender, registration: Registration, callers: Callers
) -> None:
    """As SkoleGrunddata does: every class begins with the school year."""
    new = {"institution": NEW, "source": "other"}
    await sender.snapshot(line(1) + line(2), day=1)
    await sender.snapshot(line(1, number=NEW) + line(3, number=NEW), day=17, **new)
    moved = [("910101", AUGUST, OCTOBER), ("910101", AUGUST, END), (NEW, AUGUST, END), (NEW, OCTOBER, END)]
    assert sorted(await stays(registration)) == moved
    assert await conflicts(callers) == []
    # The former school's snapshot of the next day lacks the pupil: nobody leaves by it, and nothing is unclear.
    found = await sender.snapshot(line(2), day=18)
    assert (found["snapshot"]["leaving"], found["snapshot"]["closed"]) == (0, 0)
    assert sorted(await stays(registration)) == moved
    assert await conflicts(callers) == []
    # Its claim has ended, so when the new school takes its own back, the pupil is nowhere from that day on.
    await registration.send("pupils", PUPIL_HEADER + line(1, number=NEW, end="2022-08-01"))
    assert ("910101", AUGUST, date(2022, 10, 18)) in await stays(registration)


@pytest.mark.parametrize("kept", ["910101", NEW])
async def test_two_schools_that_keep_claiming_are_listed_and_a_person_decides(
    sender: Sender, registration: Registration, callers: Callers, kept: str
) -> None:
    await sender.snapshot(line(1), day=1)
    await registration.send("pupils", PUPIL_HEADER + line(1, number=NEW, start="2022-10-17"))
    assert await conflicts(callers) == []
    await sender.snapshot(line(1), day=20)
    (conflict,) = await conflicts(callers)
    assert (conflict["institution_number"], conflict["other"]["institution_number"]) == ("910101", NEW)
    assert (conflict["reason"], conflict["last_file"]) == ("still_claimed", "2022-10-20")
    assert await conflicts(callers, "910101") == [], "who may not see both schools is not shown the conflict"
    assert len(await conflicts(callers, "910101", NEW)) == 1
    unread = await callers.ask("POST", f"{address(conflict)}/decision", TEAM, "101", json={"institution_number": kept})
    assert unread.status_code == 428
    wrong = await decide(callers, conflict, "910999")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "membership_conflict.other_school")
    key = {"Idempotency-Key": uuid4().hex}
    done = await decide(callers, conflict, kept, headers=key)
    assert (done.status_code, done.json()["covers_to"]) == (200, "2022-10-17")
    expected = {"910101": [("910101", AUGUST, END)], NEW: [("910101", AUGUST, OCTOBER), (NEW, OCTOBER, END)]}[kept]
    assert await stays(registration) == expected
    assert await conflicts(callers) == []
    # The next night's files say the same, and nobody is asked again.
    await sender.snapshot(line(1), day=25)
    await sender.snapshot(line(1, number=NEW, start="2022-10-17"), day=26, institution=NEW, source="other")
    assert await stays(registration) == expected
    assert await conflicts(callers) == []
    (settled,) = await conflicts(callers, open_only="false")
    assert settled["reason"] == "settled"
    other = {"910101": NEW, NEW: "910101"}[kept]
    assert (await decide(callers, settled, other)).status_code == 200, "a decision can be changed"
    changed = {"910101": [("910101", AUGUST, END)], NEW: [("910101", AUGUST, OCTOBER), (NEW, OCTOBER, END)]}[other]
    assert await stays(registration) == changed


async def test_two_plain_files_with_the_same_days_are_asked_about(registration: Registration, callers: Callers) -> None:
    await registration.base()
    await registration.send("pupils", PUPIL_HEADER + line(1, number=NEW))
    await registration.send("pupils", PUPIL_HEADER + line(1))
    (conflict,) = await conflicts(callers)
    assert (conflict["reason"], conflict["institution_number"]) == ("same_days", NEW)
    assert (await decide(callers, conflict, NEW)).status_code == 200
    assert await stays(registration) == [(NEW, AUGUST, END)]


async def test_an_id_and_a_family_name_alone_transfer_nobody(registration: Registration, callers: Callers) -> None:
    await registration.base()
    known = line(1, cpr_number="", local_id="7", name="Ask Prøvesen")
    await registration.send("pupils", PUPIL_HEADER + known)
    other = line(1, number=NEW, start="2022-10-17", cpr_number="", local_id="7", name="Bo Prøvesen")
    assert counts(await registration.send("pupils", PUPIL_HEADER + other)) == (0, 0, 1, 0)
    assert await stays(registration) == [("910101", AUGUST, END)]
    listed = await callers.ask("GET", "/v1/identity-cases", TEAM, "101", params={"municipality": "101"})
    (case,) = listed.json()["items"]
    assert (case["known_name"], case["sent_name"]) == ("Ask Prøvesen", "Bo Prøvesen")
    whole = other.replace("Bo Prøvesen", "PRØVESEN, Ask")
    assert counts(await registration.send("pupils", PUPIL_HEADER + whole)) == (1, 0, 0, 0)
    assert await stays(registration) == [("910101", AUGUST, OCTOBER), (NEW, OCTOBER, END)]


async def test_both_schools_see_the_transfer_in_their_change_feed(
    sender: Sender, registration: Registration, callers: Callers
) -> None:
    del sender
    await registration.send("pupils", PUPIL_HEADER + line(1))
    await registration.send("pupils", PUPIL_HEADER + line(1, number=NEW, start="2022-10-17"))
    for number, change in (("910101", "closed"), (NEW, "changed")):
        asked = {"params": {"municipality": "101", "kinds": "membership"}, "institutions": [number]}
        answer = await callers.ask("GET", "/v1/roster-changes", "municipality_integration", "101", **asked)
        assert answer.status_code == 200, answer.text
        assert [each["change"] for each in answer.json()["items"]] == [change]
