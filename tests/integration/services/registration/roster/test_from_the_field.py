"""Rosters from practice: names in two Unicode forms, impossible years, words for "no identifier"."""

import unicodedata

from libs.shared.imports.http.views import ReceiptView
from tests.factories.files import codes, counts
from tests.integration.services.registration.service import CLASSES, PUPIL_HEADER, SCHOOLS, Registration

CLASS_HEADER = "institution_number;school_year;name;grade;kind\n"
DAY_HEADER = "institution_number;date\n"


def apart(text: str) -> str:
    """The text in decomposed form, as macOS writes it: å is a and a ring."""
    changed = unicodedata.normalize("NFD", text)
    assert changed != text
    return changed


async def test_a_name_of_letters_in_two_parts_is_the_same_name(registration: Registration) -> None:
    await registration.base()
    school = "910101;Ågård Skole;public\n"
    assert counts(await registration.send("schools", "institution_number;name;kind\n" + school)) == (1, 0, 0, 0)
    assert counts(await registration.send("schools", "institution_number;name;kind\n" + apart(school))) == (0, 1, 0, 0)
    row = "910101;2022/2023;5Å;5;ordinary\n"
    assert counts(await registration.send("classes", CLASS_HEADER + row)) == (1, 0, 0, 0)
    assert counts(await registration.send("classes", CLASS_HEADER + apart(row))) == (0, 1, 0, 0)
    assert codes(await registration.send("classes", CLASS_HEADER + row + apart(row))) == {"row.duplicate": 1}
    pupil = "6201124001;;nfå-1;Åge Påfundsen 1;910101;2022/2023;5Å;2022-08-01;2023-08-01\n"
    assert counts(await registration.send("pupils", PUPIL_HEADER + apart(pupil))) == (1, 0, 0, 0)
    assert counts(await registration.send("pupils", PUPIL_HEADER + pupil)) == (0, 1, 0, 0)


async def test_a_year_that_cannot_be_costs_its_row_alone(registration: Registration) -> None:
    await registration.base()
    days = (
        DAY_HEADER + "910101;2022-09-05\n910101;9999-12-31\n910101;01-01-0001\n910101;0209-09-08\n910101;2022-09-06\n"
    )
    receipt = await registration.send("calendars", days)
    assert (counts(receipt), codes(receipt)) == ((2, 0, 0, 3), {"date.out_of_range": 3})
    assert [event["school_days"] for event in await registration.events("calendar")] == [["2022-09-05", "2022-09-06"]]
    open_end = "6301124002;;oe-1;Prøve Prøvesen 1;910101;2022/2023;5A;2022-08-01;9999-12-31\n"
    empty = open_end.replace("9999-12-31", "").replace("6301124002", "6301124003").replace("oe-1", "oe-2")
    wrong = open_end.replace("2022-08-01", "0209-08-01").replace("6301124002", "6301124004").replace("oe-1", "oe-3")
    receipt = await registration.send("pupils", PUPIL_HEADER + open_end + empty + wrong)
    assert (counts(receipt), codes(receipt)) == ((2, 0, 0, 1), {"date.out_of_range": 1})
    ends = {event["memberships"][0]["valid_to"] for event in await registration.events("pupil")}
    assert ends == {"2023-08-01"}
    header = "cpr_number;indicator;subject;grade;date;value\n"
    receipt = await registration.send("indicators", header + "6301124002;national_test;reading;4;0209-03-15;jævn\n")
    assert codes(receipt) == {"date.out_of_range": 1}


async def test_110_schools_with_a_day_of_the_year_one_are_noticed_by_nobody_else(registration: Registration) -> None:
    numbers = [f"92{number:04}" for number in range(110)]
    schools = "".join(f"{number};Prøveskole {number};public\n" for number in numbers)
    await registration.send("schools", "institution_number;name;kind\n" + schools)
    receipt = await registration.send("calendars", DAY_HEADER + "".join(f"{number};01-01-0001\n" for number in numbers))
    assert (counts(receipt), codes(receipt)) == ((0, 0, 0, 110), {"date.out_of_range": 110})
    assert await registration.events("calendar") == [], "nothing is told that a consumer could stumble over"
    await registration.send("schools", SCHOOLS, "102")
    await registration.send("classes", CLASSES, "102")
    assert counts(await registration.send("calendars", DAY_HEADER + "910101;2022-09-05\n", "102")) == (1, 0, 0, 0)


async def test_children_who_share_a_word_for_nothing_stay_as_many_as_they_are(registration: Registration) -> None:
    await registration.base()
    place = "910101;2022/2023;5A;2022-08-01;2023-08-01\n"
    rows = "".join(f"640112400{n};nula000{n};NULL;Null Prøvesen {n};{place}" for n in (1, 2, 3))
    receipt = await registration.send("pupils", PUPIL_HEADER + rows)
    assert counts(receipt) == (3, 0, 0, 0)
    assert len(await registration.rows("SELECT 1 FROM pupil", "101")) == 3
    # Placeholders in the other identifier columns, and two stays in the same class that do not overlap.
    early, late = place.replace("2023-08-01", "2022-10-01"), place.replace("2022-08-01", "2022-11-01")
    without = f"0000000000;nulb0001;ukendt;Nullb Prøvesen 1;{early}-;nulb0002;N/A;Nullb Prøvesen 2;{late}"
    receipt = await registration.send("pupils", PUPIL_HEADER + without)
    assert counts(receipt) == (2, 0, 0, 0)
    told = ReceiptView.of(receipt, None).notices
    assert {(notice.code, notice.column, notice.count) for notice in told} == {
        ("identifier.placeholder", "cpr_number", 2),
        ("identifier.placeholder", "local_id", 2),
    }
    assert all("ukendt" in notice.messages["da"] and "unknown" in notice.messages["en"] for notice in told)
    assert len(await registration.rows("SELECT 1 FROM pupil", "101")) == 5
    assert codes(await registration.send("pupils", PUPIL_HEADER + f"NULL;-;N/A;Ingen Prøvesen;{place}")) == {
        "pupil.no_identifier": 1
    }
    kinds = await registration.rows("SELECT kind FROM pupil_key", "101")
    assert "local_id" not in {row["kind"] for row in kinds}
