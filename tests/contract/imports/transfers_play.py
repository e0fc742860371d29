"""Plays a history of transfers in two municipalities of its own."""

from datetime import date, datetime, time
from itertools import count
from typing import Any

from libs.shared.base.clock import DENMARK
from libs.shared.files.formats_declared import FORMATS
from libs.shared.files.snapshot import Snapshot
from libs.shared.imports.receipts.receipt import Receipt
from libs.shared.imports.receipts.source_files import SourceUnfinished
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.privacy.keys import LookupKeys
from tests.contract.imports.transfers_reference import DAYS, ELSEWHERE, HOME, Change, Decide, Event, File, Merge, Row
from tests.contract.imports.transfers_scripts import CLASSES, ONEROSTER, RIGHT
from tests.factories.service import Callers
from tests.integration.services.registration.roster.zip_files import HEADS
from tests.integration.services.registration.service import PUPIL_HEADER, Registration
from tests.unit.libs.shared.files.oneroster.zips import manifest, zipped

REAL = "62"
"""CPR numbers that begin so are taken as real ones, those that begin with 61 as replacement numbers."""
TEAM, SENDER = "resource_team", "municipality_integration"
_FORMAT = next(each for each in FORMATS if each.name == "oneroster")
_codes = (f"{number:03}" for number in count(100))
_TAKEN = {"confirm": "completed", "reject": "rejected", "replace": "replaced"}


