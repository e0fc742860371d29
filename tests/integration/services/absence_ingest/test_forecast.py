"""A synthetic municipality's absence gives the expected results, row by row."""

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path
from uuid import uuid5

import pytest

from libs.shared.contracts.registration import CalendarChanged, Membership, PupilChanged, SchoolChanged
from libs.shared.contracts.state import LookupKey, State
from libs.shared.imports.receipts.receipt import Receipt
from libs.shared.privacy.identifiers import IdentifierInvalid, IdentifierKind, normalise
from libs.shared.privacy.keys import LookupKeys
from libs.shared.values.school_years import school_year_of
from synthetic import municipality
from synthetic.forecast import Expected, FileForecast, Forecast, RefusedRow
from tests.factories.files import counts
from tests.integration.services.absence_ingest.service import AbsenceIngest, pupil_id, school_id


def table(path: Path, charset: str) -> list[dict[str, str]]:
    """A CSV file's rows."""
    text = path.read_bytes().decode(charset).removeprefix("\ufeff")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


def day(text: str) -> date:
    """The date of a text in ISO form or with the day first."""
    return date.fromisoformat(text if text[4] == "-" else "-".join(reversed(text.split("-"))))


def schools_and_calendars(out: Path) -> list[State]:
    """The states of the schools and calendars, as registration would publish them."""
    schools: list[State] = [
        SchoolChanged(
            aggregate_version=1,
            municipality_code="101",
            school_id=school_id(row["institution_number"]),
            institution_number=row["institution_number"],
            kind=row["kind"],
        )
        for row in table(out / "schools.csv", "utf-8")
    ]
    days: dict[tuple[str, str], list[date]] = defaultdict(list)
    for row in table(out / "calendars.csv", "utf-8"):
        days[row["institution_number"], school_year_of(day(row["date"]))].append(day(row["date"]))
    return schools + [
        CalendarChanged(
            aggregate_version=1,
            municipality_code="101",
            school_id=school_id(number),
            institution_number=number,
            school_year=year,
            school_days=found,
        )
        for (number, year), found in days.items()
    ]


def pupils(rows: list[dict[str, str]], keys: LookupKeys) -> list[State]:
    """The states of the pupils in a roster, as registration would publish them, without pupils with an invalid
    identifier.
    """
    by_pupil: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        by_pupil[row["local_id"]].append(row)
    states: list[State] = []
    for local_id, own in by_pupil.items():
        lookup: list[LookupKey] = []
        try:
            for kind in IdentifierKind:
                if identifier := own[0][kind.value]:
                    values = keys.all_values(kind, normalise(kind, identifier), "101")
                    lookup += [LookupKey(kind=kind.value, key_id=key_id, value=value) for key_id, value in values]
        except IdentifierInvalid:
            continue
        states.append(
            PupilChanged(
                aggregate_version=1,
                municipality_code="101",
                pupil_id=pupil_id(local_id),
                person_id=pupil_id(f"person {local_id}"),
                has_cpr_number=bool(own[0]["cpr_number"]),
                lookup_keys=lookup,
                memberships=[
                    Membership(
                        class_id=uuid5(school_id(row["institution_number"]), row["class_name"]),
                        school_id=school_id(row["institution_number"]),
                        institution_number=row["institution_number"],
                        school_year=row["school_year"],
                        grade=0,
                        valid_from=day(row["valid_from"]),
                        valid_to=day(row["valid_to"]),
                    )
                    for row in own
                ],
            )
        )
    return states


async def check(ingest: AbsenceIngest, out: Path, file: FileForecast) -> None:
    """Send a file and compare its receipt with the expected counts."""
    charset = file.content_type.partition("charset=")[2]
    identifier = IdentifierKind(file.identifier or "cpr_number")
    content = (out / file.path).read_bytes()
    # As in the journey: files are sent after a position at which registration's events have all arrived.
    how = {"charset": charset, "identifier": identifier, "chunk_bytes": 20_000, "after": "told"}
    receipt = await ingest.send(file.kind, content, **how)
    assert receipt.chunks > 1 or file.kind == "completeness"
    found = await ingest.refused(receipt)
    assert [RefusedRow(row, column, code) for row, (column, code) in found.items()] == file.refused_rows, file.path
    assert (receipt.rows, expected(receipt)) == (file.rows, file.expected), file.path


def expected(receipt: Receipt) -> Expected:
    """A receipt's counts as ``Expected``."""
    by_code = dict(sorted(receipt.refused_by_code.items()))
    return Expected(receipt.accepted, receipt.unchanged, receipt.parked, receipt.refused, by_code)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path


async def test_every_row_is_accepted_parked_or_refused_as_foretold_and_the_rest_follows(
    empty: AbsenceIngest, out: Path
) -> None:
    told: Forecast = municipality.write(out, code="101", pupils=600, seed=7)
    keys = LookupKeys(empty.lookup_keys)
    await empty.take(schools_and_calendars(out))
    await empty.take(pupils(table(out / "pupils.csv", "utf-8"), keys))

    files = [file for file in told.files if file.service == "absence_ingest"]
    for file in files:
        await check(empty, out, file)
    for correction in (one for one in told.corrections if one.service == "absence_ingest"):
        assert expected(await empty.send("absence", correction.content)) == correction.expected, correction.path

    waiting = sum(len(parked.rows) for parked in told.late_class.parked)
    unknown = len(told.unknown_pupil.rows)
    assert await empty.rows("SELECT count(*) FROM parked_row") == [(waiting + unknown,)]
    before = len(await empty.events())
    await empty.take(pupils(table(out / told.late_class.roster, "iso-8859-1"), keys))
    await empty.settle()
    assert await empty.rows("SELECT count(*) FROM parked_row") == [(unknown,)]
    assert await empty.rows("SELECT count(*) FROM import_refusal WHERE replayed") == [(0,)]

    accepted = sum(file.expected.accepted for file in files if file.kind == "absence") + waiting
    corrected = sum(one.expected.accepted for one in told.corrections if one.service == "absence_ingest")
    assert await empty.rows("SELECT count(*) FROM absence_day") == [(accepted + corrected,)]

    events = await empty.events()
    assert len(events) > before
    newest = {(event["pupil_id"], event["month"]): event for event in events}
    months = await empty.months()
    assert {(str(pupil), month) for pupil, month in months} == set(newest)
    for (pupil, month), (illness, authorised, unauthorised, version) in months.items():
        event = newest[str(pupil), month]
        assert event["aggregate_version"] == version
        given = [float(event[name]) * 2 for name in ("illness", "authorised", "unauthorised")]
        assert given == [illness, authorised, unauthorised]
    reported = {(event["institution_number"], event["month"]) for event in await empty.events("absence.completeness")}
    assert len(reported) == files[0].expected.accepted


async def test_the_same_files_again_change_nothing_and_say_nothing(empty: AbsenceIngest, out: Path) -> None:
    told = municipality.write(out, code="101", pupils=600, seed=7)
    await empty.take(schools_and_calendars(out))
    await empty.take(pupils(table(out / "pupils.csv", "utf-8"), LookupKeys(empty.lookup_keys)))
    file = next(file for file in told.files if file.path.startswith("absence") and not file.expected.refused)
    for number in ("first", "second"):
        receipt = await empty.send("absence", (out / file.path).read_bytes())
        events = len(await empty.events())
        if number == "first":
            first = events
            assert receipt.accepted == file.expected.accepted
        else:
            assert counts(receipt)[:2] == (0, file.expected.accepted)
            assert events == first
