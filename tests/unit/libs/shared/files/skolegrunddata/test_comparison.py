"""The same municipality as CSV and as XML: the same pupils in the same classes, and the expected refusals."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from libs.shared.files.skolegrunddata.checking import SnapshotCheck, check_snapshot
from libs.shared.files.skolegrunddata.reader import SnapshotReader
from libs.shared.files.skolegrunddata.rows import Row
from synthetic import municipality
from synthetic.skolegrunddata import files, forecast
from synthetic.skolegrunddata.forecast import SnapshotForecast
from tests.unit.libs.shared.files.skolegrunddata.documents import TODAY

DAY = date(2023, 5, 2)
MUNICIPALITY = {"code": "101", "pupils": 600, "seed": 7}
LATE = "pupils-late.csv"


def of_csv(out: Path, day: date) -> Iterator[tuple[str, ...]]:
    """The rows of pupils and of classes that hold on a day, whoever comes late among them."""
    for name, charset in (("pupils.csv", "utf-8"), (LATE, "iso-8859-1")):
        for row in csv.DictReader(io.StringIO((out / name).read_bytes().decode(charset)), delimiter=";"):
            first, after = (_day(row[column]) for column in ("valid_from", "valid_to"))
            if first <= day < after:
                yield (
                    *(row[column] for column in ("cpr_number", "uni_login", "local_id", "name")),
                    *(row[column] for column in ("institution_number", "school_year", "class_name")),
                )


def _day(text: str) -> date:
    parts = text.split("-") if text[4] == "-" else text.split("-")[::-1]
    return date(*map(int, parts))


def of_xml(out: Path, one: SnapshotForecast, kind: str) -> list[Row]:
    reader = SnapshotReader(TODAY)
    rows = reader.feed((out / one.path).read_bytes()) + reader.end()
    return [row for row in rows if row.kind == kind and not row.errors]


@pytest.mark.parametrize("package", ["import", "medium", "full", "fullmyndighed"])
def test_pupils_and_classes_are_those_of_the_csv_files(tmp_path: Path, package: str) -> None:
    municipality.write(tmp_path, **MUNICIPALITY)  # type: ignore[arg-type]  # as the function takes them
    written = files.write(tmp_path, **MUNICIPALITY, packages=(package,), years=(1,), on=DAY, dirty=False)  # type: ignore[arg-type]
    mistyped = {row for row in of_csv(tmp_path, DAY) if not row[0][:10].isdigit() and row[0]}
    pupils = [tuple(row.fields.values())[:7] for one in written for row in of_xml(tmp_path, one, "pupils")]
    assert len(pupils) == len(set(pupils)) == 600
    assert set(pupils) == set(of_csv(tmp_path, DAY)) - mistyped
    classes = {tuple(row.fields.values())[:5] for one in written for row in of_xml(tmp_path, one, "classes")}
    text = (tmp_path / "classes.csv").read_text("utf-8")
    expected = csv.DictReader(io.StringIO(text), delimiter=";")
    assert classes == {
        (*(row[name] for name in ("institution_number", "school_year", "name", "grade")), "unknown")
        for row in expected
        if row["school_year"] == "2022/2023"
    }


def test_a_small_package_has_the_logins_and_names_of_the_same_pupils(tmp_path: Path) -> None:
    municipality.write(tmp_path, **MUNICIPALITY)  # type: ignore[arg-type]
    written = files.write(tmp_path, **MUNICIPALITY, packages=("small",), years=(1,), on=DAY)  # type: ignore[arg-type]
    found = {
        (row.fields["uni_login"], row.fields["name"], row.fields["class_name"])
        for one in written
        for row in of_xml(tmp_path, one, "pupils")
    }
    assert {(row[1], row[3], row[6]) for row in of_csv(tmp_path, DAY)} >= found
    assert len(found) == 600


def test_each_file_gives_the_expected_counts_and_refusals(tmp_path: Path) -> None:
    written = files.write(tmp_path, **MUNICIPALITY)  # type: ignore[arg-type]
    assert forecast.read(tmp_path) == written
    assert {one.package for one in written} == {"import", "small", "medium", "full", "fullmyndighed"}
    for one in written:
        check = check_snapshot(tmp_path / one.path, today=TODAY)
        assert check.problem is None
        _compare(check, one)


def _compare(check: SnapshotCheck, one: SnapshotForecast) -> None:
    assert check.head is not None
    assert check.institution is not None
    assert (check.head.source, check.head.school_year) == (one.source, one.school_year)
    assert check.institution.number == one.institution_number
    assert (check.groups, check.persons, check.ignored) == (one.groups, one.persons, one.ignored)
    classes, pupils = check.files
    assert (classes.rows, pupils.rows) == (one.classes, one.pupils)
    found = {
        (file.kind.name, row.row, row.errors[0].said.code) for file in check.files if file.kind for row in file.shown
    }
    assert found == {(each.kind, each.position, each.code) for each in one.refused}
    assert check.ok is not bool(one.refused)
