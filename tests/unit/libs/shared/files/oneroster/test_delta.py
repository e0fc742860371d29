"""A delta: changes alone, which name what earlier files told by its id."""

from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from libs.shared.files.oneroster.known import KnownClass, KnownPupil, KnownStay
from tests.unit.libs.shared.files.oneroster.zips import CPR, errors, manifest, pupils, read, refusal, zipped

HEADS = {
    "users.csv": "sourcedId,status,dateLastModified,givenName,familyName,userIds,grades,primaryOrgSourcedId\n",
    "roles.csv": "sourcedId,status,dateLastModified,userSourcedId,role,orgSourcedId\n",
    "classes.csv": "sourcedId,status,dateLastModified,title,grades,classType,schoolSourcedId,termSourcedIds\n",
    "enrollments.csv": (
        "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,beginDate,endDate\n"
    ),
}
ON = "2023-01-10T23:30:00Z"
"""The eleventh in Denmark."""
A5, B5 = KnownClass("910101", "2022/2023", "5A"), KnownClass("910102", "2022/2023", "5B")
FIRST, AFTER = date(2022, 8, 1), date(2023, 8, 1)


class Registered:
    """What earlier files told: two schools with a class each, and two pupils in 5A."""

    def __init__(self, *more: KnownStay) -> None:
        stay = [KnownStay(A5, FIRST, AFTER)]
        self._pupils = {"u1": KnownPupil("Ask Prøvesen", more or stay), "u2": KnownPupil("Bo Eksempelsen", stay)}

    def school(self, sourced_id: str) -> str | None:
        return {"a": "910101", "b": "910102"}.get(sourced_id)

    def school_year(self, sourced_id: str) -> str | None:
        return {"y22": "2022/2023"}.get(sourced_id)

    def class_(self, sourced_id: str) -> KnownClass | None:
        return {"c5a": A5, "c5b": B5}.get(sourced_id)

    def is_other(self, sourced_id: str) -> bool:
        return sourced_id == "h1"

    def pupils(self, sourced_ids: Sequence[str]) -> Mapping[str, KnownPupil]:
        return {each: self._pupils[each] for each in sourced_ids if each in self._pupils}

    def members(self, place: KnownClass) -> Mapping[str, KnownPupil]:
        return self._pupils if place == A5 else {}


def delta(**rows: str) -> bytes:
    files = {f"{name}.csv": HEADS[f"{name}.csv"] + text for name, text in rows.items()}
    return zipped({"manifest.csv": manifest(files, "delta"), **files}, (2023, 1, 11, 6, 0, 0))


def stays(data: bytes, *more: KnownStay) -> list[tuple[str, str, str, str, str]]:
    rows, _ = read(data, Registered(*more))
    assert errors(rows) == []
    names = ("local_id", "name", "class_name", "valid_from", "valid_to")
    return [tuple(row[name] for name in names) for row in pupils(rows)]  # type: ignore[misc]


MOVE = f"e1,tobedeleted,{ON},c5a,a,u1,student,2022-08-01,\ne2,active,{ON},c5b,b,u1,student,2023-01-11,\n"


def test_a_pupil_who_moves_leaves_one_class_and_enters_another_by_the_registered_name() -> None:
    assert stays(delta(enrollments=MOVE)) == [
        ("u1", "Ask Prøvesen", "5A", "2022-08-01", "2023-01-11"),
        ("u1", "Ask Prøvesen", "5B", "2023-01-11", ""),
    ]


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        ("", "", ("2022-08-01", "2023-01-11")),
        ("2022-10-01", "2022-12-01", ("2022-10-01", "2022-12-01")),
        ("2022-10-01", "2023-06-01", ("2022-10-01", "2023-01-11")),
        ("2023-03-01", "", ("2023-03-01", "2023-03-01")),
    ],
)
def test_what_is_taken_away_ends_on_the_day_of_its_change_and_never_before_it_began(
    begin: str, end: str, expected: tuple[str, str]
) -> None:
    found = stays(delta(enrollments=f"e1,tobedeleted,{ON},c5a,a,u1,student,{begin},{end}\n"))
    assert [each[3:] for each in found] == [expected]


def test_an_enrolment_that_does_not_say_when_it_began_goes_on_or_begins_on_the_day_of_the_change() -> None:
    users, roles = f"u2,active,{ON},Bo,Eksempelsen,,5,a\n", f"r,active,{ON},u2,student,a\n"
    rows = f"e1,active,{ON},c5a,a,u1,student,,\ne2,active,{ON},c5b,b,u2,student,,\n"
    found = stays(delta(enrollments=rows, users=users, roles=roles))
    assert [each[0:1] + each[2:] for each in found] == [
        ("u1", "5A", "2022-08-01", ""),
        ("u2", "5B", "2023-01-11", ""),
    ]


