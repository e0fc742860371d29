"""The zips themselves: readable, reproducible, and of numbers that are nobody's."""

import csv
import hashlib
import io
import re
import zipfile
from datetime import date
from pathlib import Path

from synthetic.__main__ import main
from synthetic.layout import lay_out
from synthetic.oneroster import changes, files

SINCE, ON = date(2022, 12, 1), date(2023, 2, 1)


def rows_of(path: Path, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(path) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(name).decode())))


def test_a_zip_has_as_many_rows_as_it_says_and_numbers_that_are_nobodys(tmp_path: Path) -> None:
    for one in files.write(tmp_path, code="101", pupils=300, seed=7):
        path = tmp_path / one.path
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
        assert {name: len(rows_of(path, name)) for name in one.files} == one.files
        numbers = re.findall(
            r"\b[0-9]{10}\b", str([(x["identifier"], x["userIds"]) for x in rows_of(path, "users.csv")])
        )
        assert len(numbers) > 250
        assert all(int(number[:2]) > 60 for number in numbers)
        listed = {each["propertyName"]: each["value"] for each in rows_of(path, "manifest.csv")}
        assert {f"file.{name.removesuffix('.csv')}" for name in one.files} == {
            name for name, value in listed.items() if value == "bulk"
        }


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for folder in "ab":
        files.write(tmp_path / folder, code="101", pupils=60, seed=7)
    first, second = (
        {path.name: hashlib.sha256(path.read_bytes()).digest() for path in (tmp_path / folder).iterdir()}
        for folder in "ab"
    )
    assert first == second


def test_a_delta_has_the_pupils_who_moved_and_three_others(tmp_path: Path) -> None:
    one, *rest = files.write(tmp_path, code="101", pupils=600, seed=7, years=(1,), since=SINCE, on=ON)
    layout = lay_out("101", 600, 7)
    moved = changes.moved(layout, 1, SINCE, ON)
    assert rest == []
    assert one.mode == "delta"
    assert moved
    assert one.files == {"enrollments.csv": 2 * len(moved) + 1, "users.csv": 3, "roles.csv": 1}
    path = tmp_path / one.path
    assert {each["status"] for name in one.files for each in rows_of(path, name)} == {"active", "tobedeleted"}
    assert all(each["dateLastModified"].startswith("2023-02-01T") for name in one.files for each in rows_of(path, name))


def test_the_command_writes_bulks_and_deltas(tmp_path: Path, capsys: object) -> None:
    assert main(["oneroster", "--out", str(tmp_path), "--pupils", "60", "--clean"]) == 0
    assert (
        main(["oneroster", "--out", str(tmp_path), "--pupils", "60", "--since", "2022-12-01", "--on", "2023-02-01"])
        == 0
    )
    assert len(list(tmp_path.glob("*.zip"))) == 4
    assert main(["oneroster", "--out", str(tmp_path), "--pupils", "1"]) == 2
    del capsys
