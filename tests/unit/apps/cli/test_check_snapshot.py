"""``skoleloeft check`` of SkoleGrunddata: what it prints, and what the exit code says."""

import gzip
import json
from pathlib import Path

import pytest

from apps.cli.main import main
from tests.unit.libs.shared.files.skolegrunddata.documents import document, employee, group, pupil

GOOD = document(group(), employee(), pupil())
BAD = document(group(), employee(), pupil(cpr_number="112000811"), pupil("L2"))


def written(tmp_path: Path, content: str | bytes, name: str = "skole.xml") -> str:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


@pytest.mark.parametrize("name", ["skole.xml", "udtraek.txt", "skole.xml.gz"])
def test_a_file_of_skolegrunddata_is_recognised_by_its_first_character(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    content: str | bytes = gzip.compress(GOOD.encode()) if name.endswith(".gz") else "\ufeff" + GOOD
    assert main(["check", written(tmp_path, content, name), "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert "of Prøveadministration, 2022-11-10T16:00:00+00:00: institution 910101, school year 2022/2023." in said
    assert "The file has 1 groups and 2 persons." in said
    assert "1 employees" in said
    assert ": classes, 1 rows: 1 without an error" in said
    assert ": pupils, 1 rows: 1 without an error" in said


def test_a_refused_pupil_is_shown_by_its_number_among_the_persons_and_its_line_and_never_by_value(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = BAD.replace("<InstitutionPerson", "\n<InstitutionPerson")
    assert main(["check", written(tmp_path, lines)]) == 1
    said = capsys.readouterr().out
    assert ["2", "3", "CivilRegistrationNumber", "skolegrunddata.cpr_zero_lost", "digits(9)"] in [
        line.split() for line in said.splitlines()
    ]
    assert "ansatte" in said
    assert "112000811" not in said


def test_as_json_the_check_is_a_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", written(tmp_path, BAD), "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["format"], found["school_year"], found["persons"]) == ("skolegrunddata", "2022/2023", 3)
    assert found["source_moment"] == "2022-11-10T16:00:00+00:00"
    assert [(each["kind"], each["rows"], each["refused"]) for each in found["files"]] == [
        ("classes", 1, 0),
        ("pupils", 2, 1),
    ]
    assert found["ignored"] == {"employees": 1, "passwords": 2}


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (GOOD[:-40], 1, "xml.truncated"),
        ("<!DOCTYPE a>" + GOOD, 2, "xml.doctype"),
        ("<html/>", 2, "skolegrunddata.root_unknown"),
        (gzip.compress(GOOD.encode())[:-9], 2, "gzip.truncated"),
    ],
)
def test_a_file_that_would_be_refused_whole_is_shown_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | bytes, code: int, said: str
) -> None:
    assert main(["check", written(tmp_path, content)]) == code
    assert said in capsys.readouterr().out
