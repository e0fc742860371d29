"""Random histories of three schools' files, complete ones and others, give the stays of a slow reference, whatever the
order in which files of different schools arrive.

Files of different schools are independent; those of one school keep their order.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.shared.base.clock import DENMARK
from libs.shared.imports.batch import Snapshot
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.privacy.keys import LookupKeys
from tests.contract.imports.runs import TIMEOUT, runs
from tests.contract.imports.transfers_reference import AFTER, DAYS, FIRST, Country, File, Row
from tests.integration.services.registration.service import MIGRATIONS, PUPIL_HEADER, Registration
from tests.realparts.databases import MakeDatabase

pytestmark = TIMEOUT

TURNS = (FIRST, date(2022, 9, 1), date(2022, 10, 17), date(2023, 1, 9))
MADE = (date(2022, 6, 20), *(date(2022, month, 17) for month in (8, 9, 10, 11)), date(2023, 1, 9), date(2023, 2, 9))
PUPILS = (1, 2)
ALWAYS = 5
"""A pupil of each school that every file has, so that no file is empty: 5, 6 and 7."""
_codes = (f"{number:03}" for number in count(100))


@st.composite
def files_of(draw: st.DrawFn, school: int) -> list[File]:
    """The files of one school, in order."""
    made: list[date | None] = sorted(draw(st.lists(st.sampled_from(MADE), unique=True, max_size=3)))
    if draw(st.booleans()):
        made.insert(draw(st.integers(0, len(made))), None)
    return [File(school, each, draw(rows_of(school))) for each in made]


@st.composite
def rows_of(draw: st.DrawFn, school: int) -> tuple[Row, ...]:
    """The rows of one file."""
    rows = [Row(ALWAYS + school, "5A", FIRST, AFTER)]
    for pupil in PUPILS:
        if draw(st.integers(0, 3)):
            first = draw(st.sampled_from((FIRST, FIRST, *TURNS)))
            until = draw(st.sampled_from((AFTER, AFTER, AFTER, *TURNS)))
            rows.append(Row(pupil, draw(st.sampled_from(("5A", "5B"))), first, max(first, until)))
    return tuple(rows)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[File], list[File]]:
    """The files of three schools in two orders of arrival."""
    files = [draw(files_of(school)) for school in range(3)]
    turns = [school for school, of in enumerate(files) for _ in of]
    return tuple(_in_order(files, draw(st.permutations(turns))) for _ in range(2))  # type: ignore[return-value] # two


def _in_order(files: Sequence[Sequence[File]], turns: Sequence[int]) -> list[File]:
    left = [iter(of) for of in files]
    return [next(left[school]) for school in turns]


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
        classes = "".join(f"{number};2022/2023;{name};5;ordinary\n" for number in numbers for name in ("5A", "5B"))
        header = "institution_number;school_year;name;grade;kind\n"
        await self.registration.send("classes", header + classes, self.code)

    async def send(self, file: File) -> None:
        number = self.number(file.school)
        rows = "".join(
            f"610112000{each.pupil};;L{each.pupil};Ask Prøvesen {each.pupil};{number};"
            f"2022/2023;{each.class_name};{each.first};{each.until}\n"
            for each in file.rows
        )
        snapshot = None
        if file.made is not None:
            snapshot = Snapshot(number, "2022/2023", "tea", datetime.combine(file.made, time(6), DENMARK))
        await self.registration.send("pupils", PUPIL_HEADER + rows, self.code, snapshot=snapshot)

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

    async def _of(self, pupil: int, sql: str) -> list[Any]:
        keys = LookupKeys(self.registration.lookup_keys)
        _, value = keys.value(IdentifierKind.LOCAL_ID, f"L{pupil}", self.code)
        return await self.registration.rows(sql.format(value=value), self.code)

    def _school(self, number: str) -> int:
        return int(number[-1])


_STAYS = """
SELECT s.institution_number AS number, c.name, m.valid_from, m.valid_to
  FROM pupil_key AS k JOIN membership AS m USING (pupil_id) JOIN class_ AS c USING (class_id)
  JOIN school AS s USING (school_id)
 WHERE k.kind = 'local_id' AND k.value = '{value}'
"""

_LIMITS = """
SELECT s.institution_number AS number, c.name, rs.institution_number AS rival, l.claimed_from, l.claimed_to, l.since,
       l.unclear
  FROM pupil_key AS k JOIN membership_limit AS l USING (pupil_id) JOIN class_ AS c USING (class_id)
  JOIN school AS s USING (school_id) JOIN class_ AS rc ON rc.class_id = l.rival_class_id
  JOIN school AS rs ON rs.school_id = rc.school_id
 WHERE k.kind = 'local_id' AND k.value = '{value}'
"""


@pytest.fixture
async def registration(make_database: MakeDatabase) -> Registration:
    return Registration.on((await make_database(MIGRATIONS)).db)


@runs(300, 4)
@given(history=histories())
async def test_files_of_different_schools_may_arrive_in_any_order(
    registration: Registration, history: tuple[list[File], list[File]]
) -> None:
    reference, plays = Country(), [Play(registration), Play(registration)]
    for play, files in zip(plays, history, strict=True):
        await play.begin()
        for file in files:
            await play.send(file)
    for file in history[0]:
        reference.take(file)
    for pupil in PUPILS:
        expected = reference.days(pupil)
        assert [await play.days(pupil) for play in plays] == [expected, expected]
        one, other = [await play.limits(pupil) for play in plays]
        assert one == other
