"""The SQL of a snapshot of a school's pupils."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.files.snapshot import Snapshot
from libs.shared.imports.batch import Staged
from services.registration.roster.pupils.memberships import Interval
from services.registration.roster.pupils.queries.pupils import KeyRow

_CLASSES = text("""
SELECT c.class_id, c.name FROM class_ AS c JOIN school AS s USING (school_id)
 WHERE s.municipality_code = :code AND s.institution_number = :number AND c.school_year = :school_year
""")

_STAYS = text("""
SELECT pupil_id, class_id, valid_from, valid_to FROM membership
 WHERE class_id = ANY(CAST(:classes AS uuid[])) AND valid_to > :day AND valid_to > valid_from
""")

_STAGED = """
SELECT DISTINCT t.kind, t.value
  FROM {table} AS s
 CROSS JOIN LATERAL (VALUES ('cpr_number', s.cpr_number_key), ('uni_login', s.uni_login_key),
                            ('local_id', s.local_id_key)) AS t (kind, value)
 WHERE s.receipt_id = :receipt_id AND t.value IS NOT NULL
"""

_END = text("""
UPDATE membership AS m SET valid_to = greatest(m.valid_from, CAST(:day AS date))
  FROM unnest(CAST(:indexes AS integer[]), CAST(:pupils AS uuid[]), CAST(:classes AS uuid[]), CAST(:froms AS date[]),
              CAST(:tos AS date[])) AS g (index, pupil_id, class_id, valid_from, valid_to)
 WHERE (m.pupil_id, m.class_id, m.valid_from) = (g.pupil_id, g.class_id, g.valid_from) AND m.valid_to = g.valid_to
RETURNING g.index, m.pupil_id
""")


async def classes(session: ReadSession, code: str, snapshot: Snapshot) -> Mapping[UUID, str]:
    """The names of the snapshot's classes by their ids."""
    given = {"code": code, "number": snapshot.institution_number, "school_year": snapshot.school_year}
    return {row.class_id: row.name for row in await session.execute(_CLASSES, given)}


async def stays(session: ReadSession, class_ids: Iterable[UUID], day: date) -> Sequence[tuple[UUID, Interval]]:
    """The memberships of these classes that go on after the day, with their pupils."""
    found = await session.execute(_STAYS, {"classes": list(class_ids), "day": day})
    return [(row.pupil_id, Interval(row.valid_from, row.valid_to, row.class_id)) for row in found]


async def staged_keys(session: ReadSession, staged: Staged) -> set[KeyRow]:
    """The lookup keys of all identifiers of the staged rows. They are not joined with those of pupils here, as the
    planner has no statistics of the staged rows.
    """
    found = await session.execute(text(_STAGED.format(table=staged.table)), {"receipt_id": staged.receipt_id})
    return {(kind, staged.key_id, value) for kind, value in found}


async def end(
    session: WriteSession, rows: Sequence[tuple[int, str, str, str, str]], day: date
) -> Sequence[tuple[int, UUID]]:
    """End each (index, pupil id, class id, valid from, valid to) on the day, or before it begins, if it still has that
    end; the indexes and pupils of those that were ended.
    """
    if not rows:
        return []
    indexes, pupils, class_ids, froms, tos = zip(*rows, strict=True)
    given = {
        "indexes": list(indexes),
        "pupils": [UUID(each) for each in pupils],
        "classes": [UUID(each) for each in class_ids],
        "froms": [date.fromisoformat(each) for each in froms],
        "tos": [date.fromisoformat(each) for each in tos],
        "day": day,
    }
    return [(index, pupil_id) for index, pupil_id in await session.execute(_END, given)]
