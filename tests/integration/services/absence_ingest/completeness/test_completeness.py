"""Months that are reported, withdrawn, or refused."""

from tests.factories.files import counts
from tests.integration.services.absence_ingest.service import NORTH, AbsenceIngest

HEADER = "institution_number;month\n"


async def test_a_reported_month_is_told_once(ingest: AbsenceIngest) -> None:
    content = HEADER + f"{NORTH};2022-09\n{NORTH};2022-10\n"
    assert counts(await ingest.send("completeness", content)) == (2, 0, 0, 0)
    assert counts(await ingest.send("completeness", content + f"{NORTH};2022-11\n")) == (1, 2, 0, 0)
    events = await ingest.events("absence.completeness")
    assert [event["month"] for event in events] == ["2022-09", "2022-10", "2022-11"]
    assert events[0] == {
        "aggregate_version": 1,
        "municipality_code": "101",
        "institution_number": NORTH,
        "month": "2022-09",
        "reported": True,
        "pupil_months": 0,
    }


async def test_a_school_that_is_not_the_municipalitys_is_refused_whether_it_exists_or_not(
    ingest: AbsenceIngest,
) -> None:
    await ingest.school("851001", municipality="851")
    content = HEADER + f"{NORTH};2022-09\n851001;2022-09\n999999;2022-09\n91010;2022-09\n{NORTH};2099-01\n"
    receipt = await ingest.send("completeness", content)
    assert await ingest.refused(receipt) == {
        2: ("institution_number", "institution_number.unknown"),
        3: ("institution_number", "institution_number.unknown"),
        4: ("institution_number", "institution_number.invalid"),
        5: ("month", "date.in_future"),
    }
    assert counts(receipt) == (1, 0, 0, 4)


async def test_a_month_reported_by_mistake_is_taken_back_and_can_be_reported_again(ingest: AbsenceIngest) -> None:
    header = "institution_number;month;reported\n"
    # The month was never reported, so the withdrawal changes nothing and leaves no row.
    assert counts(await ingest.send("completeness", header + f"{NORTH};2022-10;0\n")) == (0, 1, 0, 0)
    assert await ingest.events("absence.completeness") == []
    # An empty value and 1 both report the month.
    both = header + f"{NORTH};2022-09;\n{NORTH};2022-10;1\n"
    assert counts(await ingest.send("completeness", both)) == (2, 0, 0, 0)
    back = header + f"{NORTH};2022-09;\n{NORTH};2022-10;0\n"
    assert counts(await ingest.send("completeness", back)) == (1, 1, 0, 0)
    assert counts(await ingest.send("completeness", back)) == (0, 2, 0, 0)
    assert counts(await ingest.send("completeness", HEADER + f"{NORTH};2022-10\n")) == (1, 0, 0, 0)
    told = [event for event in await ingest.events("absence.completeness") if event["month"] == "2022-10"]
    said = [(event["aggregate_version"], event["reported"], event["pupil_months"]) for event in told]
    assert said == [(1, True, 0), (2, False, None), (3, True, 0)]


async def test_another_word_in_the_column_is_refused(ingest: AbsenceIngest) -> None:
    content = f"institution_number;month;reported\n{NORTH};2022-09;nej\n"
    receipt = await ingest.send("completeness", content)
    assert await ingest.refused(receipt) == {1: ("reported", "value.unknown")}
