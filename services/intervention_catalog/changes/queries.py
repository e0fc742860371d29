"""Reading and writing the order of changes."""

from sqlalchemy import func, insert, text
from sqlmodel import col, select

from libs.shared.db.database import ReadSession, WriteSession
from services.intervention_catalog.changes.domain import Change, Kind
from services.intervention_catalog.changes.tables import CatalogChange as Row

# A table lock, as a version is a new row: there is no row to lock that the next publisher would wait for, and two rule
# sets of one family may not overlap even if their names differ. Readers are not blocked.
_TAKE_TURN = text("LOCK TABLE catalog_change IN SHARE ROW EXCLUSIVE MODE")


async def take_turn(session: WriteSession) -> None:
    """Wait until no other transaction publishes. The lock is held until the transaction ends."""
    await session.execute(_TAKE_TURN)


async def head(session: ReadSession) -> int:
    """The newest revision; 0 if nothing has been published."""
    return (await session.execute(select(func.coalesce(func.max(col(Row.revision)), 0)))).scalar_one()


async def add(session: WriteSession, kind: Kind, item_id: str, version: int, *, withdrawn: bool = False) -> int:
    """Append the next change and return its revision. The caller holds the lock of ``take_turn``."""
    revision = await head(session) + 1
    row = {"revision": revision, "kind": kind.value, "item_id": item_id, "version": version, "withdrawn": withdrawn}
    await session.execute(insert(Row).values(row))
    return revision


async def since(session: ReadSession, revision: int, limit: int) -> list[Change]:
    """At most ``limit`` changes after the revision, in order."""
    wanted = select(Row).where(col(Row.revision) > revision).order_by(col(Row.revision)).limit(limit)
    return [_change(row) for row in (await session.execute(wanted)).scalars()]


async def withdrawn_since(session: ReadSession, revision: int) -> frozenset[str]:
    """The items withdrawn after the revision, as ``kind/id``."""
    wanted = select(col(Row.kind), col(Row.item_id)).where(col(Row.revision) > revision, col(Row.withdrawn))
    return frozenset(f"{kind}/{item_id}" for kind, item_id in await session.execute(wanted))


def _change(row: Row) -> Change:
    return Change(
        revision=row.revision,
        kind=Kind(row.kind),
        item_id=row.item_id,
        version=row.version,
        withdrawn=row.withdrawn,
        changed_at=row.changed_at,
    )