def test_a_user_who_is_taken_away_leaves_the_classes_that_no_enrolment_names() -> None:
    gone = f"u1,tobedeleted,{ON},,,,,\nu2,tobedeleted,{ON},,,,,\nx,tobedeleted,{ON},,,,,\n"
    assert stays(delta(users=gone)) == [
        ("u1", "Ask Prøvesen", "5A", "2022-08-01", "2023-01-11"),
        ("u2", "Bo Eksempelsen", "5A", "2022-08-01", "2023-01-11"),
    ]
    ended = f"e1,tobedeleted,{ON},c5a,a,u1,student,2022-08-01,2022-12-01\n"
    found = stays(delta(users=gone, enrollments=ended))
    assert [each[0::4] for each in found] == [("u1", "2022-12-01"), ("u2", "2023-01-11")]


def test_who_is_taken_away_with_the_class_leaves_each_time_in_it_once() -> None:
    found = stays(
        delta(
            users=f"u1,tobedeleted,{ON},,,,,\n",
            classes=f"c5a,tobedeleted,{ON},5A,5,homeroom,a,y22\n",
        ),
        KnownStay(A5, FIRST, date(2023, 2, 1)),
        KnownStay(A5, date(2023, 3, 1), AFTER),
    )
    assert [(row[0], *row[3:]) for row in found] == [
        ("u1", "2022-08-01", "2023-01-11"),
        ("u1", "2023-03-01", "2023-03-01"),
        ("u2", "2022-08-01", "2023-01-11"),
    ]


def test_a_class_that_is_taken_away_is_left_by_its_pupils() -> None:
    gone = f"c5a,tobedeleted,{ON},5A,5,homeroom,a,y22\nc9,tobedeleted,{ON},9C,9,homeroom,a,y22\n"
    assert [each[0::4] for each in stays(delta(classes=gone))] == [("u1", "2023-01-11"), ("u2", "2023-01-11")]
    assert [each[0::4] for each in stays(delta(classes=gone, enrollments=MOVE))] == [
        ("u1", "2023-01-11"),
        ("u1", ""),
        ("u2", "2023-01-11"),
    ]


def test_a_user_with_another_name_keeps_the_registered_stay() -> None:
    rows, _ = read(delta(users=f'u1,active,{ON},Ask,Nytnavn,"{{CPR:{CPR}}}",5,a\n'), Registered())
    expected = {
        "cpr_number": CPR,
        "local_id": "u1",
        "name": "Ask Nytnavn",
        "class_name": "5A",
        "valid_to": "2023-08-01",
    }
    assert [{name: row[name] for name in expected} for row in pupils(rows)] == [expected]


def test_a_new_class_and_a_new_pupil_need_nothing_known_but_school_and_year() -> None:
    rows, _ = read(
        delta(
            classes=f"c7,active,{ON},7A,7,homeroom,a,y22\n",
            users=f"n1,active,{ON},Fie,Opdigtsen,{{UNI-Login:prov0009}},7,a\n",
            roles=f"r,active,{ON},n1,student,a\n",
            enrollments=f"e9,active,{ON},c7,a,n1,student,2023-01-11,\n",
        ),
        Registered(),
    )
    assert errors(rows) == []
    assert pupils(rows)[0]["class_name"] == "7A"
    assert rows[1].fields["grade"] == "7"


def test_what_nobody_knows_is_refused_with_its_file_and_row() -> None:
    wrong = (
        f"e1,active,{ON},c5a,a,x,student,,\ne2,active,{ON},x,a,u1,student,,\n"
        f"e3,,{ON},c5a,a,u1,student,,\ne4,active,,c5a,a,u1,student,,\ne5,active,2029-01-01T00:00:00Z,c5a,a,u1,student,,\n"
    )
    users = f"n1,active,{ON},Fie,Opdigtsen,,7,a\n"
    rows, _ = read(delta(enrollments=wrong, users=users, roles=f"r,active,{ON},n1,student,a\n"), Registered())
    assert errors(rows) == [
        ("pupils", 1, "oneroster.user_unknown", "enrollments.csv:1:userSourcedId"),
        ("pupils", 2, "oneroster.class_unknown", "enrollments.csv:2:classSourcedId"),
        ("pupils", 3, "oneroster.status_invalid", "enrollments.csv:3:status"),
        ("pupils", 4, "oneroster.modified_invalid", "enrollments.csv:4:dateLastModified"),
        ("pupils", 5, "oneroster.modified_invalid", "enrollments.csv:5:dateLastModified"),
        ("pupils", 6, "oneroster.no_class", "users.csv:1:sourcedId"),
    ]


def test_enrolments_in_groups_of_earlier_files_are_counted() -> None:
    rows, reader = read(delta(enrollments=f"e1,active,{ON},h1,a,u1,student,,\n"), Registered())
    assert rows == []
    assert reader.ignored["other_memberships"] == 1


def test_a_delta_needs_status_and_moment_in_its_header() -> None:
    text = "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role\n"
    files = {"enrollments.csv": text}
    assert refusal(zipped({"manifest.csv": manifest(files, "delta"), **files})) == "oneroster.header_missing"


def test_without_a_server_rows_that_need_it_are_counted_and_not_refused() -> None:
    rows, reader = read(
        delta(
            enrollments=MOVE,
            users=f"u2,active,{ON},Bo,Eksempelsen,,5,a\n",
            roles=f"r,active,{ON},u2,student,a\n",
            classes=f"c5a,tobedeleted,{ON},5A,5,homeroom,a,y22\n",
        )
    )
    assert rows == []
    assert reader.only_server == 4
