"""``skoleloeft check`` of a OneRoster zip: what it prints, and what the exit code says."""

import json
from pathlib import Path

import pytest

from apps.cli.kinds import kind_of, media_of_kind
from apps.cli.main import main
from tests.unit.libs.shared.files.oneroster.zips import bulk, manifest, replaced, zipped

GOOD = bulk()
BAD = bulk(users=replaced("users", "{CPR:7101120008}", "{CPR:101120008}"))


def written(tmp_path: Path, content: bytes, name: str = "kommune.zip") -> str:
    path = tmp_path / name
    path.write_bytes(content)
    return str(path)


@pytest.mark.parametrize("name", ["kommune.zip", "udtraek.dat"])
def test_a_zip_is_recognised_by_its_first_bytes(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert main(["check", written(tmp_path, GOOD, name), "--language", "en"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "OneRoster 1.2 (bulk) of Prøveadministration, 2022-11-10T16:00:00+00:00." in said
    assert "enrollments.csv 4" in said
    assert "Rows of pupils by institution: 910101 1, 910102 1." in said
    assert "1 parents and guardians" in said
    assert ": pupils, 2 rows: 2 without an error" in said
    assert "the whole truth about its schools" in said


def test_a_refused_pupil_is_shown_by_file_row_and_column_and_never_by_value(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", written(tmp_path, BAD), "--format", "json"]) == 1
    said = capsys.readouterr().out
    found = json.loads(said)
    assert (found["format"], found["mode"], found["institutions"]) == ("oneroster", "bulk", {"910102": 1})
    error = found["files"][1]["refused_rows"][0]["errors"][0]
    assert (error["code"], error["column"]) == ("oneroster.cpr_zero_lost", "users.csv:1:userIds")
    assert "101120008" not in said


@pytest.mark.parametrize(
    ("content", "code", "exit_code"),
    [
        (GOOD[:-30], "zip.truncated", 2),
        (zipped({"x.csv": ""}), "oneroster.manifest_missing", 2),
        (zipped({"manifest.csv": manifest(["users.csv"], "delta"), "users.csv": "a"}), "oneroster.header_missing", 1),
    ],
)
def test_a_zip_that_is_refused_as_a_whole_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, code: str, exit_code: int
) -> None:
    assert main(["check", written(tmp_path, content)]) == exit_code
    assert code in capsys.readouterr().out


def test_a_delta_says_what_only_the_server_knows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head = "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role\n"
    row = "e1,tobedeleted,2022-11-10T10:00:00Z,c,a,u,student\n"
    files = {"enrollments.csv": head + row}
    content = zipped({"manifest.csv": manifest(files, "delta"), **files})
    assert main(["check", written(tmp_path, content), "--language", "en"]) == 0
    assert "1 rows refer to something of earlier files" in " ".join(capsys.readouterr().out.split())


def test_a_zip_is_sent_as_it_is(tmp_path: Path) -> None:
    assert kind_of(Path(written(tmp_path, GOOD)), "utf-8") == "oneroster"
    assert media_of_kind("oneroster") == "application/zip"
