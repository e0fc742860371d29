"""What is wrong with a zip as a whole, and with single rows: each its own code, in both languages."""

import pytest

from libs.shared.base.errors import Problem
from libs.shared.files.kinds import roster_errors
from libs.shared.files.kinds.classes import CLASSES
from libs.shared.files.kinds.pupils import PUPILS
from libs.shared.files.oneroster import problems
from libs.shared.files.oneroster.archive import problems as archive_problems
from tests.unit.libs.shared.files.oneroster.test_hostile import CASES as HOSTILE
from tests.unit.libs.shared.files.oneroster.zips import (
    FILES,
    bulk,
    errors,
    manifest,
    read,
    refusal,
    replaced,
    with_row,
    zipped,
)


def with_manifest(text: str | bytes) -> bytes:
    return zipped({"manifest.csv": text, **FILES})


WHOLE = {
    "no manifest": (zipped(FILES), "oneroster.manifest_missing"),
    "another manifest version": (with_manifest(manifest(manifest__version="2.0")), "oneroster.manifest_invalid"),
    "OneRoster 1.1": (with_manifest(manifest(oneroster__version="1.1")), "oneroster.version"),
    "no version": (with_manifest(manifest(oneroster__version="-")), "oneroster.version"),
    "an unknown mode": (with_manifest(manifest(file__users="all")), "oneroster.manifest_invalid"),
    "a property twice": (with_manifest(manifest() + "file.users,bulk\n"), "oneroster.manifest_invalid"),
    "another header of the manifest": (
        with_manifest(manifest().replace("value\n", "Value\n", 1)),
        "oneroster.header_case",
    ),
    "no source": (
        with_manifest(manifest(source__systemName="", source__systemCode="-")),
        "oneroster.source_missing",
    ),
    "a source that cannot be shown": (
        with_manifest(manifest(source__systemName="a\x01")),
        "oneroster.manifest_invalid",
    ),
    "a file that is said to be absent": (
        with_manifest(manifest(file__users="absent")),
        "oneroster.manifest_contradicts",
    ),
    "a file that is not listed": (with_manifest(manifest(file__users="-")), "oneroster.manifest_contradicts"),
    "a file that is said to be there": (with_manifest(manifest(file__results="bulk")), "oneroster.file_missing"),
    "a bulk without users": (bulk(users=None), "oneroster.file_missing"),
    "a bulk without sessions": (bulk(academicSessions=None), "oneroster.file_missing"),
    "an extra file": (zipped({"manifest.csv": manifest(), **FILES, "README.txt": "x"}), "oneroster.file_unknown"),
    "a file in another case": (
        zipped({"manifest.csv": manifest()} | {name.lower(): text for name, text in FILES.items()}),
        "oneroster.file_unknown",
    ),
    "two modes": (with_manifest(manifest(file__users="delta")), "oneroster.modes_mixed"),
    "nothing that is read": (zipped({"manifest.csv": manifest([])}), "oneroster.nothing_read"),
    "no date": (zipped({"manifest.csv": manifest(), **FILES}, (1980, 1, 1, 0, 0, 0)), "oneroster.moment_missing"),
    "a date ahead": (
        zipped({"manifest.csv": manifest(), **FILES}, (2024, 1, 1, 0, 0, 0)),
        "oneroster.moment_in_future",
    ),
    "a column in another case": (bulk(users=replaced("users", "givenName", "givenname")), "oneroster.header_case"),
    "an optional column in another case": (
        bulk(users=replaced("users", "userIds", "userids")),
        "oneroster.header_case",
    ),
    "a column missing": (bulk(classes=replaced("classes", "title,", "name,")), "oneroster.header_missing"),
    "a column twice": (bulk(orgs=replaced("orgs", "identifier", "name")), "oneroster.header_repeated"),
    "too many columns": (bulk(orgs="sourcedId," + ",".join(f"m{n}" for n in range(300))), "oneroster.header_too_wide"),
    "semicolons": (bulk(orgs=FILES["orgs.csv"].replace(",", ";")), "oneroster.separator"),
    "Latin-1": (bulk(classes=FILES["classes.csv"].encode("latin-1")), "oneroster.encoding"),
    "UTF-16": (bulk(orgs=FILES["orgs.csv"].encode("utf-16")), "oneroster.encoding"),
    "UTF-16 without a mark": (bulk(orgs=FILES["orgs.csv"].encode("utf-16-le")), "oneroster.encoding"),
    "an open quotation mark": (bulk(orgs=FILES["orgs.csv"] + 'x,"y\n'), "oneroster.csv_invalid"),
    "text after a quotation mark": (bulk(orgs=FILES["orgs.csv"] + '"x"y,z\n'), "oneroster.csv_invalid"),
    "an open quotation mark far from the end": (
        bulk(orgs=FILES["orgs.csv"] + 'x,"y\n' + "a,b\n" * 200),
        "oneroster.csv_too_long",
    ),
    "a long line": (bulk(orgs=FILES["orgs.csv"] + "x" * 70_000 + "\n"), "oneroster.csv_too_long"),
    "a long line without an end": (bulk(orgs=FILES["orgs.csv"] + "x" * 300_000), "oneroster.csv_too_long"),
    "an empty file": (bulk(orgs=""), "oneroster.csv_empty"),
    "a blank line before the header": (bulk(orgs="\n" + FILES["orgs.csv"]), "oneroster.csv_empty"),
}


