"""The list of projects. It reads no description, which may be long and is encrypted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession
from libs.shared.db.order import Order, Place, Sortable, parameters

_LISTED = """
SELECT p.project_id, p.municipality_code, p.initiative_id, p.title, p.school_ids, p.status, p.version,
       p.version_in_force, coalesce(p.plan ->> 'start', '') AS start, p.plan ->> 'last_day' AS last_day,
       jsonb_path_query_array(p.plan, '$.efforts[*].variant') AS variants, p.budget_total, p.own_financing,
       p.submitted_at, p.approved_at, coalesce(p.changed_at, TIMESTAMPTZ '1990-08-01') AS changed_at
  FROM project AS p
 WHERE (CAST(:municipality AS text) IS NULL OR p.municipality_code = :municipality)
   AND (CAST(:status AS text) IS NULL OR p.status = :status)
   AND (CAST(:initiative AS text) IS NULL OR p.initiative_id = CAST(CAST(:initiative AS text) AS uuid))
   AND (CAST(:school AS text) IS NULL OR CAST(CAST(:school AS text) AS uuid) = ANY(p.school_ids))
   AND (:every_school OR p.school_ids && CAST(:own AS uuid[]) OR EXISTS (
           SELECT FROM project_version AS v
            WHERE v.project_id = p.project_id AND v.version = p.version_in_force AND v.outcome = 'approved'
              AND v.school_ids && CAST(:own AS uuid[])))
"""
SORTED_BY = {
    "title": Sortable("title"),
    "municipality_code": Sortable("municipality_code"),
    "status": Sortable("status"),
    "start": Sortable("start"),
    "changed_at": Sortable("changed_at", "timestamptz"),
}
_UNIQUE = Sortable("project_id", "uuid")
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
) -> Sequence[Mapping[Any, Any]]:
    """At most ``size`` projects after that place, of at least one of the schools ``own`` in the version that is worked
    on or in the one in force; None: of any school.
    """
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
    page = text(f"SELECT * FROM ({_LISTED}) AS listed WHERE {condition} ORDER BY {by} LIMIT :size")  # noqa: S608 - only constants of this module and of the declared order are put together
    return (await session.execute(page, {**given, **parameters(after)})).mappings().all()


async def of_schools(session: ReadSession, schools: Collection[UUID]) -> set[UUID]:
    """The ids of the projects of at least one of the schools."""
    found = await session.execute(_OF_SCHOOLS, {"schools": [str(each) for each in schools]})
    return set(found.scalars())


def place(row: Mapping[Any, Any], order: Order) -> Place:
    """The place of a project in the list."""
    value = row[order.name]
    return Place(value.isoformat() if order.name == "changed_at" else value, str(row["project_id"]))
