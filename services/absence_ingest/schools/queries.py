"""Reading and writing schools and calendars by set."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import text

from libs.shared.contracts.registration import CalendarChanged, SchoolChanged
from libs.shared.db.database import ReadSession, WriteSession

_KEEP_SCHOOLS = text("""
INSERT INTO school AS s (school_id, municipality_code, institution_number, aggregate_version)
SELECT g.* FROM unnest(CAST(:ids AS uuid[]), CAST(:codes AS text[]), CAST(:numbers AS text[]), CAST(:versions AS int[]))
    AS g (school_id, municipality_code, institution_number, aggregate_version)
 ORDER BY g.school_id
ON CONFLICT (school_id) DO UPDATE
   SET institution_number = excluded.institution_number, aggregate_version = excluded.aggregate_version
 WHERE excluded.aggregate_version > s.aggregate_version
""")

_KEEP_CALENDARS = text("""
INSERT INTO calendar AS c (school_id, starts, municipality_code, aggregate_version)
SELECT g.* FROM unnest(CAST(:ids AS uuid[]), CAST(:starts AS date[]), CAST(:codes AS text[]), CAST(:versions AS int[]))
    AS g (school_id, starts, municipality_code, aggregate_version)
 ORDER BY g.school_id, g.starts
ON CONFLICT (school_id, starts) DO UPDATE SET aggregate_version = excluded.aggregate_version
 WHERE excluded.aggregate_version > c.aggregate_version
RETURNING c.school_id, c.starts
""")

_FORGET_DAYS = text("""
DELETE FROM calendar_day AS d
 USING unnest(CAST(:ids AS uuid[]), CAST(:starts AS date[])) AS g (school_id, starts)
 WHERE d.school_id = g.school_id AND d.day >= g.starts AND d.day < g.starts + interval '1 year'
""")

_ADD_DAYS = text("""
INSERT INTO calendar_day (school_id, day, municipality_code)
SELECT g.* FROM unnest(CAST(:ids AS uuid[]), CAST(:days AS date[]), CAST(:codes AS text[]))
    AS g (school_id, day, municipality_code)
""")

_KNOWN = text("""
SELECT institution_number FROM school
 WHERE municipality_code = :code AND institution_number = ANY(CAST(:numbers AS text[]))
""")


async def keep_schools(session: WriteSession, states: Sequence[SchoolChanged]) -> None:
    """Write the schools, each id once, unless a newer state is stored."""
    given = {
        "ids": [state.school_id for state in states],
        "codes": [state.municipality_code for state in states],
        "numbers": [state.institution_number for state in states],
        "versions": [state.aggregate_version for state in states],
    }
    await session.execute(_KEEP_SCHOOLS, given)


async def keep_calendars(session: WriteSession, states: Sequence[CalendarChanged]) -> None:
    """Put the school days of these calendars, each once, in the place of the former ones, unless newer are stored."""
    by_key = {(state.school_id, first_day(state.school_year)): state for state in states}
    given = {
        "ids": [school_id for school_id, _ in by_key],
        "starts": [starts for _, starts in by_key],
        "codes": [state.municipality_code for state in by_key.values()],
        "versions": [state.aggregate_version for state in by_key.values()],
    }
    newer = [(school_id, starts) for school_id, starts in await session.execute(_KEEP_CALENDARS, given)]
    if not newer:
        return
    await session.execute(_FORGET_DAYS, {"ids": [key[0] for key in newer], "starts": [key[1] for key in newer]})
    days = [(by_key[key], day) for key in newer for day in by_key[key].school_days]
    added = {
        "ids": [state.school_id for state, _ in days],
        "days": [day for _, day in days],
        "codes": [state.municipality_code for state, _ in days],
    }
    await session.execute(_ADD_DAYS, added)


def first_day(school_year: str) -> date:
    """``2022/2023`` starts on 1 August 2022."""
    return date(int(school_year[:4]), 8, 1)


async def known(session: ReadSession, code: str, numbers: Iterable[str]) -> set[str]:
    """Those of the institution numbers that are the municipality's."""
    found = await session.execute(_KNOWN, {"code": code, "numbers": sorted(set(numbers))})
    return set(found.scalars())
