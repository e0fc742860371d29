"""Reading and writing published records."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, insert, text
from sqlmodel import col, select

from libs.shared.db.database import ReadSession, WriteSession
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.publications.domain import New, Origin, Publication
from services.intervention_catalog.publications.reasons import WithdrawalReason
from services.intervention_catalog.publications.tables import PublicationRow as Row

_AS_OF = text("""
SELECT p.* FROM publication AS p JOIN catalog_change AS c USING (kind, item_id, version)
 WHERE c.revision <= :revision ORDER BY p.kind, p.item_id, p.version
""")

_LISTED = text("""
SELECT newest_by_period.* FROM (
    SELECT DISTINCT ON (item_id, valid_from) * FROM publication
     WHERE kind = :kind AND item_id > :after ORDER BY item_id, valid_from, version DESC
) AS newest_by_period
 WHERE valid_from <= :on AND (valid_to IS NULL OR :on < valid_to)
 ORDER BY item_id LIMIT :limit
""")


async def of_item(session: ReadSession, kind: Kind, item_id: str) -> list[Publication]:
    """Every record of the item, by version."""
    return await _found(session, col(Row.kind) == kind.value, col(Row.item_id) == item_id)


async def of_kind(session: ReadSession, kind: Kind) -> list[Publication]:
    """Every record of the kind, by item and version."""
    return await _found(session, col(Row.kind) == kind.value)


async def item_ids(session: ReadSession, kind: Kind, after: str, limit: int) -> list[str]:
    """The ids of the items of the kind, in order, after ``after``."""
    wanted = select(col(Row.item_id)).distinct().where(col(Row.kind) == kind.value, col(Row.item_id) > after)
    return list((await session.execute(wanted.order_by(col(Row.item_id)).limit(limit))).scalars())


async def as_of(session: ReadSession, revision: int) -> list[Publication]:
    """Every record published up to the revision, by kind, item and version."""
    rows = await session.execute(select(Row).from_statement(_AS_OF), {"revision": revision})
    return [_publication(row) for row in rows.scalars()]


async def listed(session: ReadSession, kind: Kind, on: date, after: str, limit: int) -> list[Publication]:
    """The records in force on the day, by item id, after the id ``after``."""
    parameters = {"kind": kind.value, "on": on, "after": after, "limit": limit}
    rows = await session.execute(select(Row).from_statement(_LISTED), parameters)
    return [_publication(row) for row in rows.scalars()]


async def last_withdrawn(session: ReadSession, kind: Kind, item_ids: Sequence[str]) -> dict[str, int]:
    """The version of the last withdrawal of each withdrawn item."""
    wanted = (
        select(col(Row.item_id), func.max(col(Row.version)))
        .where(col(Row.kind) == kind.value, col(Row.item_id).in_(item_ids), col(Row.withdrawn))
        .group_by(col(Row.item_id))
    )
    return {item_id: version for item_id, version in await session.execute(wanted)}  # noqa: C416 - rows, not pairs


async def add(
    session: WriteSession, new: New, version: int, *, withdrawn: bool = False, reason: WithdrawalReason | None = None
) -> None:
    """Add a record."""
    row = {
        "kind": new.kind.value,
        "item_id": new.item_id,
        "version": version,
        "valid_from": new.valid_from,
        "valid_to": new.valid_to,
        "withdrawn": withdrawn,
        "reason": reason.value if reason else None,
        "content": new.content,
        "origin": new.origin.value,
        "published_by": new.by,
        "institution_numbers": None if new.institution_numbers is None else sorted(new.institution_numbers),
    }
    await session.execute(insert(Row).values(row))


async def _found(session: ReadSession, *conditions: ColumnElement[bool]) -> list[Publication]:
    wanted = select(Row).where(*conditions).order_by(col(Row.item_id), col(Row.version))
    return [_publication(row) for row in (await session.execute(wanted)).scalars()]


def _publication(row: Row) -> Publication:
    return Publication(
        kind=Kind(row.kind),
        item_id=row.item_id,
        version=row.version,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        withdrawn=row.withdrawn,
        reason=WithdrawalReason(row.reason) if row.reason else None,
        content=row.content,
        origin=Origin(row.origin),
        published_by=row.published_by,
        published_at=row.published_at,
        institution_numbers=None if row.institution_numbers is None else frozenset(row.institution_numbers),
    )
