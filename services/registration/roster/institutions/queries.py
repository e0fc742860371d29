"""Reads and writes the register. Writing needs the access ``secretariat``."""

from collections.abc import Iterable, Sequence

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession
from services.registration.roster.institutions.domain import Entry, Origin

_OF_NUMBERS = text("""
SELECT institution_number, valid_from, valid_to, belongs_to, name, origin FROM institution
 WHERE institution_number = ANY(CAST(:numbers AS text[])) ORDER BY institution_number, valid_from
""")

_HAS_REGISTER = text("SELECT EXISTS (SELECT FROM institution WHERE origin = 'register')")

_PUT = text("""
INSERT INTO institution AS i (institution_number, valid_from, valid_to, belongs_to, name, origin)
SELECT * FROM unnest(CAST(:numbers AS text[]), CAST(:froms AS date[]), CAST(:tos AS date[]), CAST(:owners AS text[]),
                     CAST(:names AS text[]), CAST(:origins AS text[])) ORDER BY 1, 2
ON CONFLICT (institution_number, valid_from) DO UPDATE
   SET valid_to = excluded.valid_to, belongs_to = excluded.belongs_to, name = excluded.name, origin = excluded.origin
 WHERE (i.valid_to, i.belongs_to, i.name, i.origin)
       IS DISTINCT FROM (excluded.valid_to, excluded.belongs_to, excluded.name, excluded.origin)
RETURNING i.institution_number
""")

_FORGET_DECISIONS = text("""
DELETE FROM institution WHERE origin = 'decision' AND institution_number = ANY(CAST(:numbers AS text[]))
""")


async def entries(session: ReadSession, numbers: Iterable[str]) -> dict[str, list[Entry]]:
    """The entries of each number that has any, the earliest first."""
    found: dict[str, list[Entry]] = {}
    for row in (await session.execute(_OF_NUMBERS, {"numbers": sorted(set(numbers))})).mappings():
        entry = Entry(**{**row, "origin": Origin(row["origin"])})
        found.setdefault(entry.institution_number, []).append(entry)
    return found


async def has_register(session: ReadSession) -> bool:
    """Whether a register is loaded. If so, a number that it lacks belongs to nobody."""
    return bool((await session.execute(_HAS_REGISTER)).scalar_one())


async def put(session: WriteSession, given: Sequence[Entry]) -> int:
    """Write entries, each (number, first day) once; returns the number that is new or changed."""
    if not given:
        return 0
    values = {
        "numbers": [each.institution_number for each in given],
        "froms": [each.valid_from for each in given],
        "tos": [each.valid_to for each in given],
        "owners": [each.belongs_to for each in given],
        "names": [each.name for each in given],
        "origins": [each.origin.value for each in given],
    }
    return len((await session.execute(_PUT, values)).all())


async def forget_decisions(session: WriteSession, numbers: Iterable[str]) -> None:
    """Delete the decisions about these numbers that were made without a register."""
    await session.execute(_FORGET_DECISIONS, {"numbers": sorted(set(numbers))})
