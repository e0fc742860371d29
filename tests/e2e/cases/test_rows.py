"""Rows as source systems and people write them; each case has a school of its own. CPR numbers belong to nobody."""

from datetime import date

import httpx
import pytest

from journey.platform import SERVICES
from libs.shared.contracts.topics import TOPICS
from tests.e2e.cases.municipal_it import ABSENCE, INDICATORS, PUPILS, YEAR, MunicipalIt, counts
from tests.factories.events import until

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.slow, pytest.mark.timeout(180)]


async def test_years_that_cannot_be_cost_their_row_alone(it: MunicipalIt) -> None:
    await it.school("203001", "5A")
    for day in ("9999-12-31", "01-01-0001", "0209-09-08"):
        body = f"institution_number;date\n203001;2022-09-0{5 + len(day) % 3}\n203001;{day}\n"
        receipt = await it.send("calendars", body)
        assert receipt.refused_by_code == {"date.out_of_range": 1}, day
    result = await it.send("indicators", INDICATORS + "6301124001;national_test;reading;4;0209-03-15;jævn\n")
    assert result.refused_by_code == {"date.out_of_range": 1}
    rows = "6301124002;;oe-1;Prøve Prøvesen 1;203001;2022/2023;5A;2022-08-01;9999-12-31\n"
    rows += "6301124003;;oe-2;Prøve Prøvesen 1;203001;2022/2023;5A;2022-08-01;\n"
    assert counts(await it.send("pupils", PUPILS + rows)) == (2, 0, 0, 0)
    await it.settled()


async def test_110_schools_with_a_day_in_year_one_are_noticed_by_nobody_else(it: MunicipalIt) -> None:
    numbers = [f"2040{n:02}" if n < 100 else f"2041{n - 100:02}" for n in range(110)]
    await it.send("schools", "institution_number;name;kind\n" + "".join(f"{n};Skolen;public\n" for n in numbers))
    receipt = await it.send("calendars", "institution_number;date\n" + "".join(f"{n};01-01-0001\n" for n in numbers))
    assert counts(receipt) == (0, 0, 0, 110)
    await it.settled()
    async with httpx.AsyncClient() as client:
        for service in SERVICES:
            metrics = (await client.get(it.platform.addresses.of(service) + "/metrics")).text
            # A counter with labels has no line before it counts, but its name stands on the page.
            assert "# TYPE skoleloeft_consumer_dead_letters_total counter" in metrics, service
            letters = [
                line for line in metrics.splitlines() if line.startswith("skoleloeft_consumer_dead_letters_total{")
            ]
            assert all(line.endswith(" 0.0") for line in letters), letters
            handled = "skoleloeft_consumer_handled_total{" in metrics
            assert handled is any(service in topic.consumers for topic in TOPICS.values()), service


async def test_placeholders_are_no_identifiers(it: MunicipalIt) -> None:
    await it.school("206001", "5A")
    before = await it.pupils()
    for number, text in enumerate(("NULL", "N/A", "-", "0000000000", "ukendt")):
        rows = "".join(
            f"640112{4000 + number * 10 + n};nula{number}{n:03};{text};Null Prøvesen {n};206001;{YEAR}\n"
            for n in range(3)
        )
        assert counts(await it.send("pupils", PUPILS + rows)) == (3, 0, 0, 0)
    receipt = await it.send("pupils", PUPILS + f";nulb0001;NULL;Nullb Prøvesen 1;206001;{YEAR}\n")
    assert counts(receipt) == (1, 0, 0, 0)
    assert receipt.notices, "a notice says so"
    assert await it.pupils() == before + 16
    assert await it.look_up("NULL", "-") == {}


async def test_an_id_that_comes_to_another_child_joins_nobody(it: MunicipalIt) -> None:
    await it.school("205001", "5A")
    first = "2022/2023;5A;2022-08-01;2022-10-01"
    rows = f"6501124001;;7;Første Prøvesen 1;205001;{first}\n;;8;Tredje Opdigtsen 3;205001;{first}\n"
    await it.send("pupils", PUPILS + rows)
    owners = await it.look_up("7", "8")
    later = "2022/2023;5A;2022-11-01;2023-08-01"
    differs = await it.send("pupils", PUPILS + f"6501124002;;7;Anden Opdigtsen 2;205001;{later}\n")
    assert differs.refused_by_code == {"pupil.identifiers_conflict": 1}
    alone = await it.send("pupils", PUPILS + f";;8;Fjerde Eksempel 4;205001;{later}\n")
    assert counts(alone) == (0, 0, 1, 0)
    cases = await it.team.get("registration", "/v1/identity-cases", params={"municipality": it.code})
    (case,) = cases["items"]
    again = await it.send("pupils", PUPILS + f";;8;Fjerde Eksempel 4;205001;{later}\n")
    assert counts(again) == (0, 0, 1, 0)
    cases = await it.team.get("registration", "/v1/identity-cases", params={"municipality": it.code})
    assert len(cases["items"]) == 1, "listed once"
    assert await it.look_up("7", "8") == owners
    path = f"/v1/identity-cases/{case['case_id']}/decision"
    await it.team.post("registration", path, {"decision": "another_pupil"})

    async def applied() -> bool:
        return (await it.now("pupils", again)).parked_now == 0

    await until(applied)
    assert (await it.look_up("8"))["8"] != owners["8"]


