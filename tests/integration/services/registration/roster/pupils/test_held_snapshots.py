"""Snapshots that would end much: they wait for a decision, and nothing of them is written before it."""

import asyncio
import json

import pytest

from tests.factories.service import Callers
from tests.integration.services.registration.roster.pupils.snapshots import ROLE, Sender, ends, line, lines
from tests.integration.services.registration.service import PUPIL_HEADER, Registration


@pytest.fixture
async def sender(callers: Callers, registration: Registration) -> Sender:
    """A municipality whose school has twenty pupils by a first snapshot."""
    await registration.base()
    await callers.set_municipality()
    sender = Sender(callers)
    await sender.snapshot(lines(1, 20), day=1)
    return sender


GONE = lines(7, 18) + line(19, class_name="5B", start="2022-10-03") + line(20, name="Ask Nyt Navn 20") + line(40)
"""Six of twenty pupils are gone (30 %), one has moved, one has another name, one is new."""


async def test_thirty_percent_gone_is_held_with_a_difference_and_nothing_is_written(
    sender: Sender, registration: Registration
) -> None:
    events = len(await registration.events("pupil"))
    found = await sender.snapshot(GONE, day=2)
    assert (found["state"], found["written"], found["finished_at"]) == ("held", False, None)
    assert (found["rows"], found["accepted"], found["unchanged"]) == (15, 3, 12)
    told = found["snapshot"]
    assert (told["pupils"], told["leaving"], told["closed"], told["decision"]) == (20, 6, 0, None)
    assert told["held_until"] > found["queued_at"]
    assert await sender.difference(found) == [
        ("5A", {"joined": 1, "left": 6, "moved_out": 1, "renamed": 1}),
        ("5B", {"moved_in": 1}),
    ]
    assert set((await ends(registration)).values()) == {"2023-08-01"}
    assert len(await registration.events("pupil")) == events
    assert len(await registration.rows("SELECT 1 FROM pupil", "101")) == 20
    assert await registration.rows("SELECT 1 FROM staged_pupils", "101") == []


async def test_the_difference_shows_ids_page_by_page_and_never_names_or_numbers(
    sender: Sender, registration: Registration
) -> None:
    found = await sender.snapshot(GONE, day=2)
    shown, token = [], ""
    while token is not None:
        path = f"/v1/imports/{found['id']}/difference/pupils?page_size=4" + (f"&page_token={token}" if token else "")
        answer = await sender.callers.ask("GET", path, ROLE, "101")
        listed = json.dumps(answer.json()["items"], ensure_ascii=False)  # a page token may hold any letters
        assert not [word for word in ("Prøvesen", "Nyt Navn", "610112", '"L') if word in listed]
        shown += answer.json()["items"]
        token = answer.json()["next_page_token"]
    known = {str(row["pupil_id"]) for row in await registration.rows("SELECT pupil_id FROM pupil", "101")}
    left = [each for each in shown if each["change"] == "left"]
    assert len({each["pupil_id"] for each in left} & known) == 6
    (joined,) = [each for each in shown if each["change"] == "joined"]
    assert (joined["pupil_id"], joined["pupils"]) == (None, 1)
    first = (await sender.callers.ask("GET", f"/v1/imports/{found['id']}/difference?page_size=1", ROLE, "101")).json()
    assert [each["class_name"] for each in first["items"]] == ["5A"]
    assert first["next_page_token"]


async def test_a_confirmed_one_is_applied_and_closes_what_was_shown(sender: Sender, registration: Registration) -> None:
    held = await sender.snapshot(GONE, day=2)
    answer = await sender.decide(held, "confirm", subject="the one who decides")
    assert answer.status_code == 200, answer.text
    found = await sender.at_rest(answer.json())
    told = found["snapshot"]
    assert (found["state"], found["accepted"], told["closed"], told["decision"]) == ("completed", 3, 6, "confirmed")
    assert told["decided_by"]
    assert told["decided_at"]
    gone = {pupil for pupil, end in (await ends(registration)).items() if end == "2022-10-02"}
    assert gone == set(range(1, 7))
    again = await sender.decide(held, "confirm")
    assert (again.status_code, again.json()["state"]) == (200, "completed")
    other = await sender.decide(held, "reject")
    assert (other.status_code, other.json()["code"]) == (409, "snapshot.not_held")


