"""A OneRoster delta about pupils who are at a school of another source too changes its own schools alone."""

from collections.abc import Awaitable, Callable

import pytest

from tests.factories.service import Callers
from tests.integration.services.registration.roster.zip_files import ZipSender, bulk, cpr_number, delta, enrolment, user
from tests.integration.services.registration.service import PUPIL_HEADER, Registration

STAYS = """
SELECT s.institution_number, m.valid_from::text, m.valid_to::text
  FROM membership AS m JOIN class_ AS c USING (class_id) JOIN school AS s USING (school_id)
 WHERE m.valid_to > m.valid_from AND m.pupil_id = (SELECT min(pupil_id::text)::uuid FROM pupil)
 ORDER BY m.valid_from
"""
REMOVED, CHANGED = "tobedeleted,2022-10-12T06:00:00Z", "active,2022-10-12T06:00:00Z"
FIRST, AFTER, MOVED = "2022-08-01", "2023-08-01", "2022-10-05"


@pytest.fixture
async def sender(callers: Callers, registration: Registration) -> ZipSender:
    """Two schools: 910101 sends OneRoster and has one pupil, 910102 sends another file."""
    await registration.send("schools", "institution_number;name;kind\n910101;Prøveskolen;public\n910102;Syd;public\n")
    classes = "institution_number;school_year;name;grade;kind\n910102;2022/2023;6A;6;ordinary\n"
    await registration.send("classes", classes)
    await callers.set_municipality()
    sender = ZipSender(callers)
    await sender.sent(bulk({"910101": {"5A": [1]}}, day=1))
    return sender


def elsewhere(registration: Registration, first: str) -> Callable[[], Awaitable[object]]:
    """Sends that the pupil is at the other school from this day."""
    row = f"{cpr_number(1)};;L1;Ask Prøvesen 1;910102;2022/2023;6A;{first};\n"
    return lambda: registration.send("pupils", PUPIL_HEADER + row)


async def stays(registration: Registration) -> list[tuple[str, ...]]:
    return [tuple(row.values()) for row in await registration.rows(STAYS, "101")]


@pytest.mark.parametrize("delta_first", [False, True])
async def test_who_is_taken_away_here_stays_at_the_school_of_another_source(
    sender: ZipSender, registration: Registration, *, delta_first: bool
) -> None:
    send = elsewhere(registration, MOVED)
    if not delta_first:
        await send()
    found = await sender.sent(delta(day=13, users=user(1, REMOVED)))
    if delta_first:
        await send()
    assert (found["accepted"], found["refused"]) == (1, 0)
    assert await stays(registration) == [("910101", FIRST, MOVED), ("910102", MOVED, AFTER)]


@pytest.mark.parametrize(
    "rows", [{"users": user(1, CHANGED)}, {"enrollments": enrolment(1, "910101", "5A", CHANGED)}], ids=["user", "stay"]
)
async def test_what_is_changed_here_claims_what_was_claimed_here(
    sender: ZipSender, registration: Registration, rows: dict[str, str]
) -> None:
    """The claim that another school overtook goes on as it was, so it counts again when that one is taken back."""
    await elsewhere(registration, MOVED)()
    found = await sender.sent(delta(day=13, **rows))
    assert found["refused"] == 0
    assert await stays(registration) == [("910101", FIRST, MOVED), ("910102", MOVED, AFTER)]
    row = f"{cpr_number(1)};;L1;Ask Prøvesen 1;910102;2022/2023;6A;{MOVED};{MOVED}\n"
    await registration.send("pupils", PUPIL_HEADER + row)
    assert await stays(registration) == [("910101", FIRST, AFTER)]


async def test_a_class_that_is_taken_away_ends_a_claim_that_another_school_has_overtaken(
    sender: ZipSender, registration: Registration
) -> None:
    await elsewhere(registration, MOVED)()
    gone = "c-910101-5A,tobedeleted,2022-10-12T06:00:00Z,5A,5,homeroom,s-910101,y22\n"
    await sender.sent(delta(day=13, classes=gone))
    row = f"{cpr_number(1)};;L1;Ask Prøvesen 1;910102;2022/2023;6A;{MOVED};{MOVED}\n"
    await registration.send("pupils", PUPIL_HEADER + row)
    assert await stays(registration) == [("910101", FIRST, "2022-10-12")]