@pytest.mark.parametrize("case", WHOLE)
def test_a_zip_that_is_no_whole_oneroster_is_refused(case: str) -> None:
    data, code = WHOLE[case]
    assert refusal(data) == code


def test_every_refusal_of_a_zip_is_tried() -> None:
    tried = {code for _, code in (*HOSTILE.values(), *WHOLE.values())}
    # Limits and damage have tests of their own.
    elsewhere = {"zip.too_large", "zip.damaged"}
    of_imports = ("too_many_rows", "too_many_schools", "too_many_pupils", "no_pupils", "delta_without_bulk")
    elsewhere |= {f"oneroster.{each}" for each in of_imports}
    assert _codes(problems) | _codes(archive_problems) == (tried | elsewhere) - {"file.empty"}


def _codes(module: object) -> set[str]:
    return {
        each.code
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Problem) and each.__module__ == module.__name__  # type: ignore[attr-defined]
    }


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("places.MOST_PLACES", "orgs"),
        ("classes.MOST_CLASSES", "classes"),
        ("students.MOST_STUDENTS", "roles"),
        ("tables.MOST_ROWS", "manifest"),
    ],
)
def test_more_rows_than_a_municipality_has_are_refused(name: str, file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"libs.shared.files.oneroster.{name}", 1)
    with pytest.raises(problems.TooManyRows) as refused:
        read(bulk())
    assert refused.value.params["file"] == f"{file}.csv"


Found = list[tuple[str, int, str, str | None]]
Case = tuple[dict[str, str], Found]


def enrolment(row: str, code: str, column: str = "") -> Case:
    """An enrolment after the bulk's own, and what is wrong with it."""
    place = "enrollments.csv:5" + (f":{column}" if column else "")
    return {"enrollments": with_row("enrollments", row)}, [("pupils", 5, code, place)]


def a_class(row: str, code: str, place: str, **more: str) -> Case:
    """A class after the bulk's own, and what is wrong with it."""
    return {"classes": with_row("classes", row), **more}, [("classes", 4, code, place)]


def homeroom(grades: str = "5", school: str = "a", terms: str = "y22", sourced_id: str = "c9") -> str:
    """A row of classes.csv."""
    return f"{sourced_id},,,5B,{grades},f,,homeroom,,{school},{terms},,,"


def sessions(row: str) -> dict[str, str]:
    return {"academicSessions": with_row("academicSessions", row)}


