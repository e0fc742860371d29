"""Reads the published state of pupils, and raises their versions under their rows' locks."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.events.by_set import Telling

# FOR NO KEY UPDATE: a pupil's id never changes, so a transaction that inserts a row referring to the pupil need not
# wait for this lock.
# The parts of the states are put together by grouping and not by joins: PostgreSQL has no statistics of what the same
# transaction wrote, and joins the parts of many pupils by comparing each with each.
_RAISE_AND_TELL = """
WITH raised AS (
    UPDATE pupil AS p SET aggregate_version = p.aggregate_version + 1
      FROM (SELECT pupil_id FROM pupil WHERE pupil_id = ANY(CAST(:before AS uuid[])) ORDER BY pupil_id
               FOR NO KEY UPDATE) AS l
     WHERE p.pupil_id = l.pupil_id
    RETURNING p.pupil_id, p.municipality_code, p.person_id, p.has_cpr_number, p.aggregate_version
), told_of AS (
    SELECT * FROM raised
    UNION ALL
    SELECT pupil_id, municipality_code, person_id, has_cpr_number, aggregate_version FROM pupil
     WHERE pupil_id = ANY(CAST(:new AS uuid[]))
), part AS (
    SELECT pupil_id, 'key' AS part, kind AS a, key_id AS b, value AS c,
           '{"kind":"' || kind || '","key_id":"' || key_id || '","value":"' || value || '"}' AS json
      FROM pupil_key WHERE pupil_id = ANY(CAST(:ids AS uuid[]))
    UNION ALL
    SELECT m.pupil_id, 'stay', CAST(m.valid_from AS text), '', '',
           '{"class_id":"' || m.class_id || '","school_id":"' || c.school_id || '","institution_number":"'
           || s.institution_number || '","school_year":"' || c.school_year || '","grade":' || c.grade
           || ',"valid_from":"' || m.valid_from || '","valid_to":"' || m.valid_to || '"}'
      FROM membership AS m JOIN class_ AS c USING (class_id) JOIN school AS s USING (school_id)
     WHERE m.pupil_id = ANY(CAST(:ids AS uuid[])) AND m.valid_to > m.valid_from
    UNION ALL
    SELECT pupil_id, 'former', CAST(other_id AS text), '', '', '"' || other_id || '"' FROM identity_change
     WHERE pupil_id = ANY(CAST(:ids AS uuid[])) AND kind = 'merge'
    UNION ALL
    SELECT other_id, 'split', '', '', '', '"' || pupil_id || '"' FROM identity_change
     WHERE other_id = ANY(CAST(:ids AS uuid[])) AND kind = 'split'
    UNION ALL
    SELECT pupil_id, 'pupil', municipality_code, CAST(person_id AS text), CAST(aggregate_version AS text),
           CAST(has_cpr_number AS text)
      FROM told_of
), state AS (
    SELECT pupil_id,
           max(a) FILTER (WHERE part = 'pupil') AS municipality_code,
           max(b) FILTER (WHERE part = 'pupil') AS person_id,
           CAST(max(c) FILTER (WHERE part = 'pupil') AS bigint) AS aggregate_version,
           max(json) FILTER (WHERE part = 'pupil') AS has_cpr_number,
           coalesce(string_agg(json, ',' ORDER BY a, b, c) FILTER (WHERE part = 'key'), '') AS keys,
           coalesce(string_agg(json, ',' ORDER BY a, b, c) FILTER (WHERE part = 'stay'), '') AS stays,
           coalesce(string_agg(json, ',' ORDER BY a, b, c) FILTER (WHERE part = 'former'), '') AS former,
           coalesce(max(json) FILTER (WHERE part = 'split'), 'null') AS split_from
      FROM part GROUP BY pupil_id HAVING count(*) FILTER (WHERE part = 'pupil') > 0
), told AS ({telling})
SELECT coalesce(max(size), 0) FROM told
"""

_LOCK_PAGE = text("""
SELECT pupil_id, municipality_code, person_id, has_cpr_number, aggregate_version FROM pupil
 WHERE municipality_code = :code AND (CAST(:after AS text) IS NULL OR pupil_id > CAST(CAST(:after AS text) AS uuid))
 ORDER BY pupil_id LIMIT :size FOR NO KEY UPDATE
