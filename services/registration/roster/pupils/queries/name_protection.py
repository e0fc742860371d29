"""Whether pupils' names are protected, and when that changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place, Sortable, parameters
from libs.shared.imports.batch import Batch

_ADD = text("""
INSERT INTO name_protection_change (change_id, municipality_code, pupil_id, name_protected, receipt_id, changed_at)
SELECT g.change_id, :code, g.pupil_id, g.name_protected, :receipt_id, :at
  FROM unnest(CAST(:ids AS uuid[]), CAST(:pupils AS uuid[]), CAST(:protected AS boolean[]))
       AS g (change_id, pupil_id, name_protected)
""")

_PROTECT = text("""
UPDATE pupil SET name_protected = true WHERE pupil_id = ANY(CAST(:ids AS uuid[])) AND NOT name_protected
RETURNING pupil_id
""")

_CHANGED = text("SELECT EXISTS (SELECT FROM name_protection_change WHERE receipt_id = :receipt_id)")

_NAMES = text("SELECT pupil_id, name, name_protected FROM pupil WHERE pupil_id = ANY(CAST(:ids AS uuid[]))")

_PROTECTED = text("SELECT pupil_id FROM pupil WHERE pupil_id = ANY(CAST(:ids AS uuid[])) AND name_protected")

_ANY = text("SELECT EXISTS (SELECT FROM pupil WHERE municipality_code = :code AND name_protected)")

_ORDERS = {"changed_at": Sortable("c.changed_at", "timestamptz")}

_PAGE = """
SELECT c.change_id, c.pupil_id, c.name_protected, c.receipt_id, c.changed_at FROM name_protection_change AS c
 WHERE c.municipality_code = :code AND {after} AND (CAST(:numbers AS text[]) IS NULL OR EXISTS (
       SELECT FROM membership AS m JOIN class_ AS k USING (class_id) JOIN school AS s USING (school_id)
        WHERE m.pupil_id = c.pupil_id AND m.valid_from <= :today AND m.valid_to > :today
          AND s.institution_number = ANY(CAST(:numbers AS text[])) AND s.standing <> 'refused'))
 ORDER BY {order} LIMIT :size
"""


@dataclass(frozen=True, slots=True)
class SealedName:
    """A pupil's encrypted name, and whether it may be shown."""

    pupil_id: UUID
    name: bytes
    name_protected: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """That the protection of a pupil's name began or ended."""

    change_id: UUID
    pupil_id: UUID
    name_protected: bool
    receipt_id: UUID
    changed_at: datetime


async def add(session: WriteSession, code: str, changes: Sequence[tuple[UUID, bool]], batch: Batch) -> None:
    """Write (pupil id, whether the name is protected), as this batch changed it."""
    if not changes:
        return
    given = {"code": code, "receipt_id": batch.receipt_id, "at": batch.queued_at}
    given |= {"ids": [uuid4() for _ in changes], "pupils": [each[0] for each in changes]}
    await session.execute(_ADD, {**given, "protected": [each[1] for each in changes]})


async def protect(session: WriteSession, batch: Batch, pupil_ids: Sequence[UUID]) -> None:
    """Protect the names of these pupils, and write that this file did it for those whose name was not protected."""
    if pupil_ids:
        found = (await session.execute(_PROTECT, {"ids": list(pupil_ids)})).scalars()
        await add(session, batch.municipality_code, [(each, True) for each in found], batch)


async def changed_by(session: ReadSession, receipt_id: UUID) -> bool:
    """Whether the file, or the row sent alone, changed any protection."""
    return bool((await session.execute(_CHANGED, {"receipt_id": receipt_id})).scalar_one())


async def names(session: ReadSession, pupil_ids: Iterable[UUID]) -> list[SealedName]:
    """The names of these pupils whom the session may see."""
    return [SealedName(*row) for row in await session.execute(_NAMES, {"ids": list(pupil_ids)})]


async def protected(session: ReadSession, pupil_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the pupils whose name is protected."""
    ids = sorted(set(pupil_ids))
    return set((await session.execute(_PROTECTED, {"ids": ids})).scalars()) if ids else set()


async def any_protected(session: ReadSession, code: str) -> bool:
    """Whether the name of any of the municipality's pupils is protected."""
    return bool((await session.execute(_ANY, {"code": code})).scalar_one())


async def changes(
    session: ReadSession,
    code: str,
    numbers: Sequence[str] | None,
    today: date,
    *,
    order: Order,
    after: Place | None,
    size: int,
) -> list[Changed]:
    """The municipality's changes; with ``numbers`` only those about pupils who are at these institutions today."""
    condition, order_by = order.sql(_ORDERS, Sortable("c.change_id", "uuid"))
    given = {"code": code, "numbers": numbers, "today": today, "size": size, **parameters(after)}
    found = await session.execute(text(_PAGE.format(after=condition, order=order_by)), given)
    return [Changed(**row) for row in found.mappings()]
