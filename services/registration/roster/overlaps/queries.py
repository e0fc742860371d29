"""Overlapping stays, joined by person with the identity access; the person's id is not returned."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession
from libs.shared.db.order import Order, Place, Sortable, parameters

# Stays of a pupil do not overlap each other (an import refuses them), so these are of two pupil ids of one person. The
# rows are distinct because a stay may come from several classes of one school.
_OVERLAPS = """
WITH several AS (
    SELECT person_id FROM pupil GROUP BY person_id HAVING count(*) > 1
),
stay AS MATERIALIZED (
    SELECT p.person_id, p.pupil_id, p.municipality_code, s.institution_number, m.valid_from, m.valid_to
      FROM several
      JOIN pupil AS p USING (person_id)
      JOIN membership AS m USING (pupil_id)
      JOIN class_ AS c USING (class_id)
      JOIN school AS s USING (school_id)
     WHERE m.valid_from < m.valid_to
),
overlap_ AS (
    SELECT DISTINCT
           one.municipality_code, one.institution_number, one.pupil_id, one.valid_from, one.valid_to,
           other.municipality_code AS other_municipality_code, other.institution_number AS other_institution_number,
           other.pupil_id AS other_pupil_id, other.valid_from AS other_valid_from, other.valid_to AS other_valid_to
      FROM stay AS one
      JOIN stay AS other ON other.person_id = one.person_id AND other.pupil_id > one.pupil_id
       AND other.valid_from < one.valid_to AND other.valid_to > one.valid_from
)
"""
_PAGE = f"{_OVERLAPS} SELECT * FROM overlap_ WHERE {{after}} ORDER BY {{order}} LIMIT :size"  # noqa: S608 - the same
_DAYS = "to_char(valid_from, 'YYYY-MM-DD'), to_char(other_valid_from, 'YYYY-MM-DD')"
_UNIQUE = Sortable(
    f"concat_ws('/', pupil_id, other_pupil_id, {_DAYS}, institution_number, other_institution_number)",
)
_ORDERS = {
    "valid_from": Sortable("greatest(valid_from, other_valid_from)", "date"),
    "valid_to": Sortable("least(valid_to, other_valid_to)", "date"),
    "institution_number": Sortable("institution_number"),
}
_COUNT = text(f"{_OVERLAPS} SELECT count(*) FROM overlap_")  # noqa: S608 - only constants of this module


@dataclass(frozen=True, slots=True)
class Stay:
    """A pupil's time at a school, from ``valid_from`` until before ``valid_to``."""

    municipality_code: str
    institution_number: str
    pupil_id: UUID
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two stays of one person under two ids, both from ``valid_from`` until before ``valid_to``."""

    one: Stay
    other: Stay

    @property
    def valid_from(self) -> date:
        """The first day of both."""
        return max(self.one.valid_from, self.other.valid_from)

    @property
    def valid_to(self) -> date:
        """The day after the last one of both."""
        return min(self.one.valid_to, self.other.valid_to)

    def place(self, column: str) -> Place:
        """Its place in the list that is sorted by this column."""
        one, other = self.one, self.other
        values = {
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to.isoformat(),
            "institution_number": one.institution_number,
        }
        days = (one.valid_from.isoformat(), other.valid_from.isoformat())
        unique = (str(one.pupil_id), str(other.pupil_id), *days, one.institution_number, other.institution_number)
        return Place(values[column], "/".join(unique))


async def overlaps(session: ReadSession, *, order: Order, after: Place | None, size: int) -> list[Overlap]:
    """At most ``size`` overlaps after that place, of all municipalities. Needs the identity access."""
    condition, order_by = order.sql(_ORDERS, _UNIQUE)
    page = text(_PAGE.format(after=condition, order=order_by))
    rows = await session.execute(page, {**parameters(after), "size": size})
    return [Overlap(Stay(*row[:5]), Stay(*row[5:])) for row in rows]


async def count(session: ReadSession) -> int:
    """The number of overlaps. Needs the identity access."""
    return int((await session.execute(_COUNT)).scalar_one())