""")

_KEYS = text("""
SELECT pupil_id, kind, key_id, value FROM pupil_key WHERE pupil_id = ANY(CAST(:ids AS uuid[]))
 ORDER BY pupil_id, kind, key_id, value
""")

_MEMBERSHIPS = text("""
SELECT m.pupil_id, m.class_id, c.school_id, s.institution_number, c.school_year, c.grade, m.valid_from, m.valid_to
  FROM membership AS m JOIN class_ AS c USING (class_id) JOIN school AS s USING (school_id)
 WHERE m.pupil_id = ANY(CAST(:ids AS uuid[])) AND m.valid_to > m.valid_from
 ORDER BY m.pupil_id, m.valid_from
""")

_FORMER_IDS = text("""
SELECT pupil_id, array_agg(other_id ORDER BY other_id) AS former_ids FROM identity_change
 WHERE pupil_id = ANY(CAST(:ids AS uuid[])) AND kind = 'merge' GROUP BY pupil_id
""")

_SPLIT_FROM = text("""
SELECT other_id, pupil_id FROM identity_change WHERE other_id = ANY(CAST(:ids AS uuid[])) AND kind = 'split'
""")

_MEMBERS = text("SELECT DISTINCT pupil_id FROM membership WHERE class_id = ANY(CAST(:classes AS uuid[]))")


async def raise_and_tell(
    session: WriteSession, pupil_ids: Sequence[UUID], new: Collection[UUID], telling: Telling
) -> int:
    """Raise the version of these pupils, whose rows are locked until the transaction ends, and write an event for each
    by ``telling``, which is declared over ``state``. Those among them that are ``new`` were written by this transaction
    with their first version, which is not raised. Returns the size of the largest event's content in bytes.
    """
    statement = text(_RAISE_AND_TELL.replace("{telling}", telling.sizes))
    given = {
        "ids": pupil_ids,
        "before": [pupil_id for pupil_id in pupil_ids if pupil_id not in new],
        "new": [pupil_id for pupil_id in pupil_ids if pupil_id in new],
    }
    found = await session.execute(statement, {**given, **telling.values})
    return int(found.scalar_one())


async def lock_page(session: WriteSession, code: str, after: object, size: int) -> Sequence[RowMapping]:
    """Lock and read the municipality's pupils after this id; None starts at the first one."""
    return (await session.execute(_LOCK_PAGE, {"code": code, "after": after, "size": size})).mappings().all()


async def keys(session: ReadSession, pupil_ids: Sequence[UUID]) -> Mapping[UUID, list[RowMapping]]:
    """The lookup keys of these pupils by pupil, in a fixed order."""
    return _by_pupil((await session.execute(_KEYS, {"ids": pupil_ids})).mappings())


async def memberships(session: ReadSession, pupil_ids: Sequence[UUID]) -> Mapping[UUID, list[RowMapping]]:
    """The memberships of these pupils by pupil with their classes and schools, the first one first."""
    return _by_pupil((await session.execute(_MEMBERSHIPS, {"ids": pupil_ids})).mappings())


async def former_ids(session: ReadSession, pupil_ids: Sequence[UUID]) -> Mapping[UUID, list[UUID]]:
    """The former ids of those of these pupils who have any, in a fixed order."""
    found = await session.execute(_FORMER_IDS, {"ids": pupil_ids})
    return {row.pupil_id: list(row.former_ids) for row in found}


async def split_from(session: ReadSession, pupil_ids: Sequence[UUID]) -> Mapping[UUID, UUID]:
    """For those of these pupils who were made by a split, the pupil of whom they were a part."""
    return {row.other_id: row.pupil_id for row in await session.execute(_SPLIT_FROM, {"ids": pupil_ids})}


async def of_classes(session: ReadSession, class_ids: Sequence[UUID]) -> Sequence[UUID]:
    """The pupils who are or have been in these classes."""
    return (await session.execute(_MEMBERS, {"classes": class_ids})).scalars().all()


def _by_pupil(rows: Iterable[Any]) -> Mapping[UUID, list[RowMapping]]:
    found: dict[UUID, list[RowMapping]] = defaultdict(list)
    for row in rows:
        found[row["pupil_id"]].append(row)
    return found
