"""What is wrong with a row of a file that has names of its own is said with these: file, row and column, or line and
element.
"""

import io
from collections.abc import Iterator
from dataclasses import replace

import pytest

from libs.shared.files.errors import FieldError
from libs.shared.files.file_check import FileCheck
from libs.shared.files.formats_declared import FORMATS
from libs.shared.files.kinds.pupils import CONFLICT, PUPILS
from libs.shared.files.marked_lines import read_origin, write_line
from libs.shared.files.oneroster.checking import check_roster
from libs.shared.files.sent_names import as_named_by, as_sent
from libs.shared.files.skolegrunddata.checking import check_snapshot
from tests.unit.libs.shared.files.oneroster.zips import CPR, NOW, bulk, read, replaced
from tests.unit.libs.shared.files.skolegrunddata.documents import TODAY, document, group, pupil

OURS = frozenset(name for form in FORMATS for kind in form.kinds for name in kind.names if "_" in name)

XML = {
    "a broken number": (
        document(group(), "\n\n", pupil(cpr_number="12")),
        (1, 3, "cpr_number.invalid", "CivilRegistrationNumber"),
    ),
    "no identifier at all": (
        document(group(), pupil("", cpr_number="").replace("<UserId>ask10001</UserId>", "")),
        (1, 1, "pupil.no_identifier", None),
    ),
    "no name": (
        document(group(), "\n", pupil().replace("Ask<", "<").replace("Prøvesen 17<", "<")),
        (1, 2, "value.required", "FirstName+FamilyName"),
    ),
    "a long name of a class": (
        document("\n", group(name="5" * 41), pupil()),
        (1, 2, "value.too_long", "GroupName"),
    ),
    "the class of a pupil": (
        document("\n", group(name="5" * 41), "\n", pupil()),
        (1, 3, "value.too_long", "MainGroupId"),
    ),
    "a class that ended before": (
        document(group(more="<FromDate>2022-09-01</FromDate><ToDate>sidste</ToDate>"), pupil()),
        (1, 1, "date.invalid", "ToDate"),
    ),
    "the second person": (
        document(group(), pupil(), "\n", pupil("L2", cpr_number="13").replace("ask10001", "bo100002")),
        (2, 2, "cpr_number.invalid", "CivilRegistrationNumber"),
    ),
}
ZIP = {
    "a broken number": (
        bulk(users=replaced("users", "prov0001", "x")),
        (1, 1, "uni_login.invalid", "users.csv:1:userIds"),
    ),
    "no name": (
        bulk(users=replaced("users", "Bo,Eksempelsen", ",")),
        (2, 2, "value.required", "users.csv:2:givenName+familyName"),
    ),
    "a long name of a class": (
        bulk(classes=replaced("classes", "6B", "6" * 41)),
        (2, 2, "value.too_long", "classes.csv:2:title"),
    ),
    "the end of an enrolment": (
        bulk(enrollments=replaced("enrollments", "2022-08-01,2023-08-01", "2022-10-01,2022-09-01")),
        (1, 1, "membership.ends_before_start", "enrollments.csv:1:endDate"),
    ),
}


def found(files: object) -> Iterator[tuple[int, int, str, str | None]]:
    """The row, line, code and column of what is refused, whose texts name nothing of ours."""
    assert isinstance(files, list)
    for each in files:
        assert isinstance(each, FileCheck)
        for row in each.shown:
            for error in row.errors:
                assert not any(name in error.said.da or name in error.said.en for name in OURS), error
                yield row.row, row.line, error.said.code, error.column


@pytest.mark.parametrize("case", XML)
def test_xml_is_refused_by_line_and_element(case: str) -> None:
    content, expected = XML[case]
    checked = check_snapshot(io.BytesIO(content.encode()), today=TODAY)
    assert checked.problem is None
    assert expected in list(found(checked.files))


@pytest.mark.parametrize("case", ZIP)
def test_a_zip_is_refused_by_file_row_and_column(case: str) -> None:
    content, expected = ZIP[case]
    checked = check_roster(io.BytesIO(content), now=NOW)
    assert checked.problem is None
    assert expected in list(found(checked.files))


def test_a_cpr_number_is_named_by_the_column_that_it_stood_in() -> None:
    ids = as_named_by("oneroster", "pupils", (17, 3, 2, 4), [FieldError(CONFLICT, "cpr_number")])
    identifier = as_named_by("oneroster", "pupils", (17, 3, 2, 4, 3), [FieldError(CONFLICT, "cpr_number")])
    assert [each.column for each in (*ids, *identifier)] == ["users.csv:3:userIds", "users.csv:3:identifier"]
    moved = replaced("users", f'"{{CPR:{CPR}}},{{UNI-Login:prov0001}}",Ask,Prøvesen,Bo,', f",Ask,,Bo,{CPR}")
    numbers = {row.position: row.numbers for row in read(bulk(users=moved))[0] if row.kind == PUPILS.name}
    assert numbers == {1: (1, 1, 1, 2, 1), 2: (2, 2, 2, 3, 0)}


def test_what_the_zip_does_not_have_is_named_by_the_reference_to_it() -> None:
    given = [FieldError("x", name) for name in ("name", "class_name", "institution_number", "valid_from", None)]
    told = as_named_by("oneroster", "pupils", (17,), given)
    assert [each.column for each in told] == [
        "enrollments.csv:17:userSourcedId",
        "enrollments.csv:17:classSourcedId",
        "enrollments.csv:17:schoolSourcedId",
        "enrollments.csv:17:beginDate",
        None,
    ]
    # A row that waited has lost its numbers; its own is that of the receipt.
    assert as_named_by("oneroster", "pupils", (), given[:1])[0].column == "enrollments.csv:userSourcedId"
    assert as_named_by("skolegrunddata", "pupils", (), given[:1])[0].column == "FirstName+FamilyName"


def test_other_files_and_names_of_the_file_itself_stay_as_they_are() -> None:
    error = FieldError("x", "cpr_number")
    assert as_named_by("", "pupils", (), [error]) == [error]
    own = FieldError("x", "users.csv:1:status")
    assert as_named_by("oneroster", "pupils", (1, 1), [own]) == [own]
    assert as_sent("pupils", '{"name":"cut o', 5, [error]) == (5, [error])
    assert as_sent("pupils", write_line({"name": "a"}, ()).decode(), 5, [error]) == (5, [error])
    assert read_origin(write_line({}, [error], "skolegrunddata", (8,)).decode()) == ("skolegrunddata", [8])


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_a_format_says_where_each_column_of_each_kind_comes_from(form: object) -> None:
    known = next(each for each in FORMATS if each is form)
    less = {**known.origins, PUPILS.name: {}}
    with pytest.raises(TypeError, match="cpr_number"):
        replace(known, origins=less)


def test_what_is_noticed_of_many_rows_is_named_without_their_numbers() -> None:
    nobody = pupil("L2", cpr_number="0000000000").replace("ask10001", "bo100002")
    checked = check_snapshot(io.BytesIO(document(group(), pupil(), nobody).encode()), today=TODAY)
    assert [(each.column, each.count) for file in checked.files for each in file.notices] == [
        ("CivilRegistrationNumber", 1)
    ]
    zero = check_roster(io.BytesIO(bulk(users=replaced("users", CPR, "0000000000"))), now=NOW)
    (notice,) = [each for file in zero.files for each in file.notices]
    assert (notice.column, notice.count) == ("users.csv:identifier+userIds", 1)
    assert all("users.csv:identifier+userIds" in text for text in notice.messages.values())
