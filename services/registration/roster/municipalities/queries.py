"""Reads and writes municipalities."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import RowMapping, text

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Sortable, parameters
from libs.shared.db.order import Place as ListPlace
from libs.shared.events.republishing import Place

# The version is raised under the row's lock and only if something changed; otherwise no row is returned.
_PUT = text("""
INSERT INTO municipality AS m (municipality_code, name, status, status_from, comparison, aggregate_version)
VALUES (:code, :name, :status, :status_from, :comparison, 1)
ON CONFLICT (municipality_code) DO UPDATE
   SET name = excluded.name, status = excluded.status, status_from = excluded.status_from,
       comparison = excluded.comparison, aggregate_version = m.aggregate_version + 1
 WHERE (m.name, m.status, m.status_from, m.comparison)
       IS DISTINCT FROM (excluded.name, excluded.status, excluded.status_from, excluded.comparison)
RETURNING municipality_code, name, status, imports_enabled_on IS NOT NULL AS imports_enabled, comparison,
          aggregate_version
""")

_ENABLE = text("""
UPDATE municipality SET imports_enabled_reason = :reason, imports_enabled_on = :on,
       aggregate_version = aggregate_version + 1
 WHERE municipality_code = :code AND imports_enabled_reason IS DISTINCT FROM :reason
RETURNING municipality_code, name, status, imports_enabled_on IS NOT NULL AS imports_enabled, comparison,
          aggregate_version
""")

_ORDERS = {name: Sortable(name) for name in ("municipality_code", "name", "status")}
_LISTED = """
SELECT municipality_code, name, status, comparison, imports_enabled_reason, imports_enabled_on FROM municipality
 WHERE (CAST(:status AS text) IS NULL OR status = :status) AND {after} ORDER BY {order} LIMIT :size
"""

_ONE = text("""
SELECT municipality_code, name, status, comparison, imports_enabled_reason, imports_enabled_on FROM municipality
 WHERE municipality_code = :code
""")


_STANDING = text("""
SELECT status, status_from, comparison FROM municipality WHERE municipality_code = :code FOR UPDATE
""")

_STATE = text("""
SELECT municipality_code, name, status, imports_enabled_on IS NOT NULL AS imports_enabled, comparison,
       aggregate_version
  FROM municipality
 WHERE municipality_code = :code AND CAST(:after AS text) IS NULL FOR UPDATE
""")


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a municipality takes part, what decides that, and whether the evaluation compares with it."""

    status: str
    status_from: str
    comparison: bool = False


@dataclass(frozen=True, slots=True)
class MunicipalityRecord:
    """A municipality as it is read."""

    municipality_code: str
    name: str
    status: str
    comparison: bool
    imports_enabled_reason: str | None
    imports_enabled_on: date | None

    @property
    def may_import(self) -> bool:
        """Whether its files are accepted."""
        return self.status == "accepted" or self.imports_enabled_on is not None


async def locked_page(session: WriteSession, code: str, after: Place | None, _size: int) -> Sequence[RowMapping]:
    """The municipality's row, locked; empty if ``after`` is given."""
    found = await session.execute(_STATE, {"code": code, "after": after[0] if after else None})
    return found.mappings().all()


async def standing_locked(session: WriteSession, code: str) -> Standing | None:
    """The municipality's standing, its row locked."""
    row = (await session.execute(_STANDING, {"code": code})).mappings().one_or_none()
    return Standing(**row) if row else None


async def put(session: WriteSession, code: str, name: str, standing: Standing) -> RowMapping | None:
    """Write the municipality; returns its new row, or None if nothing changed."""
    given = {"code": code, "name": name, **asdict(standing)}
    return (await session.execute(_PUT, given)).mappings().one_or_none()


async def enable(session: WriteSession, code: str, reason: str | None, on: date | None) -> RowMapping | None:
    """Write the reason why its files are accepted whatever its status; None: by its status alone. Returns its new row,
    if it changed.
    """
    given = {"code": code, "reason": reason, "on": on}
    return (await session.execute(_ENABLE, given)).mappings().one_or_none()


async def one(session: ReadSession, code: str) -> MunicipalityRecord | None:
    """The municipality, if the session may see it."""
    row = (await session.execute(_ONE, {"code": code})).mappings().one_or_none()
    return MunicipalityRecord(**row) if row else None


async def listed(
    session: ReadSession, *, status: str | None, order: Order, after: ListPlace | None, size: int
) -> list[MunicipalityRecord]:
    """Municipalities, of this status if one is given."""
    condition, order_by = order.sql(_ORDERS, Sortable("municipality_code"))
    given = {"status": status, "size": size, **parameters(after)}
    found = await session.execute(text(_LISTED.format(after=condition, order=order_by)), given)
    return [MunicipalityRecord(**row) for row in found.mappings()]


async def may_import(session: ReadSession, code: str) -> bool | None:
    """Whether the municipality's files are accepted: by its status, or because an operator has enabled them. A
    municipality that was never invited does not take part.
    """
    found = await one(session, code)
    return found is not None and found.may_import
