"""Complete snapshots of a school's pupils over HTTP: what they close, what they refuse, and what they leave alone."""

from datetime import UTC, datetime
from typing import Any

import pytest

from libs.shared.db.scope import Scope
from tests.factories.service import Callers
from tests.integration.services.registration.roster.pupils.snapshots import (
    COUNTED,
    Sender,
    ends,
    line,
    lines,
    state,
)
from tests.integration.services.registration.service import Registration


@pytest.fixture
async def sender(callers: Callers, registration: Registration) -> Sender:
    """A municipality that takes part, with two schools."""
    await registration.base()
    await callers.set_municipality()
    return Sender(callers)


async def test_a_snapshot_that_says_what_is_known_writes_no_event(sender: Sender, registration: Registration) -> None:
    assert state(await sender.snapshot(lines(1, 20), day=1)) == ("completed", 20, 0)
    before = len(await registration.events("pupil"))
    found = await sender.snapshot(lines(1, 20), day=2)
    assert (found["unchanged"], found["snapshot"]["closed"], found["snapshot"]["leaving"]) == (20, 0, 0)
    assert len(await registration.events("pupil")) == before


async def test_who_is_missing_ends_on_the_snapshots_day_and_is_told(sender: Sender, registration: Registration) -> None:
    await sender.snapshot(lines(1, 20), day=1)
    before = len(await registration.events("pupil"))
    found = await sender.snapshot(lines(3, 20), day=10)
    assert (found["state"], found["snapshot"]["leaving"], found["snapshot"]["closed"]) == ("completed", 2, 2)
    assert await ends(registration) == {**dict.fromkeys(range(3, 21), "2023-08-01"), 1: "2022-10-10", 2: "2022-10-10"}
    events = (await registration.events("pupil"))[before:]
    assert [[each["valid_to"] for each in event["memberships"]] for event in events] == [["2022-10-10"]] * 2


async def test_other_schools_years_and_usual_files_close_nothing(sender: Sender, registration: Registration) -> None:
    other = line(50, number="910102")
    earlier = line(51, class_name="4A", year="2021/2022", start="2021-08-01", end="2022-08-01")
    await registration.send("pupils", COUNTED + other + earlier)
    await sender.snapshot(lines(1, 3), day=1)
    await registration.send("pupils", COUNTED + line(1))
    assert set((await ends(registration)).values()) == {"2023-08-01", "2022-08-01"}


async def test_a_membership_that_was_to_begin_later_is_withdrawn_and_one_that_began_since_stays(
    sender: Sender, registration: Registration
) -> None:
    later, since = datetime.now(UTC).year + 2, "2022-11-01"
    ahead = f"{later}/{later + 1}"
    await registration.send(
        "classes", f"institution_number;school_year;name;grade;kind\n910101;{ahead};6A;6;ordinary\n"
    )
    begins = {"class_name": "6A", "year": ahead, "start": f"{later}-08-01", "end": f"{later + 1}-08-01"}
    await registration.send("pupils", COUNTED + lines(1, 2, **begins) + line(3, start=since) + line(4))
    await sender.snapshot(line(2, **begins), day=1, school_year=ahead)
    await sender.snapshot(line(4), day=1)
    found = await ends(registration)
    assert (found[1], found[2], found[3]) == (f"{later}-08-01", f"{later + 1}-08-01", "2023-08-01")


async def test_a_pupil_in_another_class_moves_in_one_step(sender: Sender, registration: Registration) -> None:
    await sender.snapshot(lines(1, 5), day=1)
    found = await sender.snapshot(lines(1, 4) + line(5, class_name="5B", start="2022-10-03"), day=10)
    assert (state(found), found["snapshot"]["leaving"]) == (("completed", 1, 0), 0)
    (event,) = (await registration.events("pupil"))[-1:]
    assert [(each["valid_from"], each["valid_to"]) for each in event["memberships"]] == [
        ("2022-08-01", "2022-10-03"),
        ("2022-10-03", "2023-08-01"),
    ]
    assert await sender.difference(found) == [("5B", {"moved_in": 1}), ("5A", {"moved_out": 1})][::-1]


