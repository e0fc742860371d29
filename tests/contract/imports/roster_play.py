"""Plays a script about the roster on the real service, and reads the results."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from libs.shared.imports.receipts.receipt import Receipt
from libs.shared.privacy.identifiers import IdentifierKind, normalise
from libs.shared.privacy.keys import LookupKeys
from tests.contract.imports.roster_reference import Place
from tests.contract.imports.roster_steps import (
    CPR,
    LOCAL,
    CalendarFile,
    ClassFile,
    IndicatorFile,
    Key,
    PupilFile,
    PupilRow,
    RosterFile,
)
from tests.integration.services.registration.service import Registration

SCHOOLS = {"north": 1, "south": 2, "nowhere": 999}
VALUES = {"good": "god", "fair": "jævn", "deficient": "mangelfuld"}


@dataclass
class RosterPlay:
    """One municipality of the service; several scripts share a database, each in a municipality of its own."""

    registration: Registration
    code: str
    names: dict[str, str] = field(default_factory=dict)

    def number(self, school: str) -> str:
        """A school's institution number."""
        return f"{self.code}{SCHOOLS[school]:03}"

    async def begin(self) -> None:
        """Create two schools."""
        rows = "".join(f"{self.number(school)};Skolen;public\n" for school in ("north", "south"))
        await self.registration.send("schools", "institution_number;name;kind\n" + rows, self.code)

    async def send(self, file: RosterFile) -> Receipt:
        """Send the file, process it, and do all the work that follows from it."""
        kind, text, by = self._file(file)
        longest = max(len(line.encode()) for line in text.splitlines(keepends=True))
        cut = max(file.cut, longest)
        receipt = await self.registration.send(kind, text, self.code, chunk_bytes=cut, identifier=by)
        await self.registration.settle()
        return receipt

    def _file(self, file: RosterFile) -> tuple[str, str, IdentifierKind]:
        if isinstance(file, ClassFile):
            header = "institution_number;school_year;name;grade;kind\n"
            rows = [f"{self.number(r.school)};{_year(r.year)};{r.name};{r.grade};ordinary\n" for r in file.rows]
            return "classes", header + "".join(rows), CPR
        if isinstance(file, CalendarFile):
            rows = [f"{self.number(r.school)};{r.day};{'' if r.is_school_day else '0'}\n" for r in file.rows]
            return "calendars", "institution_number;date;school_day\n" + "".join(rows), CPR
        if isinstance(file, IndicatorFile):
            header = "cpr_number;indicator;subject;grade;date;value\n"
            rows = [f"{r.who};national_test;reading;{r.grade};{r.day};{r.value or 'withdrawn'}\n" for r in file.rows]
            return "indicators", header + "".join(rows), file.by
        assert isinstance(file, PupilFile)
        header = "cpr_number;uni_login;local_id;name;institution_number;school_year;class_name;valid_from;valid_to\n"
        return "pupils", header + "".join(map(self._pupil, file.rows)), CPR

    def _pupil(self, row: PupilRow) -> str:
        keys = dict(row.keys)
        given = [keys.get(CPR, ""), keys.get(IdentifierKind.UNI_LOGIN, ""), keys.get(LOCAL, ""), row.name]
        place = [self.number(row.school), _year(row.year), row.class_name, str(row.first), str(row.until or "")]
        return ";".join([*given, *place]) + "\n"

    # --- the results --------------------------------------------------------------------------------------------

    async def classes(self) -> dict[Place, int]:
        """(school, year, name) → grade."""
        rows = await self.registration.rows(
            "SELECT institution_number, school_year, c.name, grade FROM class_ AS c JOIN school USING (school_id)",
            self.code,
        )
        return {self._place(row): row["grade"] for row in rows}

    def _place(self, row: dict[str, str]) -> Place:
        schools = {self.number(school): school for school in SCHOOLS}
        return schools[row["institution_number"]], int(row["school_year"][:4]), row["name"]

    async def calendars(self) -> dict[tuple[str, int], set[date]]:
        """(school, year) → school days, where there are any."""
        rows = await self.registration.rows(
            "SELECT institution_number, school_year, '' AS name, day FROM calendar JOIN calendar_day "
            "USING (school_id, school_year) JOIN school USING (school_id)",
            self.code,
        )
        found: dict[tuple[str, int], set[date]] = {}
        for row in rows:
            found.setdefault(self._place(row)[:2], set()).add(row["day"])
        return found

    async def keys(self, candidates: set[Key]) -> dict[UUID, set[Key]]:
        """The identifiers of each pupil, by their values among ``candidates``."""
        lookup = LookupKeys(self.registration.lookup_keys)
        by_value = {lookup.value(kind, normalise(kind, who), self.code)[1]: (kind, who) for kind, who in candidates}
        rows = await self.registration.rows("SELECT pupil_id, value FROM pupil_key", self.code)
        found: dict[UUID, set[Key]] = {}
        for row in rows:
            found.setdefault(row["pupil_id"], set()).add(by_value[row["value"]])
        return found

    async def times(self) -> dict[UUID, set[tuple[Place, date, date]]]:
        """The times of each pupil in classes, without those that were withdrawn."""
        rows = await self.registration.rows(
            "SELECT pupil_id, institution_number, school_year, c.name, valid_from, valid_to FROM membership "
            "JOIN class_ AS c USING (class_id) JOIN school USING (school_id) WHERE valid_to > valid_from",
            self.code,
        )
        found: dict[UUID, set[tuple[Place, date, date]]] = {}
        for row in rows:
            found.setdefault(row["pupil_id"], set()).add((self._place(row), row["valid_from"], row["valid_to"]))
        return found

    async def results(self) -> dict[tuple[UUID, int, date], str]:
        """(pupil, grade, day) → value, without withdrawn results."""
        rows = await self.registration.rows("SELECT pupil_id, grade, day, value FROM indicator", self.code)
        return {(r["pupil_id"], r["grade"], r["day"]): VALUES[r["value"]] for r in rows if r["value"] in VALUES}

    async def waiting(self) -> int:
        """The number of waiting rows."""
        return len(await self.registration.rows("SELECT 1 FROM parked_row", self.code))


def _year(year: int) -> str:
    return f"{year}/{year + 1}"
