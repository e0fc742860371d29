"""The same municipality as CSV, SkoleGrunddata and OneRoster: the same rows, and the expected refusals."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from libs.shared.files.oneroster.archive.source import OpenFile
from libs.shared.files.oneroster.checking import RosterCheck, check_roster
from libs.shared.files.oneroster.reader import RosterReader
from libs.shared.files.skolegrunddata.reader import SnapshotReader
from libs.shared.files.skolegrunddata.rows import Row
from synthetic import registers
from synthetic.layout import lay_out
from synthetic.oneroster import files, forecast
from synthetic.skolegrunddata import files as snapshots

NOW = datetime(2023, 9, 1, tzinfo=UTC)
DAY = date(2023, 5, 2)
MUNICIPALITY: dict[str, Any] = {"code": "101", "pupils": 300, "seed": 7}
SCHOOL = "910101"
_PUPIL = ("cpr_number", "uni_login", "local_id", "name", "institution_number", "school_year", "class_name")


def of_csv(out: Path) -> Iterator[dict[str, str]]:
    for name, charset in (("pupils.csv", "utf-8"), ("pupils-late.csv", "iso-8859-1")):
        for row in csv.DictReader(io.StringIO((out / name).read_bytes().decode(charset)), delimiter=";"):
            yield row | {name: _iso(row[name]) for name in ("valid_from", "valid_to")}


def _iso(text: str) -> str:
    return text if text[4:5] == "-" else "-".join(reversed(text.split("-")))


def of_zip(path: Path, kind: str) -> list[Mapping[str, str]]:
    with path.open("rb") as opened, RosterReader(OpenFile(opened), NOW) as reader:
        reader.begin()
        return [row.fields for row in reader.rows() if row.kind == kind and not row.errors]


def of_xml(path: Path, kind: str) -> list[Row]:
    reader = SnapshotReader(NOW.date())
    return [row for row in reader.feed(path.read_bytes()) + reader.end() if row.kind == kind and not row.errors]


def whole(fields: Mapping[str, str]) -> tuple[str, ...]:
    """A pupil's row with its days; one that is not said is that of the school year."""
    year = fields["school_year"]
    first, after = fields["valid_from"] or f"{year[:4]}-08-01", fields["valid_to"] or f"{year[5:]}-08-01"
    return (*(fields[name] for name in _PUPIL), first, after)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("formats")
    layout = lay_out(**MUNICIPALITY)
    for register in (registers.pupils, registers.late_roster, registers.classes):
        register(out, layout)
    snapshots.write(out, **MUNICIPALITY, packages=("fullmyndighed",), years=(1,), on=DAY, dirty=False)
    files.write(out, **MUNICIPALITY, years=(1,), on=DAY, dirty=False)
    return out


def test_a_school_has_the_same_rows_in_three_formats(written: Path) -> None:
    found = of_zip(written / "oneroster-101-2022-2023.zip", "pupils")
    of_school = {whole(each) for each in found if each["institution_number"] == SCHOOL}
    rows = [each for each in of_csv(written) if each["school_year"] == "2022/2023"]
    mistyped = {each["local_id"] for each in rows if each["cpr_number"] and not each["cpr_number"].isdigit()}
    in_csv = {whole(each) for each in rows if each["institution_number"] == SCHOOL and each["local_id"] not in mistyped}
    assert {each for each in of_school if each[2] not in mistyped} == in_csv
    assert len(in_csv) > 60
    # SkoleGrunddata has the day of the export alone: nobody's former class, and the class's days for the pupil's own.
    in_xml = of_xml(written / f"skolegrunddata-{SCHOOL}-2022-2023.xml", "pupils")
    moved = {
        each["local_id"] for each in found if each["valid_from"] != "2022-08-01" or each["valid_to"] != "2023-08-01"
    }
    stayed = {each for each in of_school if each[2] not in moved}
    assert {whole(row.fields) for row in in_xml if row.fields["local_id"] not in moved} == stayed
    protected = {each["local_id"] for each in found if each["name_protected"] == "true"}
    assert protected
    assert {row.fields["local_id"] for row in in_xml if row.fields["name_protected"] == "true"} == {
        each[2] for each in of_school if each[2] in protected
    }


def test_the_municipalitys_pupils_and_classes_are_those_of_the_csv_files(written: Path) -> None:
    zipped = written / "oneroster-101-2022-2023.zip"
    rows = [each for each in of_csv(written) if each["school_year"] == "2022/2023"]
    names = ("local_id", "class_name", "valid_from", "valid_to")
    # The CSV files have one pupil more, of no roster, with an impossible CPR number.
    others = {each["local_id"] for each in rows} - {each["local_id"] for each in of_zip(zipped, "pupils")}
    assert len(others) == 1
    assert Counter(tuple(each[name] for name in names) for each in of_zip(zipped, "pupils")) == Counter(
        {tuple(each[name] for name in names): 1 for each in rows if each["local_id"] not in others}
    )
    text = (written / "classes.csv").read_text("utf-8")
    columns = ("institution_number", "school_year", "name", "grade", "kind")
    expected = {
        tuple(row[name] for name in columns)
        for row in csv.DictReader(io.StringIO(text), delimiter=";")
        if row["school_year"] == "2022/2023"
    }
    assert {tuple(row[name] for name in columns) for row in of_zip(zipped, "classes")} == expected


def test_each_zip_gives_the_expected_counts_and_refusals(tmp_path: Path) -> None:
    made = files.write(tmp_path, **MUNICIPALITY)
    assert forecast.read(tmp_path) == made
    for one in made:
        found = check_roster(tmp_path / one.path, now=NOW)
        assert found.problem is None
        assert found.head
        assert (found.head.source, found.head.mode) == (one.source, one.mode)
        assert [each.rows for each in found.files] == [one.classes, one.pupils]
        assert _refused(found) == {(each.kind, each.row, each.code) for each in one.refused}
        assert dict(found.ignored) == one.ignored
        assert set(found.institutions) == set(one.institution_numbers)
        assert {name: count for name, count in one.files.items() if name in found.rows} == found.rows


def _refused(found: RosterCheck) -> set[tuple[str, int, str]]:
    return {
        (each.kind.name, row.row, row.errors[0].said.code) for each in found.files if each.kind for row in each.shown
    }