ROWS: dict[str, Case] = {
    "an unknown user": enrolment("e9,,,c5,a,x,student,,,", "oneroster.user_unknown", "userSourcedId"),
    "an unknown class": enrolment("e9,,,x,a,u1,student,,,", "oneroster.class_unknown", "classSourcedId"),
    "another school": enrolment("e9,,,c5,b,u1,student,,,", "oneroster.school_contradicts", "schoolSourcedId"),
    "a teacher": enrolment("e9,,,c5,a,t1,student,,,", "oneroster.role_contradicts", "role"),
    "no role": enrolment("e9,,,c5,a,u1,,,,", "value.required", "role"),
    "an id twice": enrolment("e1,,,c5,a,u1,student,,,", "oneroster.id_repeated", "sourcedId"),
    "no id": enrolment(",,,c5,a,u1,student,,,", "value.required", "sourcedId"),
    "a long id": enrolment(f"{'x' * 300},,,c5,a,u1,student,,,", "value.too_long", "sourcedId"),
    "fewer fields": enrolment("e9,,,c5,a", "oneroster.row_columns"),
    "more fields": enrolment("e9,,,c5,a,u1,student,,,,x", "oneroster.row_columns"),
    "a wrong date": enrolment("e9,,,c5,a,u1,student,,2022-02-30,", "date.invalid", "beginDate"),
    "a Danish date": enrolment("e9,,,c5,a,u1,student,,,31-12-2022", "date.invalid", "endDate"),
    "taken away in a bulk": enrolment("e9,tobedeleted,,c5,a,u1,student,,,", "oneroster.status_in_bulk", "status"),
    "a student without a class": (
        {
            "users": with_row("users", "u3,,,,x,,Fie,Opdigtsen,,,,,,,7,"),
            "roles": with_row("roles", "r9,,,u3,primary,student,,,b,"),
        },
        [("pupils", 5, "oneroster.no_class", "users.csv:5:sourcedId")],
    ),
    "a lost zero": (
        {"users": replaced("users", "{CPR:7101120008}", "{CPR:101120008}")},
        [("pupils", 1, "oneroster.cpr_zero_lost", "users.csv:1:userIds")],
    ),
    "a lost zero in identifier": (
        {"users": replaced("users", ",Bo,Eksempelsen,,,", ",Bo,Eksempelsen,,101120008,")},
        [("pupils", 2, "oneroster.cpr_zero_lost", "users.csv:2:identifier")],
    ),
    "two CPR numbers": (
        {"users": replaced("users", "{CPR:7101120008}", "{CPR:7101120008},{cpr-nr:7101120016}")},
        [("pupils", 1, "oneroster.cpr_several", "users.csv:1:userIds")],
    ),
    "no CPR number": (
        {"users": replaced("users", "{CPR:7101120008}", "{CPR:9913120008}")},
        [("pupils", 1, "cpr_number.invalid", "users.csv:1:userIds")],
    ),
    "no UNI-Login": (
        {"users": replaced("users", "{UNI-Login:prov0001}", "{UNI-Login:å}")},
        [("pupils", 1, "uni_login.invalid", "users.csv:1:userIds")],
    ),
    "a user twice": (
        {"users": with_row("users", "u2,,,,x,,Fie,Opdigtsen,,,,,,,6,")},
        [("pupils", 2, "oneroster.id_repeated", "users.csv:5:sourcedId")],
    ),
    "a broken user": (
        {"users": with_row("users", "u3,,"), "enrollments": with_row("enrollments", "e9,,,c5,a,u3,student,,,")},
        [("pupils", 5, "oneroster.row_columns", "users.csv:5")],
    ),
    "a class of an unknown type": (
        {"classes": replaced("classes", "5A,05,f,,homeroom", "5A,05,f,,klasse")},
        [
            ("pupils", 1, "oneroster.class_refused", "classes.csv:1"),
            ("classes", 1, "oneroster.class_type_unknown", "classes.csv:1:classType"),
        ],
    ),
    "a class twice": a_class(homeroom(sourced_id="c5"), "oneroster.id_repeated", "classes.csv:4:sourcedId"),
    "an unknown school": a_class(homeroom(school="x"), "oneroster.school_unknown", "classes.csv:4:schoolSourcedId"),
    "no school": a_class(homeroom(school="k"), "oneroster.not_a_school", "classes.csv:4:schoolSourcedId"),
    "an unknown session": a_class(homeroom(terms="x"), "oneroster.session_unknown", "classes.csv:4:termSourcedIds"),
    "no session": a_class(homeroom(terms=""), "value.required", "classes.csv:4:termSourcedIds"),
    "no grade": a_class(homeroom(""), "oneroster.grade_unknown", "classes.csv:4:grades"),
    "two school years": a_class(
        homeroom(terms='"y22,y23"'),
        "oneroster.sessions_several",
        "classes.csv:4:termSourcedIds",
        **sessions("y23,,,2023/2024,schoolYear,2023-08-01,2024-07-31,,2024"),
    ),
    "another year than the dates": a_class(
        homeroom(terms="y23"),
        "oneroster.session_invalid",
        "academicSessions.csv:3:schoolYear",
        **sessions("y23,,,2023/2024,schoolYear,2023-08-01,2024-07-31,,2022"),
    ),
    "a session without days": a_class(
        homeroom(terms="y23"),
        "oneroster.session_invalid",
        "academicSessions.csv:3:endDate",
        **sessions("y23,,,2023/2024,schoolYear,2023-08-01,2023-08-01,,2024"),
    ),
    "no institution number": a_class(
        homeroom(school="d"),
        "oneroster.institution_invalid",
        "orgs.csv:4:identifier",
        orgs=with_row("orgs", "d,,,Skolen,school,9101,k"),
    ),
}


@pytest.mark.parametrize("case", ROWS)
def test_a_row_that_is_wrong_is_refused_alone_with_its_file_and_row(case: str) -> None:
    changed, expected = ROWS[case]
    rows, _ = read(bulk(**changed))
    assert errors(rows) == expected
    assert len(rows) >= 4


def test_every_refusal_of_a_row_is_tried_and_has_its_texts() -> None:
    found = [each for _, expected in ROWS.values() for each in expected]
    own = {value for name, value in vars(roster_errors).items() if name.isupper() and isinstance(value, str)}
    # Deltas, and columns of ours, have tests of their own.
    elsewhere = {roster_errors.STATUS_INVALID, roster_errors.MODIFIED_INVALID}
    elsewhere |= {roster_errors.CLASS_KIND_INVALID, roster_errors.PROTECTED_INVALID}
    assert own - {code for _, _, code, _ in found} == elsewhere
    for kind, _, code, _ in found:
        assert code in (CLASSES if kind == "classes" else PUPILS).catalog


def test_errors_hold_no_value_of_the_zip() -> None:
    for changed, _ in ROWS.values():
        rows, _ = read(bulk(**changed))
        said = str([each.as_json() for row in rows for each in row.errors])
        assert not any(value in said for value in ("101120008", "9913120008", "Fie", "Opdigtsen", "31-12-2022"))
