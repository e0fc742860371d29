"""The store of releases: the groups of pupils that bundles have released, with their figures.

A bundle is compared with every release before it. It is built without a transaction, so ``add`` refuses it if another
release was added after ``past`` was read: of two bundles that were compared with the same past, at most one is
released.
"""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert, text

from libs.shared.db.database import Database, ReadSession, WriteSession
from libs.shared.db.locks import Lock, try_hold_in_transaction
from libs.shared.db.scope import Scope
from libs.shared.events.table_sql import table_of
from services.evaluation_export.disclosure.packing import PackedGroup
from services.evaluation_export.disclosure.tables import ReleasedGroup
from services.evaluation_export.panel.periods import Period

_OTHER_KEY = text("SELECT EXISTS (SELECT FROM release WHERE key_check <> :check)")
_NEWEST = text("SELECT coalesce(max(number), 0) FROM release")
# A neighbouring year's means share an autumn with this year's; the counts behind them are of another period.
_EARLIER = text(
    "WITH newest AS ("
    "  SELECT number FROM release WHERE school_year = ANY (CAST(:years AS text[])) ORDER BY number DESC LIMIT :most"
    ")"
    " SELECT g.release, g.period, g.name, g.release IN (TABLE newest) AS audited"
    " FROM released_group g"
    " WHERE g.period = ANY (CAST(:periods AS text[]))"
    "  OR g.period = ANY (CAST(:years AS text[])) AND g.name LIKE 'absence/%' AND g.release IN (TABLE newest)"
    " ORDER BY g.release, g.period, g.name"
)
_GROUPS = text(
    "SELECT g.period, g.name, g.members, g.fingerprints, g.figures"
    " FROM unnest(CAST(:releases AS bigint[]), CAST(:periods AS text[]), CAST(:names AS text[]))"
    "  WITH ORDINALITY AS asked (release, period, name, index)"
    " JOIN released_group g USING (release, period, name)"
    " ORDER BY asked.index"
)
_ADD = text(
    "INSERT INTO release (delivery_id, product, school_year, key_check)"
    " VALUES (:delivery_id, :product, :school_year, :check) RETURNING number"
)
_ADD_GROUP = insert(table_of(ReleasedGroup))
ROWS_AT_A_TIME = 8
"""The number of groups in memory at once; a group of all pupils has about 200 kB."""
AUDITED_RELEASES = 12
"""The number of newest releases of the school year and its two neighbours that are audited together with a delivery."""


async def made_with_another_key(session: ReadSession, check: bytes) -> bool:
    """Whether any release was made with another key than that of ``check``, so that its groups cannot be compared."""
    return bool((await session.execute(_OTHER_KEY, {"check": check})).scalar_one())


@dataclass(frozen=True, slots=True)
class Past:
    """The releases at one moment: the number of the newest one (0 if there is none), and the groups that a new bundle
    is compared with as (release, period, name, audited), the oldest release first.
    """

    newest: int
    groups: tuple[tuple[int, str, str, bool], ...]


class Overtaken(Exception):
    """Another release was added after the past that this one was compared with had been read."""


async def past(session: ReadSession, period: Period) -> Past:
    """The past that a bundle of this school year is compared with. ``session`` must read one snapshot."""
    newest = (await session.execute(_NEWEST)).scalar_one()
    asked = {"periods": period.measured, "years": period.neighbours, "most": AUDITED_RELEASES}
    found = await session.execute(_EARLIER, asked)
    return Past(int(newest), tuple((row.release, row.period, row.name, row.audited) for row in found))


async def groups_of(db: Database, scope: Scope, past: Past) -> AsyncIterator[PackedGroup]:
    """The groups of ``past``, read a few at a time in separate transactions, as releases never change."""
    for at in range(0, len(past.groups), ROWS_AT_A_TIME):
        releases, periods, names, audited = zip(*past.groups[at : at + ROWS_AT_A_TIME], strict=True)
        asked = {"releases": list(releases), "periods": list(periods), "names": list(names)}
        async with db.read(scope) as session:
            found = (await session.execute(_GROUPS, asked)).all()
        for row, is_audited in zip(found, audited, strict=True):
            yield PackedGroup(row.period, row.name, row.members, row.fingerprints, row.figures, is_audited)


async def add(
    session: WriteSession,
    *,
    delivery_id: UUID,
    product: str,
    school_year: str,
    groups: Iterable[PackedGroup],
    check: bytes,
    follows: int,
) -> None:
    """Store the groups of a delivery that was compared with the past up to the release ``follows``.

    Raises ``Overtaken`` if there is a newer one, or if one is being added.
    """
    if not await try_hold_in_transaction(session, Lock.RELEASE):
        raise Overtaken
    if (await session.execute(_NEWEST)).scalar_one() != follows:
        raise Overtaken
    told = {"delivery_id": delivery_id, "product": product, "school_year": school_year, "check": check}
    number = (await session.execute(_ADD, told)).scalar_one()
    rows = [
        {
            "release": number,
            "period": group.period,
            "name": group.name,
            "members": group.members,
            "fingerprints": group.fingerprints,
            "figures": group.figures,
        }
        for group in groups
    ]
    if rows:
        await session.execute(_ADD_GROUP, rows)
