"""A school day or a result that was sent by mistake is withdrawn, and older data do not restore it."""

from libs.shared.privacy.identifiers import IdentifierKind
from tests.factories.files import counts
from tests.integration.services.registration.service import ASK, PUPIL_HEADER, Registration

DAYS = "institution_number;date;school_day\n"
RESULTS = "cpr_number;indicator;subject;grade;date;value\n"
LOGIN = "ask00001;national_test;reading;4;2022-03-15;{}\n"
NUMBER = LOGIN.replace("ask00001", "6101120008")
LOCAL_ID = IdentifierKind.LOCAL_ID
WITHOUT_NUMBER = ASK.replace("6101120008", "")


async def _value(registration: Registration) -> list[str]:
    rows = await registration.rows("SELECT value FROM indicator WHERE value <> 'withdrawn'", "101")
    return [row["value"] for row in rows]


async def _by_login(registration: Registration, value: str) -> tuple[int, int, int, int]:
    how = IdentifierKind.UNI_LOGIN
    return counts(await registration.send("indicators", RESULTS + LOGIN.format(value), identifier=how))


async def _by_number(registration: Registration, value: str) -> tuple[int, int, int, int]:
    return counts(await registration.send("indicators", RESULTS + NUMBER.format(value)))


async def _number_comes(registration: Registration) -> None:
    await registration.send("pupils", PUPIL_HEADER + ASK)
    await registration.settle()


async def test_a_school_day_is_taken_back_and_the_event_has_the_days_that_are_left(registration: Registration) -> None:
    await registration.base()
    days = [f"910101;2022-09-{day:02};\n" for day in (5, 6, 7)]
    assert counts(await registration.send("calendars", DAYS + "".join(days))) == (3, 0, 0, 0)
    back = "910101;2022-09-06;0\n910101;2022-09-08;1\n910101;2022-09-09;0\n"
    assert counts(await registration.send("calendars", DAYS + back)) == (2, 1, 0, 0)
    event = (await registration.events("calendar"))[-1]
    assert event["school_days"] == ["2022-09-05", "2022-09-07", "2022-09-08"]
    assert event["aggregate_version"] == 2
    assert counts(await registration.send("calendars", DAYS + back)) == (0, 3, 0, 0)
    assert len(await registration.events("calendar")) == 2
    # The column is optional; and a calendar whose last day is withdrawn is published as empty.
    assert counts(await registration.send("calendars", "institution_number;date\n910102;2022-09-05\n")) == (1, 0, 0, 0)
    assert counts(await registration.send("calendars", DAYS + "910102;2022-09-05;0\n")) == (1, 0, 0, 0)
    assert (await registration.events("calendar"))[-1]["school_days"] == []


async def test_a_result_is_taken_back_in_either_language(registration: Registration) -> None:
    await registration.base()
    await registration.send("pupils", PUPIL_HEADER + ASK)
    for word in ("withdrawn", "Trukket  tilbage"):
        assert await _by_number(registration, "jævn") == (1, 0, 0, 0)
        assert await _by_number(registration, word) == (1, 0, 0, 0)
        assert await _by_number(registration, word) == (0, 1, 0, 0)
        assert await _value(registration) == []
    assert await registration.rows("SELECT * FROM indicator", "101") == [], "nothing is kept of it without a reason"


async def test_a_result_that_waited_never_overwrites_a_newer_one(registration: Registration) -> None:
    await registration.base()
    await registration.send("pupils", PUPIL_HEADER + WITHOUT_NUMBER)
    assert await _by_number(registration, "mangelfuld") == (0, 0, 1, 0)
    assert await _by_login(registration, "god") == (1, 0, 0, 0)
    await _number_comes(registration)
    assert await _value(registration) == ["good"]


async def test_the_newest_of_what_was_said_counts_whoever_waited(registration: Registration) -> None:
    await registration.base()
    await registration.send("pupils", PUPIL_HEADER + WITHOUT_NUMBER)
    await _by_login(registration, "god")
    assert await _by_number(registration, "mangelfuld") == (0, 0, 1, 0)
    assert await _by_login(registration, "god") == (0, 1, 0, 0), "it says the same, and is newer than what waits"
    await _number_comes(registration)
    assert await _value(registration) == ["good"]
    # The opposite case: the waiting row is the newest.
    other = LOGIN.replace("2022-03-15", "2022-03-16")
    await registration.send("indicators", RESULTS + other.format("god"), identifier=IdentifierKind.UNI_LOGIN)
    await registration.send("indicators", RESULTS + other.replace("ask00001", "L9").format("jævn"), identifier=LOCAL_ID)
    await registration.send("pupils", PUPIL_HEADER + ASK.replace("L1", "L9"))
    await registration.settle()
    assert sorted(await _value(registration)) == ["fair", "good"]


async def test_a_result_taken_back_before_an_older_row_could_come_stays_away(registration: Registration) -> None:
    await registration.base()
    await registration.send("pupils", PUPIL_HEADER + WITHOUT_NUMBER)
    assert await _by_number(registration, "mangelfuld") == (0, 0, 1, 0)
    assert await _by_login(registration, "withdrawn") == (0, 1, 0, 0)
    await _number_comes(registration)
    assert await _value(registration) == []
    # Once no row waits any more, the next file deletes the withdrawal that was kept for it.
    assert await _by_login(registration, "withdrawn") == (0, 1, 0, 0)
    assert await registration.rows("SELECT * FROM indicator", "101") == []
