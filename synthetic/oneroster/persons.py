"""Writes users with their roles and logins, and counts, as it writes them, what is not kept of them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from synthetic import roster
from synthetic.layout import Layout, School
from synthetic.oneroster import ids
from synthetic.oneroster.zip_writer import Writer
from synthetic.roster import Membership, Pupil

_PUPILS_PER_ADULT = 10
_PROTECTED_ONE_IN, _PROTECTED = 50, 11
_DAYS_OF_MONTHS = 28


@dataclass(frozen=True, slots=True)
class Attending:
    """A pupil with the memberships of one school year that have begun."""

    pupil: Pupil
    memberships: tuple[Membership, ...]

    @property
    def last(self) -> Membership:
        """The one that began last."""
        return self.memberships[-1]


def attending(layout: Layout, year: int, on: date) -> Iterator[Attending]:
    """The pupils of a school year who have begun on a day, each once."""
    for pupil in roster.everyone(layout):
        begun = tuple(each for each in pupil.memberships if each.year == year and each.valid_from <= on)
        if begun:
            yield Attending(pupil, begun)


def has_user_ids(number: int) -> bool:
    """Whether the pupil's identifiers stand in ``userIds``; else in ``identifier`` and ``userProfiles.csv``."""
    return number % 2 == 0


def is_protected(number: int) -> bool:
    """Whether the pupil of that number has name and address protection: one in fifty."""
    return number % _PROTECTED_ONE_IN == _PROTECTED


def adults(schools: tuple[School, ...], pupils: int) -> Iterator[tuple[str, str, School]]:
    """(id, role, school) of the teachers and guardians: one of each for ten pupils."""
    for number in range(max(1, pupils // _PUPILS_PER_ADULT)):
        school = schools[number % len(schools)]
        yield f"laerer-{number}", "teacher", school
        yield f"vaerge-{number}", "guardian", school


def student(to: Writer, one: Attending, ignored: Counter[str], status: str = "active", **wrong: str) -> int:
    """A pupil; ``wrong`` replaces values. Returns the number of the row."""
    pupil = one.pupil
    first, _, last = pupil.name.partition(" ")
    values = {
        "sourcedId": pupil.local_id,
        "enabledUser": "true",
        "username": f"elev{pupil.number}@example.dk",
        "givenName": first,
        "familyName": last,
        "email": f"p{pupil.number}@example.dk",
        "sms": "00000000",
        "agentSourcedIds": f"vaerge-{pupil.number % 7},vaerge-{pupil.number % 5}",
        "grades": str(one.last.line.grade(one.last.year)),
        "password": 'prøve"<&>,123',
        "primaryOrgSourcedId": ids.school(one.last.line.school),
        "metadata.dk.nameProtected": "true" if is_protected(pupil.number) else "false",
    }
    if has_user_ids(pupil.number):
        number = f"{{CPR:{pupil.cpr_number}}}," if pupil.cpr_number else ""
        values["userIds"] = f"{number}{{UNI-Login:{pupil.uni_login}}}"
    else:
        values["identifier"] = pupil.cpr_number
    ignored.update(("email_addresses", "phone_numbers", "contact_persons", "passwords", "usernames"))
    return to.row({**values, **wrong}, status)


def adult(to: Writer, user_id: str, school: School, ignored: Counter[str]) -> None:
    """A teacher or a guardian."""
    to.row(
        {
            "sourcedId": user_id,
            "enabledUser": "true",
            "username": f"{user_id}@example.dk",
            "givenName": "Prøve",
            "familyName": f"Voksensen {user_id}",
            "phone": "00000000",
            "primaryOrgSourcedId": ids.school(school),
        }
    )
    ignored.update(("usernames", "phone_numbers"))
    ignored["guardians" if user_id.startswith("vaerge") else "employees"] += 1


def role(to: Writer, user_id: str, name: str, school: School) -> None:
    """A role at a school."""
    to.row(
        {
            "sourcedId": f"rolle-{user_id}",
            "userSourcedId": user_id,
            "roleType": "primary",
            "role": name,
            "orgSourcedId": ids.school(school),
        }
    )


def profile(to: Writer, pupil: Pupil, ignored: Counter[str]) -> None:
    """The UNI-Login of a pupil, and a login of another system."""
    same = {"userSourcedId": pupil.local_id, "profileType": "login", "credentialType": "username"}
    to.row({"sourcedId": f"login-{pupil.number}", **same, "vendorId": "UNI-Login", "username": pupil.uni_login})
    to.row(
        {
            "sourcedId": f"andet-{pupil.number}",
            **same,
            "vendorId": "example.dk",
            "username": f"elev{pupil.number}",
            "password": "prøve",
        }
    )
    ignored.update(("usernames", "passwords"))


def demographics(to: Writer, pupil: Pupil, ignored: Counter[str]) -> None:
    """What is never kept."""
    born = f"2012-01-{1 + pupil.number % _DAYS_OF_MONTHS:02d}"
    to.row({"sourcedId": pupil.local_id, "birthDate": born, "sex": "unspecified"})
    ignored["demographics"] += 1


def enrolment(to: Writer, one: Attending, membership: Membership, status: str = "active") -> int:
    """A pupil's time in a class. Returns the number of the row."""
    line, year = membership.line, membership.year
    return to.row(
        {
            "sourcedId": f"elev-{one.pupil.number}-{ids.homeroom(line, year)}",
            "classSourcedId": ids.homeroom(line, year),
            "schoolSourcedId": ids.school(line.school),
            "userSourcedId": one.pupil.local_id,
            "role": "student",
            "beginDate": membership.valid_from.isoformat(),
            "endDate": membership.valid_to.isoformat(),
        },
        status,
    )
