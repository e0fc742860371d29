"""Rows that are refused, one of each sort; each has one error only."""

from collections import Counter

from synthetic import roster
from synthetic.layout import Layout, Line
from synthetic.oneroster import ids, persons
from synthetic.oneroster.persons import Attending
from synthetic.oneroster.zip_writer import Writer
from synthetic.roster import Membership, Pupil

_FIRST_NUMBER = 200
"""After the pupils of no roster in ``pupils.csv`` and in SkoleGrunddata."""
USERS = 7
"""Students who are in no other file."""
_LOST, _IMPOSSIBLE, _SEVERAL, _PROTECTED, _UNKNOWN_CLASS, _OTHER_SCHOOL, _NO_CLASS = range(USERS)


def pupil(layout: Layout, line: Line, number: int) -> Pupil:
    """A pupil who is in no roster, with an even number: the identifiers stand in ``userIds``."""
    first = layout.next_number + layout.next_number % 2 + _FIRST_NUMBER
    return roster.pupil(layout, line, first + 2 * number)


def classes(to: Writer, layout: Layout, line: Line, year: int) -> list[tuple[int, str]]:
    """Classes that are refused: (row, code)."""

    def another(name: str, code: str, **wrong: str) -> tuple[int, str]:
        values = {
            "sourcedId": f"klasse-{name}",
            "title": name,
            "classType": "homeroom",
            "grades": "4",
            "courseSourcedId": "fag",
            "schoolSourcedId": ids.school(line.school),
            "termSourcedIds": ids.school_year(year),
        }
        return to.row({**values, **wrong}), code

    return [
        another("4X", "oneroster.class_type_unknown", classType="Homeroom"),
        another("4Y", "oneroster.school_unknown", schoolSourcedId="skole-0"),
        another("4Z", "oneroster.not_a_school", schoolSourcedId=ids.municipality(layout.code)),
        another("4Æ", "oneroster.session_unknown", termSourcedIds="skoleaar-0"),
        another("4Ø", "oneroster.grade_unknown", grades=""),
        another("4Å", "oneroster.class_kind_invalid", **{"metadata.dk.classKind": "almen"}),
        another("4X", "oneroster.id_repeated"),
    ]


def users(to: Writer, layout: Layout, line: Line, year: int, ignored: Counter[str]) -> None:
    """Students of no roster, most of them wrong in one place."""

    def another(number: int, **wrong: str) -> None:
        one = pupil(layout, line, number)
        _write(to, one, line, year, ignored, **wrong)

    def ids_of(number: int, *cpr_numbers: str) -> str:
        numbers = "".join(f"{{CPR:{each}}}," for each in cpr_numbers)
        return f"{numbers}{{UNI-Login:{pupil(layout, line, number).uni_login}}}"

    another(_LOST, userIds=ids_of(_LOST, pupil(layout, line, _LOST).cpr_number[1:]))
    another(_IMPOSSIBLE, userIds=ids_of(_IMPOSSIBLE, "9913121234"))
    two = (pupil(layout, line, _SEVERAL).cpr_number, pupil(layout, line, USERS).cpr_number)
    another(_SEVERAL, userIds=ids_of(_SEVERAL, *two))
    another(_PROTECTED, **{"metadata.dk.nameProtected": "ja"})
    another(_UNKNOWN_CLASS)
    another(_OTHER_SCHOOL)
    another(_NO_CLASS)


def enrolments(to: Writer, layout: Layout, line: Line, year: int) -> list[tuple[int, str]]:
    """Enrolments that are refused, and the student without any: (row, code)."""

    def another(number: int, code: str, **wrong: str) -> tuple[int, str]:
        values = {
            "sourcedId": f"forkert-{number}",
            "classSourcedId": ids.homeroom(line, year),
            "schoolSourcedId": ids.school(line.school),
            "userSourcedId": pupil(layout, line, number).local_id,
            "role": "student",
        }
        return to.row({**values, **wrong}), code

    found = [
        another(_LOST, "oneroster.cpr_zero_lost"),
        another(_IMPOSSIBLE, "cpr_number.invalid"),
        another(_SEVERAL, "oneroster.cpr_several"),
        another(_PROTECTED, "oneroster.protected_invalid"),
        another(_UNKNOWN_CLASS, "oneroster.class_unknown", classSourcedId="klasse-0"),
        another(_OTHER_SCHOOL, "oneroster.school_contradicts", schoolSourcedId=ids.municipality(layout.code)),
        another(USERS, "oneroster.user_unknown", userSourcedId="elev-0"),
        another(USERS + 1, "oneroster.role_contradicts", userSourcedId="laerer-0"),
        another(USERS + 2, "date.invalid", beginDate="2022-02-30", userSourcedId=_someone(layout, line)),
    ]
    return [*found, (to.rows + 1, "oneroster.no_class")]


def _someone(layout: Layout, line: Line) -> str:
    return next(iter(roster.of_line(layout, line))).local_id


def _write(to: Writer, one: Pupil, line: Line, year: int, ignored: Counter[str], **wrong: str) -> None:
    membership = next(each for each in one.memberships if each.year == year)
    own = Membership(line, year, membership.valid_from, membership.valid_to)
    persons.student(to, Attending(one, (own,)), ignored, **wrong)