async def test_rows_about_another_institution_or_year_are_refused_and_close_nothing(
    sender: Sender, registration: Registration
) -> None:
    await sender.snapshot(lines(1, 3), day=1)
    elsewhere = line(1, number="910102") + line(2, class_name="4A", year="2021/2022", start="2021-09-01", end="")
    found = await sender.snapshot(elsewhere + line(3), day=2)
    assert found["refused_by_code"] == {"snapshot.other_institution": 1, "snapshot.other_school_year": 1}
    assert (found["snapshot"]["closed"], found["snapshot"]["not_closed"]) == (0, None)
    assert set((await ends(registration)).values()) == {"2023-08-01"}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (line(1, start="2022-02-31"), "date.invalid"),
        (line(1, class_name="9Z"), "class.unknown"),
        (line(1, uni_login="a b"), "uni_login.invalid"),
        (line(1, name=""), "value.required"),
    ],
)
async def test_a_refused_row_keeps_its_own_pupil_and_the_others_are_closed(
    sender: Sender, registration: Registration, row: str, code: str
) -> None:
    await sender.snapshot(lines(1, 6), day=1)
    found = await sender.snapshot(lines(3, 6) + row, day=2)
    assert (found["refused_by_code"], found["snapshot"]["closed"]) == ({code: 1}, 1)
    assert {pupil for pupil, end in (await ends(registration)).items() if end != "2023-08-01"} == {2}


@pytest.mark.parametrize(
    "row",
    [
        line(1, cpr_number="61011200XX", local_id=""),
        line(1, cpr_number="", local_id=""),
        line(1).replace(";", "", 1),
        line(1, cpr_number="61011200XX", local_id="L-of-nobody"),
        '"' + line(1),
    ],
)
async def test_a_refused_row_of_which_nobody_can_say_whom_it_is_about_stops_all_closing(
    sender: Sender, registration: Registration, row: str
) -> None:
    await sender.snapshot(lines(1, 6), day=1)
    found = await sender.snapshot(lines(3, 6) + row, day=2)
    assert (found["refused"], found["snapshot"]["closed"], found["state"]) == (1, 0, "completed")
    told = found["snapshot"]["not_closed"]
    assert told["code"] == "snapshot.rows_unreadable"
    assert "1" in told["messages"]["da"]
    assert set((await ends(registration)).values()) == {"2023-08-01"}


async def test_a_waiting_row_keeps_its_pupil(sender: Sender, registration: Registration) -> None:
    await sender.snapshot(lines(1, 3), day=1)
    found = await sender.snapshot(lines(2, 3) + line(1, cpr_number="", name="En Helt Anden"), day=2)
    assert (found["parked"], found["snapshot"]["closed"]) == (1, 0)
    assert set((await ends(registration)).values()) == {"2023-08-01"}


async def test_an_older_or_equal_snapshot_of_the_same_source_is_refused(sender: Sender) -> None:
    await sender.snapshot(lines(1, 3), day=5)
    for day in (5, 4):
        answer = await sender.post(lines(1, 2), day=day)
        assert (answer.status_code, answer.json()["code"]) == (422, "snapshot.older")
        assert answer.json()["pointer"] == "/query/source_moment"
    assert state(await sender.snapshot(lines(1, 3), day=4, source="other"))[0] == "completed"
    assert state(await sender.snapshot(line(9, number="910102"), day=4, institution="910102"))[0] == "completed"


async def test_the_same_request_again_gets_the_same_receipt(sender: Sender) -> None:
    one, other = [await sender.snapshot(lines(1, 3), day=5, key="once") for _ in range(2)]
    assert one["id"] == other["id"]
    answer = await sender.post(lines(1, 3), day=6, key="once")
    assert (answer.status_code, answer.json()["code"]) == (409, "import.key_reused")


_WHOLE = {"institution": "910101", "school_year": "2022/2023", "source": "tea", "source_moment": "2022-10-01T06:00:00Z"}


@pytest.mark.parametrize(
    ("params", "code", "pointer"),
    [
        ({**_WHOLE, "scope": "rows"}, "snapshot.scope", "/query/institution"),
        ({"source": "tea"}, "snapshot.scope", "/query/source"),
        ({"scope": "complete"}, "snapshot.parameters", "/query/institution"),
        ({**_WHOLE, "scope": "complete", "atomic": "file"}, "snapshot.atomic", "/query/atomic"),
        ({**_WHOLE, "scope": "complete", "kind": "schools"}, "snapshot.kind", "/query/scope"),
        *(
            (
                {**_WHOLE, "scope": "complete", "source_moment": moment},
                "snapshot.moment_out_of_range",
                "/query/source_moment",
            )
            for moment in ("2099-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00")
        ),
        ({**_WHOLE, "scope": "all"}, "request.invalid", None),
        ({**_WHOLE, "scope": "complete", "institution": "12"}, "request.invalid", None),
        ({**_WHOLE, "scope": "complete", "source_moment": "2022-10-01T06:00:00"}, "request.invalid", None),
        ({**_WHOLE, "scope": "complete", "source": "6101120008"}, "request.invalid", None),
    ],
)
async def test_parameters_that_are_missing_unknown_or_contradict_are_refused(
    sender: Sender, params: dict[str, str], code: str, pointer: str | None
) -> None:
    answer = await sender.post(lines(1, 3), params=params)
    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
    if pointer:
        assert answer.json()["pointer"] == pointer
        assert answer.json()["messages"].keys() == {"da", "en"}


