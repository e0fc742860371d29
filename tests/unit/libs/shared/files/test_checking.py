"""The check of a file without a server: its kind and its errors, without any value of the file."""

import gzip
import io
import json
from datetime import date
from pathlib import Path

import pytest

from libs.shared.base.settings import ServiceSettings
from libs.shared.files.checking import check_file
from libs.shared.files.cut import FILE_BYTES
from libs.shared.files.file_check import FileCheck
from libs.shared.files.kinds.declared import KINDS
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.runtime.imports import UNPACKED_FACTOR

TODAY = date(2023, 9, 1)
HEADER = "pupil;date;category;days\n"
FINE = "6101120008;2022-09-05;illness;1\n"


def checked(text: str | bytes, **how: object) -> FileCheck:
    data = text.encode() if isinstance(text, str) else text
    return check_file(io.BytesIO(data), **{"today": TODAY, **how})  # type: ignore[arg-type]  # as the function takes them


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_a_template_tells_its_kind_and_has_no_rows(kind: object) -> None:
    check = checked(kind.template())  # type: ignore[attr-defined]  # a kind
    assert check.kind is kind
    assert check.problem is not None
    assert check.problem.code == "file.empty"


def test_a_returned_file_and_one_with_a_slip_in_its_header_are_told_by_the_names_they_share() -> None:
    returned = checked("_row;_code;_reason_da;_reason_en;" + HEADER + "1;x;x;x;" + FINE)
    assert (returned.kind and returned.kind.name, returned.rows, returned.ok) == ("absence", 1, True)
    slip = checked(HEADER.replace("category", "catgory") + FINE)
    assert slip.kind is not None
    assert slip.problem is not None
    assert (slip.kind.name, slip.problem.code) == ("absence", "column.unknown")
    assert "category" in slip.problem.en


@pytest.mark.parametrize("text", ["name;age\nx;1\n", "{}\n", "hello\n", "institution_number\n101001\n"])
def test_a_header_of_no_kind_is_refused_with_the_names_of_all_kinds(text: str) -> None:
    check = checked(text)
    assert check.kind is None
    assert check.problem is not None
    assert check.problem.code == "file.kind_not_recognised"
    assert all(kind.name in check.problem.da for kind in KINDS)
    named = checked(text, kind="absence")
    assert named.kind is not None
    assert (named.kind.name, named.ok) == ("absence", False)


def test_a_kind_a_character_set_and_an_empty_file_that_cannot_be_are_problems_of_the_file() -> None:
    for check, code in (
        (checked(HEADER + FINE, kind="absences"), "import.kind_unknown"),
        (checked(HEADER + FINE, charset="ebcdic"), "import.charset"),
        (checked(""), "file.empty"),
        (checked((HEADER + FINE).encode("utf-16")), "encoding.utf16"),
        (checked(gzip.compress((HEADER + FINE).encode())[:-9]), "gzip.truncated"),
    ):
        assert check.problem is not None
        assert (check.problem.code, check.rows) == (code, 0)
        assert check.problem.da != check.problem.en


def test_gzip_ndjson_and_a_path_are_read_alike(tmp_path: Path) -> None:
    fields = dict(zip(HEADER.strip().split(";"), FINE.strip().split(";"), strict=True))
    path = tmp_path / "absence.csv"
    path.write_text(HEADER + FINE, encoding="utf-8")
    checks = [
        checked(gzip.compress((HEADER + FINE).encode())),
        checked("\n" + json.dumps(fields) + "\n"),
        check_file(path, today=TODAY),
    ]
    assert [(each.rows, each.ok, each.media) for each in checks] == [
        (1, True, each) for each in ("csv", "ndjson", "csv")
    ]
    with pytest.raises(FileNotFoundError):
        check_file(tmp_path / "none.csv")


def test_refused_rows_have_row_line_and_remedy_and_no_value() -> None:
    secret = "6101120009x"
    check = checked(
        HEADER + "\n" + FINE + f"{secret};2022-09-06;illness;1\n" + FINE + "6101120008;2024-01-01;illness;9\n"
    )
    assert [(row.row, row.line) for row in check.shown] == [(3, 4), (4, 5), (5, 6)]
    assert [[error.said.code for error in row.errors] for row in check.shown] == [
        ["cpr_number.invalid"],
        ["row.duplicate"],
        ["date.in_future", "absence.over_one_day"],
    ]
    assert (check.rows, check.fine, check.refused) == (4, 1, 3)
    assert {each.said.code: each.rows for each in check.codes} == {
        "cpr_number.invalid": 1,
        "row.duplicate": 1,
        "date.in_future": 1,
    }
    written = json.dumps(check.as_json(), ensure_ascii=False)
    assert secret not in written
    assert "6101120008" not in written
    assert check.shown[0].errors[0].value_class == "text"
    assert "row 2" in check.shown[1].errors[0].said.en


def test_the_first_refused_rows_are_shown_in_order_with_repeated_rows_of_other_chunks_among_them() -> None:
    rows = [f"61011200{n % 100:02};2022-{1 + n // 2800:02}-{1 + n // 100 % 28:02};illness;1\n" for n in range(25_000)]
    rows[24_000] = rows[7]
    rows[100] = "x\n"
    rows[24_500] = "y\n"
    check = checked(HEADER + "".join(rows), most_shown=2)
    assert (check.rows, check.refused) == (25_000, 3)
    assert [row.row for row in check.shown] == [101, 24_001]


def test_a_file_with_nine_of_ten_rows_refused_is_stopped_as_on_the_server() -> None:
    check = checked(HEADER + "x;y;z;v\n" * 30_000)
    assert check.problem is not None
    assert check.problem.code == "file.too_many_refused"
    assert check.rows < 30_000


def test_identifiers_of_another_kind_are_read_when_they_are_declared() -> None:
    row = "prov0001;2022-09-05;illness;1\n"
    assert not checked(HEADER + row).ok
    assert checked(HEADER + row, identifier=IdentifierKind.UNI_LOGIN).ok


def test_placeholders_that_are_read_as_empty_are_counted() -> None:
    header = "cpr_number;uni_login;local_id;name;institution_number;school_year;class_name;valid_from\n"
    check = checked(header + "6101120008;NULL;;Ask Prøvesen 1;101001;2022/2023;5A;2022-08-01\n")
    assert check.ok
    assert [(each.code, each.column, each.count) for each in check.notices] == [
        ("identifier.placeholder", "uni_login", 1)
    ]


def test_rules_that_need_what_is_stored_are_named_with_their_remedies() -> None:
    codes = {said.code for said in checked(HEADER + FINE).needs_server}
    assert {"pupil.unknown", "absence.not_a_school_day", "institution_number.outside_scope"} <= codes
    assert not codes & {"date.invalid", "category.unknown"}
    schools = checked("institution_number;name;kind\n101001;Skolen;public\n")
    assert "pupil.unknown" not in {said.code for said in schools.needs_server}


def test_progress_tells_the_bytes_read() -> None:
    seen: list[int] = []
    text = HEADER + FINE
    checked(text, progress=seen.append)
    assert seen[-1] == len(text.encode())


def test_the_largest_file_is_that_of_an_installation_without_settings_of_its_own() -> None:
    assert ServiceSettings.model_fields["max_body_bytes"].default * UNPACKED_FACTOR == FILE_BYTES