class Play:
    """One history in municipalities of its own. In ``bursts`` files wait for a person's decision before any of them is
    processed, so that those of several schools are in flight together.
    """

    def __init__(self, registration: Registration, callers: Callers, *, bursts: bool) -> None:
        self.registration, self.callers, self.bursts = registration, callers, bursts
        self.codes = {school: code for place in (HOME, ELSEWHERE) for code in [next(_codes)] for school in place}
        self._sent: list[tuple[File, Receipt]] = []
        self._merge: Merge | None = None

    def number(self, school: int) -> str:
        return f"{self.codes[school]}00{school}"

    async def begin(self) -> None:
        """Create the schools with two classes each."""
        for school, code in self.codes.items():
            number = self.number(school)
            await self.registration.send("schools", f"institution_number;name;kind\n{number};Skolen;public\n", code)
            classes = "".join(f"{number};2022/2023;{name};5;ordinary\n" for name in CLASSES)
            await self.registration.send("classes", f"institution_number;school_year;name;grade;kind\n{classes}", code)

    async def take(self, event: Event) -> None:
        """Send a file or decide something. A merge waits until both pupils are known."""
        match event:
            case File():
                self._sent.append((event, await self._send(event)))
                if not self.bursts:
                    await self._settle()
            case Decide():
                await self._settle()
                await self._decide(event)
            case Merge():
                self._merge = event
                await self._settle()

    async def end(self) -> None:
        """Process what waits, and check that every file had its fate."""
        await self._settle()
        for file, sent in self._sent:
            found = await self.registration.receipt(sent)
            assert found.state.value == _TAKEN[file.fate], (file, found)
            assert not found.refused_by_code.keys() & {"class.unknown", "institution_number.unknown"}, found

    async def _settle(self) -> None:
        await self.registration.settle()
        if self._merge is not None:
            ids = [await self._of(each, _PUPILS) for each in (self._merge.kept, self._merge.other)]
            if all(ids):
                await self._join(*(str(found[0]["pupil_id"]) for found in ids))
                self._merge = None

    async def _join(self, kept: str, other: str) -> None:
        code = self.codes[0]
        read = await self.callers.ask("GET", f"/v1/pupils/{kept}/history", TEAM, code)
        headers = {"If-Match": read.headers["ETag"]}
        body = {"merged_pupil_id": other}
        done = await self.callers.ask("POST", f"/v1/pupils/{kept}/merge", TEAM, code, json=body, headers=headers)
        assert done.status_code == 200, done.text

    async def _decide(self, event: Decide) -> None:
        of_school = [sent for file, sent in self._sent if file.school == event.school and not file.changes]
        newest = await self.registration.receipt(of_school[-1])
        if newest.state.value == "held":
            decision, code = "confirm" if event.confirm else "reject", self.codes[event.school]
            done = await self.callers.ask("POST", f"/v1/imports/{newest.id}/{decision}", SENDER, code)
            assert done.status_code == 200, done.text
            await self._settle()

    async def _send(self, file: File) -> Receipt:
        if file.school == ONEROSTER:
            return await self._send_zip(file)
        number = self.number(file.school)
        rows = "".join(
            f"{self._cpr_number(each)};prov000{each.pupil};L{each.pupil};Ask Prøvesen {each.pupil};{number};"
            f"2022/2023;{each.class_name};{each.first or ''};{each.until or ''}\n"
            for each in file.rows
        )
        snapshot = None
        if file.made is not None:
            snapshot = Snapshot(number, "2022/2023", "tea", datetime.combine(file.made, time(6), DENMARK))
        code = self.codes[file.school]
        return await self.registration.queue("pupils", PUPIL_HEADER + rows, code, snapshot=snapshot)

    async def _send_zip(self, file: File) -> Receipt:
        assert file.made is not None
        content, code = self._zip(file, self.number(ONEROSTER), file.made), self.codes[ONEROSTER]
        try:
            return await self.registration.queue_zip(_FORMAT, content, code)
        except SourceUnfinished:
            await self._settle()
            return await self.registration.queue_zip(_FORMAT, content, code)

    async def days(self, pupil: int, school: int = 0) -> dict[date, tuple[int, str]]:
        """Day → school and class in the school's municipality, and that no two stays share a day."""
        found: dict[date, tuple[int, str]] = {}
        for row in await self._of(pupil, _STAYS, school):
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

    async def identities(self, pupil: int, school: int = 0) -> list[tuple[bool, Any]]:
        """For each pupil with the UNI-Login whether there is a real CPR number, and the person."""
        return [(row["has_cpr_number"], row["person_id"]) for row in await self._of(pupil, _PUPILS, school)]

    async def overlapping(self, pupil: int) -> set[date]:
        """The days of the secretariat's list of stays that overlap, for this pupil."""
        ids = [str(row["pupil_id"]) for school in (0, 3) for row in await self._of(pupil, _PUPILS, school)]
        found: set[date] = set()
        asked: dict[str, str] = {"page_size": "200"}
        while True:
            page = (await self.callers.ask("GET", "/v1/overlapping-stays", "secretariat", params=asked)).json()
            for each in page["items"]:
                if {each["one"]["pupil_id"], each["other"]["pupil_id"]} <= set(ids):
                    found |= {day for day in DAYS if each["valid_from"] <= day.isoformat() < each["valid_to"]}
            if page["next_page_token"] is None:
                return found
            asked["page_token"] = page["next_page_token"]

    async def _of(self, pupil: int, sql: str, school: int = 0) -> list[Any]:
        code = self.codes[school]
        _, value = LookupKeys(self.registration.lookup_keys).value(IdentifierKind.UNI_LOGIN, f"prov000{pupil}", code)
        return await self.registration.rows(sql.format(value=value), code)

    def _school(self, number: str) -> int:
        return int(number[-1])

    def _cpr_number(self, each: Row | Change) -> str:
        """The numbers of two histories differ, as persons are the same in all municipalities."""
        return "" if each.pupil == RIGHT else f"{REAL if each.real else 61}0112{self.codes[0]}{each.pupil}"

    def _zip(self, file: File, number: str, made: date) -> bytes:
        """The zip of one school."""
        files: dict[str, str] = {}

        def add(name: str, row: str) -> None:
            files[f"{name}.csv"] = files.get(f"{name}.csv") or HEADS[f"{name}.csv"]
            files[f"{name}.csv"] += row + "\n"

        def add_user(each: Row | Change, status: str) -> None:
            number = self._cpr_number(each)
            ids = (f"{{CPR:{number}}}," if number else "") + f"{{UNI-Login:prov000{each.pupil}}}"
            add("users", f'u{each.pupil},{status},Ask,Prøvesen {each.pupil},"{ids}",,5,')
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
SELECT p.pupil_id, p.has_cpr_number, p.person_id FROM pupil_key AS k JOIN pupil AS p USING (pupil_id)
 WHERE k.kind = 'uni_login' AND k.value = '{value}'
"""
