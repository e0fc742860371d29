"""Adds steps, and lists them."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place, Sortable, parameters
from services.registration.initiatives.history.domain import Step
from services.registration.initiatives.tables import InitiativeStep

COLUMNS = {"position": Sortable("s.position", "bigint")}
_UNIQUE = Sortable("s.position", "bigint")

_LISTED = """
SELECT s.position, s.step_id, s.municipality_code, s.step, s.details, s.reason, s.taken_by, s.taken_at
  FROM initiative_step AS s
 WHERE s.initiative_id = :initiative_id
   AND (CAST(:code AS text) IS NULL OR s.municipality_code = :code)
   AND (CAST(:step AS text) IS NULL OR s.step = :step)
   AND (CAST(:numbers AS text[]) IS NULL OR s.details ->> 'institution_number' IS NULL
        OR s.details ->> 'institution_number' = ANY(CAST(:numbers AS text[])))
   AND {condition}
 ORDER BY {order} LIMIT :size
"""


async def add(session: WriteSession, steps: Iterable[Step]) -> None:
    """Write the steps in their order."""
    for each in steps:
        session.add(
            InitiativeStep(
                step_id=each.step_id,
                initiative_id=each.initiative_id,
                municipality_code=each.municipality_code,
                step=each.step,
                details=dict(each.details),
                reason=each.reason,
                taken_by=each.taken_by,
                taken_at=each.taken_at,
            )
        )
    await session.flush()


async def listed(
    session: ReadSession,
    initiative_id: UUID,
    numbers: Collection[str] | None,
    *,
    order: Order,
    after: Place | None,
    size: int,
    **filters: str | None,
) -> list[RowMapping]:
    """At most ``size`` steps that the session may see, with ``numbers`` none about another school; ``filters`` are
    ``code`` and ``step``.
    """
    condition, ordered = order.sql(COLUMNS, _UNIQUE)
    given: dict[str, Any] = {"initiative_id": initiative_id, "size": size, **parameters(after), **filters}
    given["numbers"] = None if numbers is None else sorted(numbers)
    found = await session.execute(text(_LISTED.format(condition=condition, order=ordered)), given)
    return list(found.mappings())
