"""Giving entries their positions, and reading them in that order.

A trigger writes an entry without a position. Positions are given by status, as the relay publishes the outbox: a
request that reads the feed numbers the entries that are committed by then, under the lock of the feed's row, which is
held to the commit. So an entry of a transaction that is still open gets a position above all that were read before,
however early it was written, and a reader never passes it. ``SKIP LOCKED`` leaves an entry that is being changed for
the next time.
"""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession
from services.registration.roster.changes.domain import Entry, Feed, Kind, RosterChange

_PENDING = text("SELECT EXISTS (SELECT FROM roster_change WHERE municipality_code = :code AND position IS NULL)")

_OPEN = text(
    "INSERT INTO roster_feed (municipality_code, newest, forgotten) VALUES (:code, 0, 0) ON CONFLICT DO NOTHING"
)
_LOCK = text("SELECT newest, forgotten, forgotten_of FROM roster_feed WHERE municipality_code = :code FOR UPDATE")
_FEED = text("SELECT newest, forgotten, forgotten_of FROM roster_feed WHERE municipality_code = :code")

_NUMBER = text("""
WITH pending AS MATERIALIZED (
    SELECT object_id, kind, part, changed_at FROM roster_change
     WHERE municipality_code = :code AND position IS NULL
     ORDER BY changed_at LIMIT :most FOR UPDATE SKIP LOCKED
), numbered AS (
    SELECT *, :newest + row_number() OVER (ORDER BY changed_at,
           array_position(ARRAY['school', 'class', 'pupil', 'membership'], CAST(kind AS text))) AS next
      FROM pending
), given AS (
    UPDATE roster_change AS c SET position = n.next FROM numbered AS n
     WHERE (c.object_id, c.kind, c.part) = (n.object_id, n.kind, n.part)
    RETURNING 1
)
SELECT count(*) FROM given
""")
_NEWEST = text("UPDATE roster_feed SET newest = newest + :given WHERE municipality_code = :code")

_FORGET = text("""
WITH old AS (
    DELETE FROM roster_change WHERE municipality_code = :code AND change = 'deleted' AND position IN (
        SELECT position FROM roster_change
         WHERE municipality_code = :code AND change = 'deleted' AND position IS NOT NULL
         ORDER BY position LIMIT :most)
       AND changed_at < :before
    RETURNING position, changed_at
)
UPDATE roster_feed
   SET forgotten = greatest(forgotten, (SELECT max(position) FROM old)),
       forgotten_of = greatest(forgotten_of, (SELECT max(changed_at) FROM old))
 WHERE municipality_code = :code AND EXISTS (SELECT FROM old)
""")

_WINDOW = text("""
SELECT count(*), max(position) FROM (
    SELECT position FROM roster_change WHERE municipality_code = :code AND position > :since
     ORDER BY position LIMIT :most) AS looked_at
""")

_PAGE = text("""
SELECT c.position, c.kind, c.object_id, c.change, c.school_id, c.institution_number, c.class_id,
       c.valid_from, c.valid_to, c.version, c.changed_at
  FROM roster_change AS c
 WHERE c.municipality_code = :code AND c.position > :since AND c.position <= :until
   AND c.kind = ANY(CAST(:kinds AS text[]))
   AND (:all OR c.school_id = ANY(CAST(:schools AS uuid[])) OR (c.kind = 'pupil' AND EXISTS (
        SELECT FROM roster_change AS m
         WHERE m.object_id = c.object_id AND m.kind = 'membership' AND m.change <> 'deleted'
           AND m.school_id = ANY(CAST(:schools AS uuid[])) AND m.valid_to > :today)))
 ORDER BY c.position LIMIT :size
""")


_SCHOOLS = text("""
SELECT object_id FROM roster_change
 WHERE municipality_code = :code AND kind = 'school' AND institution_number = ANY(CAST(:numbers AS text[]))
""")


async def has_pending(session: ReadSession, code: str) -> bool:
    """Whether committed entries wait for a position."""
    return bool((await session.execute(_PENDING, {"code": code})).scalar_one())


async def lock(session: WriteSession, code: str) -> Feed:
    """The municipality's feed, locked until the transaction ends."""
    await session.execute(_OPEN, {"code": code})
    return Feed(*(await session.execute(_LOCK, {"code": code})).one())


async def feed(session: ReadSession, code: str) -> Feed:
    """The municipality's feed."""
    found = (await session.execute(_FEED, {"code": code})).first()
    return Feed() if found is None else Feed(*found)


async def number(session: WriteSession, code: str, newest: int, most: int) -> int:
    """Give at most ``most`` committed entries the positions after ``newest``; how many. Needs the lock."""
    given = int((await session.execute(_NUMBER, {"code": code, "newest": newest, "most": most})).scalar_one())
    await session.execute(_NEWEST, {"code": code, "given": given})
    return given


async def forget(session: WriteSession, code: str, before: datetime, most: int) -> None:
    """Remove entries of objects that were deleted before then, at most ``most`` of them. Needs the lock."""
    await session.execute(_FORGET, {"code": code, "before": before, "most": most})


async def schools(session: ReadSession, code: str, numbers: Collection[str]) -> list[UUID]:
    """The ids of the municipality's schools that have or had these numbers."""
    found = await session.execute(_SCHOOLS, {"code": code, "numbers": sorted(numbers)})
    return list(found.scalars())


async def window(session: ReadSession, code: str, since: int, most: int) -> tuple[int, int | None]:
    """How many of the next ``most`` entries there are, and the last one's position."""
    count, last = (await session.execute(_WINDOW, {"code": code, "since": since, "most": most})).one()
    return int(count), last


async def page(
    session: ReadSession,
    code: str,
    *,
    since: int,
    until: int,
    kinds: Collection[Kind],
    only: Collection[UUID] | None,
    today: date,
    size: int,
) -> list[Entry]:
    """At most ``size`` entries after ``since``, up to ``until``, of these kinds.

    With ``only``: those about these schools, and the pupils who are at one of them today or later.
    """
    given = {
        "code": code,
        "since": since,
        "until": until,
        "kinds": [each.value for each in kinds],
        "all": only is None,
        "schools": list(only or ()),
        "today": today,
        "size": size,
    }
    return [
        Entry(**{**row, "kind": Kind(row["kind"]), "change": RosterChange(row["change"])})
        for row in (await session.execute(_PAGE, given)).mappings()
    ]
