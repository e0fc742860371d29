"""The list of projects."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlmodel import select

from libs.shared.db.database import ReadSession
from libs.shared.db.order import Order, Place, Sortable, parameters
from services.registration.projects.tables import Project

SORTED_BY = {
    "title": Sortable("project.title"),
    "municipality_code": Sortable("project.municipality_code"),
    "status": Sortable("project.status"),
    "start": Sortable("coalesce(project.plan ->> 'start', '')"),
    "changed_at": Sortable("coalesce(project.changed_at, TIMESTAMPTZ '1990-08-01')", "timestamptz"),
}
_UNIQUE = Sortable("project.project_id", "uuid")
_FILTER = """
(CAST(:municipality AS text) IS NULL OR project.municipality_code = :municipality)
AND (CAST(:status AS text) IS NULL OR project.status = :status)
AND (CAST(:school AS text) IS NULL OR CAST(CAST(:school AS text) AS uuid) = ANY(project.school_ids))
AND (CAST(:initiative AS text) IS NULL OR project.initiative_id = CAST(CAST(:initiative AS text) AS uuid))
AND (:every_school OR project.school_ids && CAST(:own AS uuid[]))
"""

_OF_SCHOOLS = text("SELECT project_id FROM project WHERE school_ids && CAST(:schools AS uuid[])")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters of a list of projects; None: all."""

    municipality: str | None = None
    status: str | None = None
    school: UUID | None = None
    initiative: UUID | None = None


async def listed(
    session: ReadSession,
    wanted: Wanted,
    own: Collection[UUID] | None,
    order: Order,
    *,
    after: Place | None,
    size: int,
) -> Sequence[Project]:
    """At most ``size`` projects after that place, of at least one of the schools ``own``; None: of any school."""
    condition, by = order.sql(SORTED_BY, _UNIQUE)
    given = {
        "municipality": wanted.municipality,
        "status": wanted.status,
        "school": None if wanted.school is None else str(wanted.school),
        "initiative": None if wanted.initiative is None else str(wanted.initiative),
        "every_school": own is None,
        "own": [str(each) for each in own or ()],
        "size": size,
    }
    page = text(f"SELECT project.* FROM project WHERE {_FILTER} AND {condition} ORDER BY {by} LIMIT :size")  # noqa: S608 - only constants of this module and of the declared order are put together
    chosen = select(Project).from_statement(page)
    return (await session.execute(chosen, {**given, **parameters(after)})).scalars().all()


async def of_schools(session: ReadSession, schools: Collection[UUID]) -> set[UUID]:
    """The ids of the projects of at least one of the schools."""
    found = await session.execute(_OF_SCHOOLS, {"schools": [str(each) for each in schools]})
    return set(found.scalars())


def place(project: Project, order: Order) -> Place:
    """The place of a project in the list."""
    values = {
        "title": project.title,
        "municipality_code": project.municipality_code,
        "status": project.status,
        "start": (project.plan or {}).get("start") or "",
        "changed_at": "1990-08-01T00:00:00Z" if project.changed_at is None else project.changed_at.isoformat(),
    }
    return Place(values[order.name], str(project.project_id))
