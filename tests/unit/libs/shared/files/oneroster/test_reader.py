"""A OneRoster zip becomes rows of pupils and classes; what is not kept is counted."""

import itertools

import pytest

from libs.shared.files.oneroster.vocabulary import IGNORED
from tests.unit.libs.shared.files.oneroster.zips import (
    CPR,
    FILES,
    bulk,
    errors,
    manifest,
    pupils,
    read,
    replaced,
    with_row,
    zipped,
)

ASK = {
    "cpr_number": CPR,
    "uni_login": "prov0001",
    "local_id": "u1",
    "name": "Ask Bo Prøvesen",
    "institution_number": "910101",
    "school_year": "2022/2023",
    "class_name": "5A",
    "valid_from": "2022-08-01",
    "valid_to": "2023-08-01",
}


def test_a_students_enrolment_in_a_homeroom_class_is_a_row_of_pupils() -> None:
    rows, reader = read(bulk())
    assert pupils(rows)[0] == ASK
    assert (pupils(rows)[1]["valid_from"], pupils(rows)[1]["valid_to"]) == ("", "")
    assert [(row.kind, row.position) for row in rows] == [("pupils", 1), ("pupils", 2), ("classes", 1), ("classes", 2)]
    assert [dict(row.fields) for row in rows[2:]] == [
        {"institution_number": "910101", "school_year": "2022/2023", "name": "5A", "grade": "5", "kind": "unknown"},
        {"institution_number": "910102", "school_year": "2022/2023", "name": "6B", "grade": "6", "kind": "unknown"},
    ]
    assert errors(rows) == []
    assert reader.head
    assert (reader.head.source, reader.head.mode) == ("Prøveadministration", "bulk")
    assert reader.moment.isoformat() == "2022-11-10T16:00:00+00:00"


def test_what_is_not_kept_is_counted_and_stands_in_no_row() -> None:
    demographics = "sourcedId,status,dateLastModified,birthDate,sex\nu1,,,2011-01-01,male\n"
    rows, reader = read(bulk(demographics=demographics))
    assert dict(reader.ignored) == {
        "employees": 1,
        "guardians": 1,
        "other_classes": 1,
        "other_enrolments": 1,
        "other_memberships": 1,
        "other_organisations": 1,
        "demographics": 1,
        "contact_persons": 1,
        "email_addresses": 1,
        "phone_numbers": 2,
        "passwords": 1,
        "usernames": 4,
        "locations": 1,
    }
    assert reader.ignored.keys() <= IGNORED.keys()
    assert not any(word in str(rows) for word in ("example.dk", "Lærersen", "Gro", "Svømning", "Hallen", "2011-01-01"))


def test_the_order_of_the_files_does_not_matter() -> None:
    expected = read(bulk())[0]
    files = {"manifest.csv": manifest(), **FILES}
    for names in itertools.islice(itertools.permutations(files), 0, None, 997):
        assert read(zipped({name: files[name] for name in names}))[0] == expected


@pytest.mark.parametrize("ends", ["\r\n", "\r", "\n"])
def test_a_byte_order_mark_quotes_and_any_line_ends_are_read(ends: str) -> None:
    text = "\ufeff" + FILES["enrollments.csv"].replace("\n", ends)
    quoted = FILES["users.csv"].replace("Ask,Prøvesen", '"Ask","Prøvesen"')
    rows, _ = read(bulk(enrollments=text, users=quoted))
    assert pupils(rows)[0] == ASK
    assert len(rows) == 4


def test_identifiers_come_from_identifier_and_profiles_where_user_ids_has_none() -> None:
    profiles = (
        "sourcedId,status,dateLastModified,userSourcedId,profileType,vendorId,applicationId,description,"
        "credentialType,username,password\n"
        "p1,,,u2,login,Uni-Login,,,username,prov0002,hemmelig\n"
        "p2,,,u2,login,example,,,username,bo,\n"
    )
    users = replaced("users", "u2,,,true,bo,,Bo,Eksempelsen,,,", "u2,,,true,bo,,Bo,Eksempelsen,,710112-0008,")
    rows, reader = read(bulk(userProfiles=profiles, users=users))
    assert (pupils(rows)[1]["cpr_number"], pupils(rows)[1]["uni_login"]) == ("710112-0008", "prov0002")
    assert reader.ignored["passwords"] == 2
    rows, reader = read(bulk(users=replaced("users", ",Bo,Eksempelsen,,,", ",Bo,Eksempelsen,,A-77,")))
    assert (pupils(rows)[1]["cpr_number"], reader.ignored["other_identifiers"]) == ("", 1)


def test_the_kind_of_a_class_and_the_protection_of_a_name_stand_in_columns_of_ours() -> None:
    lines = FILES["classes.csv"].splitlines()
    classes = "\n".join([f"{lines[0]},metadata.dk.classKind", f"{lines[1]},special", *(f"{x}," for x in lines[2:])])
    head, *rest = FILES["users.csv"].splitlines()
    users = "\n".join(
        [f"{head},metadata.dk.nameProtected,metadata.x", f"{rest[0]},TRUE,y", *(f"{x},," for x in rest[1:])]
    )
    rows, reader = read(bulk(classes=classes, users=users))
    assert pupils(rows)[0]["name_protected"] == "true"
    assert "name_protected" not in pupils(rows)[1]
    assert [row.fields["kind"] for row in rows[2:]] == ["special", "unknown"]
    assert reader.ignored["other_columns"] == 1


def test_a_class_of_several_grades_has_that_of_most_of_its_pupils() -> None:
    more = with_row("enrollments", "e5,,,c6,b,u3,student,,,", "e6,,,c6,b,u4,student,,,")
    users = with_row("users", *(f"u{n},,,,x,,Fie,Opdigtsen,,,,,,,7," for n in (3, 4)))
    grades = {'"6,7"': "7", "": "7", '"5,6"': "6", "KG": "0"}
    for written, expected in grades.items():
        rows, _ = read(bulk(classes=replaced("classes", "6B,6,", f"6B,{written},"), enrollments=more, users=users))
        assert rows[-1].fields["grade"] == expected
        assert errors(rows) == []


def test_a_class_outside_the_primary_school_is_left_out_with_its_students() -> None:
    classes, users = replaced("classes", "6B,6,", "1g,11,"), replaced("users", ",,,,,,06,", ",,,,,,11,")
    rows, reader = read(bulk(classes=classes, users=users))
    assert [row.fields.get("class_name", row.fields.get("name")) for row in rows] == ["5A", "5A"]
    assert (reader.ignored["other_levels"], reader.ignored["classes_without_grade"]) == (1, 1)


def test_days_outside_the_school_year_are_cut_and_an_end_is_the_day_after_the_last() -> None:
    ends = {
        ("2019-08-01", "2023-01-01"): ("2022-08-01", "2023-01-01"),
        ("2022-09-01", "2024-07-31"): ("2022-09-01", ""),
        ("", ""): ("", ""),
    }
    for (begin, end), expected in ends.items():
        rows, _ = read(bulk(enrollments=replaced("enrollments", "2022-08-01,2023-08-01", f"{begin},{end}")))
        assert (pupils(rows)[0]["valid_from"], pupils(rows)[0]["valid_to"]) == expected


def test_without_roles_the_enrolment_says_who_is_a_student() -> None:
    rows, reader = read(bulk(roles=None))
    assert errors(rows) == []
    assert len(pupils(rows)) == 2
    assert reader.ignored["users_without_role"] == 2
