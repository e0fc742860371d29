"""Queries of parked rows: a page of them, and whether older ones exist."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession

_LISTED = """
SELECT row_no, key_kind, reason, since, until FROM parked_row
 WHERE receipt_id = :id AND (CAST(:after AS integer) IS NULL OR row_no {sign} :after)
   AND (CAST(:reason AS text) IS NULL OR reason = :reason)
 ORDER BY row_no {way} LIMIT :size
"""
_PAGES = {
    False: text(_LISTED.format(sign=">", way="ASC")),
    True: text(_LISTED.format(sign="<", way="DESC")),
}

_OLDER = text("""
SELECT EXISTS (SELECT FROM parked_row WHERE municipality_code = :code AND kind = :kind AND as_of < :as_of)
""")


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A parked row: its number in the file, why it waits, since when and until when; never whom it is about.

    ``key_kind`` is the kind of identifier by which it names its pupil; None for a kind that does not park by one.
    """

    row: int
    key_kind: str | None
    reason: str
    since: datetime
    until: datetime


async def page(
    session: ReadSession,
    receipt_id: UUID,
    *,
    reason: str | None = None,
    descending: bool = False,
    after: int | None = None,
    size: int,
) -> list[WaitingRow]:
    """At most ``size`` parked rows of a receipt by their row number, those that wait for ``reason`` alone if it is
    given; those after ``after``.
    """
    given = {"id": receipt_id, "reason": reason, "after": after, "size": size}
    found = await session.execute(_PAGES[descending], given)
    return [WaitingRow(row.row_no, row.key_kind, row.reason, row.since, row.until) for row in found]


async def any_older(session: ReadSession, municipality_code: str, kind: str, as_of: datetime) -> bool:
    """Whether rows of a file queued before ``as_of`` are parked. Such rows must not overwrite newer information."""
    given = {"code": municipality_code, "kind": kind, "as_of": as_of}
    return bool((await session.execute(_OLDER, given)).scalar_one())
