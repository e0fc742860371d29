"""``skoleloeft check`` of data files: its output and its exit codes. CPR numbers belong to nobody."""

import gzip
import json
from pathlib import Path

import pytest

from apps.cli.main import main
from tests.unit.apps.cli.test_check import WHOLE

HEAD = "pupil;date;category;days\n"
GOOD = "6101120008;2022-09-05;illness;1\n"
BAD = "610112000;2022-09-06;illness;1\n"


def written(tmp_path: Path, name: str, content: str | bytes) -> str:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("absence.csv", HEAD + GOOD),
        ("absence.csv.gz", gzip.compress((HEAD + GOOD).encode(), mtime=0)),
        ("export.txt", HEAD + GOOD),
        ("absence.ndjson", '{"pupil": "6101120008", "date": "2022-09-05", "category": "illness", "days": 1}\n'),
        ("absence.json", '{"pupil": "6101120008", "date": "2022-09-05", "category": "illness", "days": 1}\n'),
    ],
)
def test_a_file_of_data_is_told_from_a_plan_by_its_first_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: str | bytes
) -> None:
    assert main(["check", written(tmp_path, name, content), "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert ": absence, 1 rows: 1 without an error, 0 would be refused." in said
    assert "Only the platform can tell" in said


def test_refused_rows_are_counted_by_code_and_shown_by_row_line_and_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, "absence.csv", HEAD + GOOD + BAD * 3)
    assert main(["check", file, "--most", "2"]) == 1
    said = capsys.readouterr().out
    assert "absence, 4 rækker: 1 uden fejl, 3 vil blive afvist." in said
    lines = [line.split() for line in said.splitlines()]
    assert ["3", "cpr_number.invalid"] in [line[:2] for line in lines]
    assert [line for line in lines if line[:1] in (["2"], ["3"]) and len(line) == 5] == [
        ["2", "3", "pupil", "cpr_number.invalid", "digits(9)"],
        ["3", "4", "pupil", "cpr_number.invalid", "digits(9)"],
    ]
    assert "… og 1 rækker mere." in said
    assert "610112000" not in said


def test_as_json_the_check_is_a_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", written(tmp_path, "absence.csv", HEAD + BAD), "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["kind"], found["rows"], found["refused"]) == ("absence", 1, 1)
    assert found["refused_rows"][0]["errors"][0]["code"] == "cpr_number.invalid"


def test_options_say_what_the_file_does_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path, "absence.csv", HEAD + "101-00001;2022-09-05;illness;1\n")
    assert main(["check", file]) == 1
    assert main(["check", file, "--identifier", "local_id"]) == 0
    assert main(["check", written(tmp_path, "x.csv", HEAD + GOOD), "--kind", "pupils"]) == 1
    assert main(["check", file, "--charset", "klingon"]) == 2
    capsys.readouterr()


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        ("pupil;datte;category;days\n", 1, "column.unknown"),
        ("a;b\n1;2\n", 2, "file.kind_not_recognised"),
        ("", 2, "file.empty"),
    ],
)
def test_a_file_that_would_be_refused_whole_is_told_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, code: int, said: str
) -> None:
    assert main(["check", written(tmp_path, "absence.csv", content)]) == code
    assert said in capsys.readouterr().out


def test_plans_and_files_of_data_are_checked_in_one_call(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = written(tmp_path, "plan.json", json.dumps(WHOLE))
    data = written(tmp_path, "absence.csv", HEAD + GOOD)
    assert main(["check", plan, data]) == 0
    said = capsys.readouterr().out
    assert "Planen kan indsendes." in said
    assert "1 uden fejl" in said
    assert main(["check", plan, written(tmp_path, "bad.csv", HEAD + BAD)]) == 1
