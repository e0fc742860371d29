"""Reads and writes what sources told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.files.formats import SourcePlace

_ADD = text("""
INSERT INTO roster_source (municipality_code, source, moment) VALUES (:code, :source, '-infinity')
ON CONFLICT (municipality_code, source) DO NOTHING
""")

_LOCK = text("""
SELECT NULLIF(moment, '-infinity') AS moment, whole_file_id, last_file_id FROM roster_source
 WHERE municipality_code = :code AND source = :source FOR UPDATE
""")

_SET = text("""
UPDATE roster_source
   SET moment = :moment, last_file_id = :last, whole_file_id = CASE WHEN :whole THEN :last ELSE whole_file_id END
 WHERE municipality_code = :code AND source = :source
""")

_FORGET = text("""
DELETE FROM roster_source_place
 WHERE municipality_code = :code AND source = :source AND sort = 'class'
   AND institution_number = ANY(CAST(:numbers AS text[]))
""")

_PLACE = text("""
INSERT INTO roster_source_place AS p
       (municipality_code, source, sort, sourced_id, institution_number, school_year, name)
SELECT :code, :source, g.sort, g.sourced_id, g.institution_number, g.school_year, g.name
  FROM unnest(CAST(:sorts AS text[]), CAST(:ids AS text[]), CAST(:numbers AS text[]), CAST(:years AS text[]),
              CAST(:names AS text[])) AS g (sort, sourced_id, institution_number, school_year, name)
ON CONFLICT (municipality_code, source, sort, sourced_id) DO UPDATE
   SET institution_number = excluded.institution_number, school_year = excluded.school_year, name = excluded.name
""")

_SOURCE = text("""
SELECT moment, whole_file_id, last_file_id FROM roster_source WHERE municipality_code = :code AND source = :source
""")

_PLACES = text("""
SELECT sort, sourced_id, institution_number, school_year, name FROM roster_source_place
 WHERE municipality_code = :code AND source = :source
""")


@dataclass(frozen=True, slots=True)
class Remembered:
    """A source: when its last file was made, and the receipts of its last whole file and of its last file."""

    moment: datetime | None
    whole_file_id: UUID | None
    last_file_id: UUID | None


async def lock(session: WriteSession, code: str, source: str) -> Remembered:
    """Lock a source to the end of the transaction. One without a file is new."""
    given = {"code": code, "source": source}
    await session.execute(_ADD, given)
    return Remembered(**(await session.execute(_LOCK, given)).mappings().one())


async def remember(
    session: WriteSession, code: str, source: str, moment: datetime, file_id: UUID, *, whole: bool
) -> None:
    """Write when the last file was made, and its receipt."""
    given = {"code": code, "source": source, "moment": moment, "last": file_id, "whole": whole}
    await session.execute(_SET, given)


async def forget_classes(session: WriteSession, code: str, source: str, numbers: Sequence[str]) -> None:
    """Delete the classes of these institutions."""
    await session.execute(_FORGET, {"code": code, "source": source, "numbers": numbers})


async def add_places(session: WriteSession, code: str, source: str, places: Sequence[SourcePlace]) -> None:
    """Write places."""
    if places:
        given = {
            "code": code,
            "source": source,
            "sorts": [each.sort for each in places],
            "ids": [each.sourced_id for each in places],
            "numbers": [each.institution_number for each in places],
            "years": [each.school_year for each in places],
            "names": [each.name for each in places],
        }
        await session.execute(_PLACE, given)


async def remembered(session: ReadSession, code: str, source: str) -> Remembered | None:
    """A source; None if it has sent no file."""
    found = (await session.execute(_SOURCE, {"code": code, "source": source})).mappings().one_or_none()
    return Remembered(**found) if found else None


async def places(session: ReadSession, code: str, source: str) -> list[SourcePlace]:
    """The places of a source."""
    return [SourcePlace(*row) for row in await session.execute(_PLACES, {"code": code, "source": source})]