async def test_a_sender_of_some_institutions_sends_no_snapshot_of_another(sender: Sender) -> None:
    answer = await sender.post(lines(1, 3), day=1, institutions=["910102"])
    assert (answer.status_code, answer.json()["code"]) == (422, "snapshot.institution_outside_scope")


async def test_a_sender_of_some_institutions_is_not_told_whether_a_pupil_who_joins_is_known(
    sender: Sender, registration: Registration
) -> None:
    await registration.send("pupils", COUNTED + line(50, number="910102", end="2022-09-01"))
    shown = {}
    for day, institutions in ((1, ["910101"]), (2, [])):
        rows = lines(1, 2) + line(50, start="2022-09-01")
        found = await sender.snapshot(rows, day=day, institutions=institutions, mode="validate")
        path = f"/v1/imports/{found['id']}/difference/pupils"
        answer = await sender.callers.ask("GET", path, "municipality_integration", "101", institutions=institutions)
        shown[day] = sorted((each["pupil_id"] is not None, each["pupils"]) for each in answer.json()["items"])
    assert shown == {1: [(False, 3)], 2: [(False, 2), (True, 1)]}


async def test_a_validation_shows_the_difference_and_writes_nothing(sender: Sender, registration: Registration) -> None:
    await sender.snapshot(lines(1, 20), day=1)
    found = await sender.snapshot(lines(8, 20) + line(30), day=3, mode="validate")
    assert (found["state"], found["written"], found["snapshot"]["leaving"]) == ("completed", False, 7)
    assert await sender.difference(found) == [("5A", {"joined": 1, "left": 7})]
    assert set((await ends(registration)).values()) == {"2023-08-01"}
    assert state(await sender.snapshot(lines(1, 20), day=2))[0] == "completed"


async def test_nobody_elses_difference_is_shown(sender: Sender) -> None:
    await sender.snapshot(lines(1, 5), day=1)
    found = await sender.snapshot(lines(2, 5), day=2)
    for path in ("difference", "difference/pupils"):
        ask = sender.callers.ask
        answer = await ask("GET", f"/v1/imports/{found['id']}/{path}", "municipality_integration", "147")
        assert answer.status_code == 404
    for path in ("confirm", "reject"):
        answer = await ask("POST", f"/v1/imports/{found['id']}/{path}", "municipality_integration", "147")
        assert answer.status_code == 404


async def _rows(registration: Registration, sql: str) -> list[Any]:
    return await registration.rows(sql, "101")


async def test_nothing_of_a_refused_rows_identifiers_stays_after_comparing(
    sender: Sender, registration: Registration
) -> None:
    await sender.snapshot(lines(1, 3) + line(4, name=""), day=1)
    assert not await _rows(registration, "SELECT 1 FROM import_chunk WHERE named <> '[]'")


async def test_two_snapshots_of_two_schools_at_once_both_take_effect(
    sender: Sender, registration: Registration
) -> None:
    await sender.snapshot(lines(1, 10), day=1)
    await sender.snapshot(lines(11, 20, number="910102"), day=1, institution="910102")
    one = await sender.snapshot(lines(2, 10), day=2, wait=False)
    usual = await sender.callers.send("pupils", COUNTED + line(40), "usual")
    other = await sender.snapshot(lines(12, 20, number="910102"), day=2, institution="910102", wait=False)
    found = [await sender.at_rest(each) for each in (one, usual.json(), other)]
    assert [each["state"] for each in found] == ["completed"] * 3
    closed = {pupil for pupil, end in (await ends(registration)).items() if end == "2022-10-02"}
    assert closed == {1, 11}


async def test_what_is_stored_of_a_difference_is_its_municipalitys_alone(
    sender: Sender, registration: Registration
) -> None:
    await sender.snapshot(lines(1, 5), day=1)
    await sender.snapshot(lines(2, 5), day=2)
    counted = {}
    for code in ("101", "147"):
        async with registration.db.read(Scope.of(code)) as session:
            connection = await session.connection()
            found = await connection.exec_driver_sql("SELECT count(*) FROM import_difference")
            counted[code] = found.scalar_one()
    assert counted["147"] == 0 < counted["101"]


async def test_a_snapshot_without_rows_is_refused_and_ends_nobody(sender: Sender, registration: Registration) -> None:
    await sender.snapshot(lines(1, 3), day=1)
    answer = await sender.post("", day=2)
    assert (answer.status_code, answer.json()["code"]) == (422, "file.empty")
    assert set((await ends(registration)).values()) == {"2023-08-01"}