async def test_absence_never_exceeds_school_days_whatever_is_corrected(it: MunicipalIt) -> None:
    await it.school("209001", "5A")
    days = [d for d in range(1, 31) if d not in {3, 4, 10, 11, 17, 18, 24, 25}]
    pupil = "6901124001;;out-1;Rune Opdigtsen 1;209001;2022/2023;5A;{};{}\n"
    await it.send("pupils", PUPILS + pupil.format("2022-08-01", "2023-08-01"))
    await it.settled()
    early = await it.send("absence", ABSENCE + "".join(f"6901124001;2022-09-{d:02};illness;1\n" for d in range(1, 15)))
    assert counts(early) == (0, 0, 14, 0), "the calendar is not known yet"
    await it.send("calendars", "institution_number;date\n" + "".join(f"209001;2022-09-{d:02}\n" for d in days))
    await it.settled()

    async def placed() -> bool:
        return (await it.now("absence", early)).parked_now == 0

    await until(placed)
    early = await it.now("absence", early)
    assert (early.parked_now, early.refused_later) == (0, 4), "four of the days are no school days"
    await it.send("completeness", "institution_number;month\n209001;2022-09\n")
    await it.settled()

    async def counted(days: str) -> bool:
        """Whether the gross list counts ``days``; for "0" also whether the pupil is not on it."""
        await it.settled()
        listed = str(await it.gross_list("209001", date(2022, 9, 30)))
        return f"({days} af 22 skoledage" in listed or (days == "0" and "skoledage" not in listed)

    await until(lambda: counted("10"))
    moved = pupil.format("2022-08-01", "2022-08-01") + pupil.format("2022-09-26", "2023-08-01")
    assert counts(await it.send("pupils", PUPILS + moved)) == (2, 0, 0, 0)
    await until(lambda: counted("0"))
    back = pupil.format("2022-09-26", "2022-09-26") + pupil.format("2022-08-01", "2023-08-01")
    assert counts(await it.send("pupils", PUPILS + back)) == (2, 0, 0, 0)
    await until(lambda: counted("10"))


async def test_a_month_a_school_day_and_an_indicator_can_be_taken_back(it: MunicipalIt) -> None:
    await it.school("207001", "5A")
    await it.send("pupils", PUPILS + f"6701124001;;taken-1;Tage Opdigtsen 1;207001;{YEAR}\n")
    await it.settled()
    header = "institution_number;date;school_day\n"
    await it.send("calendars", header + "".join(f"207001;2022-09-0{d};\n" for d in range(5, 10)))
    assert counts(await it.send("calendars", header + "207001;2022-09-06;0\n")) == (1, 0, 0, 0)
    result = "6701124001;national_test;reading;4;2022-03-15;{}\n"
    assert counts(await it.send("indicators", INDICATORS + result.format("jævn"))) == (1, 0, 0, 0)
    assert counts(await it.send("indicators", INDICATORS + result.format("withdrawn"))) == (1, 0, 0, 0)
    await it.settled()
    months = "institution_number;month;reported\n207001;2022-10;{}\n"
    assert counts(await it.send("completeness", months.format("1"))) == (1, 0, 0, 0)
    assert counts(await it.send("completeness", months.format("0"))) == (1, 0, 0, 0)
    absence = await it.send("absence", ABSENCE + "6701124001;2022-09-06;illness;1\n")
    assert absence.refused_by_code == {"absence.not_a_school_day": 1}


async def test_unknown_pupils_wait_once_however_often_they_are_sent(it: MunicipalIt) -> None:
    body = (
        ABSENCE
        + "7001124001;2022-09-05;illness;1\n7001124001;2022-09-06;illness;1\n7001124002;2022-09-05;authorised;0,5\n"
    )
    receipts = [await it.send("absence", body) for _ in range(3)]
    assert [counts(receipt) for receipt in receipts] == [(0, 0, 3, 0)] * 3
    assert [(await it.now("absence", receipt)).parked_now for receipt in receipts] == [0, 0, 3]


async def test_a_changed_cpr_number_is_taken_beside_the_other_identifiers(it: MunicipalIt) -> None:
    await it.school("210001", "5A")
    row = "{};chg00001;chg-1;Ciff Opdigtsen 1;210001;" + YEAR + "\n"
    await it.send("pupils", PUPILS + row.format("7101124001"))
    before, pupil = await it.pupils(), await it.look_up("chg-1")
    assert counts(await it.send("pupils", PUPILS + row.format("7101124002"))) == (1, 0, 0, 0)
    assert (await it.pupils(), await it.look_up("chg-1")) == (before, pupil)
