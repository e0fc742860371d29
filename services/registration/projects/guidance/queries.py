"""Reads and writes the log of guidance."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlmodel import select

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place, Sortable, parameters
from services.registration.projects.guidance.tables import Guidance

_COLUMNS = {
    "given_on": Sortable("guidance.given_on", "date"),
    "municipality_code": Sortable("guidance.municipality_code"),
    "kind": Sortable("guidance.kind"),
}
_UNIQUE = Sortable("guidance.guidance_id", "uuid")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters of the list; None: all."""

    municipality: str | None = None
    kind: str | None = None


async def add(session: WriteSession, row: Guidance) -> None:
    """Write a new entry."""
    session.add(row)
    await session.flush()


async def one(session: ReadSession, guidance_id: UUID) -> Guidance | None:
    """The entry, if the session may see it."""
    return await session.get(Guidance, guidance_id)


async def listed(
    session: ReadSession,
    wanted: Wanted,
    own: Collection[UUID] | None,
    order: Order,
    *,
    after: Place | None,
    size: int,
) -> Sequence[Guidance]:
    """At most ``size`` entries after that place, about one of the projects ``own``; None: about any or none."""
    condition, by = order.sql(_COLUMNS, _UNIQUE)
    page = text(
        "SELECT guidance.* FROM guidance"  # noqa: S608 - only constants of this module and of the declared order are put together
        " WHERE (CAST(:municipality AS text) IS NULL OR guidance.municipality_code = :municipality)"
        " AND (CAST(:kind AS text) IS NULL OR guidance.kind = :kind)"
        f" AND (:all OR guidance.project_id = ANY(CAST(:own AS uuid[]))) AND {condition} ORDER BY {by} LIMIT :size"
    )
    given: dict[str, object] = {
        "municipality": wanted.municipality,
        "kind": wanted.kind,
        "size": size,
        **parameters(after),
    }
    given |= {"all": own is None, "own": [str(each) for each in own or ()]}
    return (await session.execute(select(Guidance).from_statement(page), given)).scalars().all()


def place(row: Guidance, order: Order) -> Place:
    """The place of an entry in the list."""
    return Place(str(getattr(row, order.name)), str(row.guidance_id))
