"""Plays a history of transfers in a municipality of its own."""

from datetime import date, datetime, time
from itertools import count
from typing import Any

from libs.shared.base.clock import DENMARK
from libs.shared.files.formats_declared import FORMATS
from libs.shared.files.snapshot import Snapshot
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.privacy.keys import LookupKeys
from tests.contract.imports.transfers_reference import DAYS, Change, File, Row
from tests.contract.imports.transfers_scripts import CLASSES, ONEROSTER
from tests.integration.services.registration.roster.zip_files import HEADS
from tests.integration.services.registration.service import PUPIL_HEADER, Registration
from tests.unit.libs.shared.files.oneroster.zips import manifest, zipped

REAL = "62"
"""CPR numbers that begin so are taken as real ones, those that begin with 61 as replacement numbers."""
_FORMAT = next(each for each in FORMATS if each.name == "oneroster")
_codes = (f"{number:03}" for number in count(100))


class Play:
    """One history in a municipality of its own."""

    def __init__(self, registration: Registration) -> None:
        self.registration, self.code = registration, next(_codes)

    def number(self, school: int) -> str:
        return f"{self.code}00{school}"

    async def begin(self) -> None:
        """Create three schools with two classes each."""
        numbers = [self.number(school) for school in range(3)]
        schools = "".join(f"{number};Skolen;public\n" for number in numbers)
        await self.registration.send("schools", f"institution_number;name;kind\n{schools}", self.code)
        classes = "".join(f"{number};2022/2023;{name};5;ordinary\n" for number in numbers for name in CLASSES)
        header = "institution_number;school_year;name;grade;kind\n"
        await self.registration.send("classes", header + classes, self.code)

    async def send(self, file: File) -> None:
        if file.school == ONEROSTER:
            await self._send_zip(file)
            return
        number = self.number(file.school)
        rows = "".join(
            f"{_cpr_number(each)};prov000{each.pupil};L{each.pupil};Ask Prøvesen {each.pupil};{number};"
            f"2022/2023;{each.class_name};{each.first or ''};{each.until or ''}\n"
            for each in file.rows
        )
        snapshot = None
        if file.made is not None:
            snapshot = Snapshot(number, "2022/2023", "tea", datetime.combine(file.made, time(6), DENMARK))
        await self.registration.send("pupils", PUPIL_HEADER + rows, self.code, snapshot=snapshot)

    async def _send_zip(self, file: File) -> None:
        assert file.made is not None
        content = _zip(file, self.number(ONEROSTER), file.made)
        sent = await self.registration.queue_zip(_FORMAT, content, self.code)
        await self.registration.settle()
        found = await self.registration.receipt(sent)
        assert {part.state.value for part in found.parts} == {"completed"}, found

    async def days(self, pupil: int) -> dict[date, tuple[int, str]]:
        """Day → school and class, and that no two stays share a day."""
        found: dict[date, tuple[int, str]] = {}
        for row in await self._of(pupil, _STAYS):
            for day in DAYS:
                if row["valid_from"] <= day < row["valid_to"]:
                    assert day not in found
                    found[day] = (self._school(row["number"]), row["name"])
        return found

    async def limits(self, pupil: int) -> set[tuple[Any, ...]]:
        """What limits the claims, and what a person may be asked about."""
        return {
            (self._school(row["number"]), row["name"], self._school(row["rival"]), *list(row.values())[3:])
            for row in await self._of(pupil, _LIMITS)
        }

    async def identities(self, pupil: int) -> list[tuple[bool, Any]]:
        """For each pupil with the UNI-Login whether there is a real CPR number, and then the person."""
        rows = await self._of(pupil, _PUPILS)
        return [(row["has_cpr_number"], row["has_cpr_number"] and row["person_id"]) for row in rows]

    async def _of(self, pupil: int, sql: str) -> list[Any]:
        keys = LookupKeys(self.registration.lookup_keys)
        _, value = keys.value(IdentifierKind.UNI_LOGIN, f"prov000{pupil}", self.code)
        return await self.registration.rows(sql.format(value=value), self.code)

    def _school(self, number: str) -> int:
        return int(number[-1])


def _cpr_number(each: Row | Change) -> str:
    return f"{REAL if each.real else 61}0112000{each.pupil}"


def _zip(file: File, number: str, made: date) -> bytes:
    """The zip of one school."""
    files: dict[str, str] = {}

    def add(name: str, row: str) -> None:
        files[f"{name}.csv"] = files.get(f"{name}.csv") or HEADS[f"{name}.csv"]
        files[f"{name}.csv"] += row + "\n"

    def add_user(each: Row | Change, status: str) -> None:
        ids = f'"{{CPR:{_cpr_number(each)}}},{{UNI-Login:prov000{each.pupil}}}"'
        add("users", f"u{each.pupil},{status},Ask,Prøvesen {each.pupil},{ids},,5,")
        if not status.startswith("tobedeleted"):
            add("roles", f"r{each.pupil},{status},u{each.pupil},student,s")

    def add_enrolment(pupil: int, name: str, status: str, days: str) -> None:
        add("enrollments", f"e{pupil}-{name},{status},c-{name},s,u{pupil},student,{days}")

    if not file.changes:
        add("academicSessions", "y22,,,2022/2023,schoolYear,2022-08-01,2023-08-01,,2023")
        add("orgs", f"s,,,Skole,school,{number},")
        for name in CLASSES:
            add("classes", f"c-{name},,,{name},5,homeroom,s,y22")
    for row in file.rows:
        add_user(row, ",")
        add_enrolment(row.pupil, row.class_name, ",", f"{row.first or ''},{row.until or ''}")
    for pupil in {each.pupil for each in file.changes}:
        of = [each for each in file.changes if each.pupil == pupil]
        for each in of:
            status = f"{'tobedeleted' if each.removed else 'active'},{each.day}T06:00:00Z"
            if each.class_name is None:
                add_user(each, status)
            else:
                add_enrolment(pupil, each.class_name, status, f"{each.first or ''},")
        if of[0].class_name is not None and of[0].named:
            add_user(of[0], f"active,{of[0].day}T06:00:00Z")
    told = manifest(files, "delta" if file.changes else "bulk")
    return zipped({"manifest.csv": told, **files}, (made.year, made.month, made.day, 6, 0, 0))


_STAYS = """
SELECT s.institution_number AS number, c.name, m.valid_from, m.valid_to
  FROM pupil_key AS k JOIN membership AS m USING (pupil_id) JOIN class_ AS c USING (class_id)
  JOIN school AS s USING (school_id)
 WHERE k.kind = 'uni_login' AND k.value = '{value}'
"""

_LIMITS = """
SELECT s.institution_number AS number, c.name, rs.institution_number AS rival, l.claimed_from, l.claimed_to, l.since,
       l.unclear
  FROM pupil_key AS k JOIN membership_limit AS l USING (pupil_id) JOIN class_ AS c USING (class_id)
  JOIN school AS s USING (school_id) JOIN class_ AS rc ON rc.class_id = l.rival_class_id
  JOIN school AS rs ON rs.school_id = rc.school_id
 WHERE k.kind = 'uni_login' AND k.value = '{value}'
"""

_PUPILS = """
SELECT p.has_cpr_number, p.person_id FROM pupil_key AS k JOIN pupil AS p USING (pupil_id)
 WHERE k.kind = 'uni_login' AND k.value = '{value}'
"""