async def test_a_rejected_one_writes_nothing_and_one_of_the_same_moment_may_follow(
    sender: Sender, registration: Registration
) -> None:
    held = await sender.snapshot(GONE, day=2)
    found = (await sender.decide(held, "reject")).json()
    assert (found["state"], found["written"], found["error"]["code"]) == ("rejected", False, "snapshot.rejected")
    assert set((await ends(registration)).values()) == {"2023-08-01"}
    assert (await sender.decide(held, "confirm")).status_code == 409
    assert (await sender.snapshot(lines(1, 20), day=2))["state"] == "completed"


async def test_a_newer_one_of_the_same_source_replaces_it_and_another_sources_does_not(
    sender: Sender, registration: Registration
) -> None:
    held = await sender.snapshot(GONE, day=2)
    await sender.snapshot(lines(1, 20), day=5, source="other")
    assert (await sender.receipt(held))["state"] == "held"
    older = await sender.post(lines(1, 20), day=2)
    assert older.json()["code"] == "snapshot.older"
    await sender.snapshot(lines(1, 20), day=3, mode="validate")
    assert (await sender.receipt(held))["state"] == "held"
    newer = await sender.snapshot(lines(1, 19), day=3)
    assert (newer["state"], newer["snapshot"]["closed"]) == ("completed", 1)
    found = await sender.receipt(held)
    assert (found["state"], found["error"]["code"]) == ("replaced", "snapshot.replaced")
    answer = await sender.decide(held, "confirm")
    assert (answer.status_code, answer.json()["code"]) == (409, "snapshot.not_held")


async def test_one_that_nobody_decides_about_ends_at_its_time(sender: Sender, registration: Registration) -> None:
    held = await sender.snapshot(GONE, day=2)
    await registration.change("UPDATE import_receipt SET held_until = now() - interval '1 second'", "101")
    found = await sender.at_rest({**held, "state": "queued"})
    for _ in range(100):
        if found["state"] != "held":
            break
        await asyncio.sleep(0.1)
        found = await sender.receipt(held)
    assert (found["state"], found["error"]["code"]) == ("rejected", "snapshot.hold_expired")
    assert await registration.rows("SELECT 1 FROM import_chunk WHERE receipt_id = '" + held["id"] + "'", "101") == []


async def test_others_go_on_and_what_they_bring_is_not_ended_unseen(sender: Sender, registration: Registration) -> None:
    held = await sender.snapshot(GONE, day=2)
    # Pupil 1 is in another class meanwhile, pupil 2's membership has another end, pupil 41 is new.
    moved = line(1, end="2022-10-05") + line(1, class_name="5B", start="2022-10-05")
    usual = await sender.callers.send("pupils", PUPIL_HEADER + moved + line(2, end="2023-01-01") + line(41), "usual")
    assert usual.json()["state"] == "completed"
    found = await sender.at_rest((await sender.decide(held, "confirm")).json())
    assert found["snapshot"]["closed"] == 4
    after = await ends(registration)
    assert (after[1], after[2], after[3], after[41]) == ("2023-08-01", "2023-01-01", "2022-10-02", "2023-08-01")


@pytest.mark.parametrize(("pupils", "gone", "held"), [(20, 4, False), (60, 6, False), (60, 7, True), (5, 5, True)])
async def test_it_is_held_above_the_share_and_from_five_pupils_on(
    sender: Sender, *, pupils: int, gone: int, held: bool
) -> None:
    await sender.snapshot(lines(101, 100 + pupils, number="910102"), day=1, institution="910102")
    rows = lines(101 + gone, 100 + pupils, number="910102") if gone < pupils else line(99, number="910102")
    found = await sender.snapshot(rows, day=2, institution="910102")
    assert (found["state"], found["snapshot"]["leaving"]) == ("held" if held else "completed", gone)


async def test_pupils_whom_the_rows_themselves_end_count_too(sender: Sender, registration: Registration) -> None:
    found = await sender.snapshot(lines(1, 6, end="2022-10-01") + lines(7, 20), day=2)
    assert (found["state"], found["snapshot"]["leaving"]) == ("held", 6)
    assert set((await ends(registration)).values()) == {"2023-08-01"}


async def test_a_held_one_can_be_cancelled_and_is_listed_and_counted(
    sender: Sender, registration: Registration
) -> None:
    held = await sender.snapshot(GONE, day=2)
    path = "/v1/imports?municipality=101&held_only=true"
    listed = (await sender.callers.ask("GET", path, ROLE, "101")).json()["items"]
    assert [each["id"] for each in listed] == [held["id"]]
    answer = await sender.callers.ask("POST", f"/v1/imports/{held['id']}/cancel", ROLE, "101")
    assert answer.json()["state"] == "cancelled"
    assert (await sender.callers.ask("GET", path, ROLE, "101")).json()["items"] == []
