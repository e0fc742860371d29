"""Counts and lists pupils by what identifies them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession
from libs.shared.db.order import Order, Place, Sortable, parameters
from services.registration.roster.coverage.domain import IdentityCoverage, Lack, SchoolCoverage

COUNTED_AT_ONCE = 5
"""Municipalities whose pupils are counted in one statement."""

_CASE = "EXISTS (SELECT FROM identity_case AS i WHERE i.pupil_id = p.pupil_id AND i.decision IS NULL)"
_IS = {
    Lack.CPR_NUMBER: "NOT p.has_cpr_number AND p.cpr_number IS NULL",
    Lack.REPLACED: "NOT p.has_cpr_number AND p.cpr_number IS NOT NULL",
    Lack.SOURCE_ID: "p.local_id IS NULL",
    Lack.CLASS_KIND: "k.kind = 'unknown'",
    Lack.CASE: _CASE,
}

_COUNTS = """
count(p.pupil_id) AS pupils, count(p.pupil_id) FILTER (WHERE p.has_cpr_number) AS with_cpr_number,
""" + ",\n".join(f"count(p.pupil_id) FILTER (WHERE {condition}) AS {lack.value}" for lack, condition in _IS.items())

_OF_GROUPS = text(f"""
SELECT g.name, {_COUNTS}
  FROM unnest(CAST(:names AS text[]), CAST(:ids AS uuid[])) AS g (name, pupil_id)
  JOIN pupil AS p USING (pupil_id)
  LEFT JOIN membership AS m ON m.pupil_id = p.pupil_id AND m.valid_from <= :on AND m.valid_to > :on
  LEFT JOIN class_ AS k ON k.class_id = m.class_id
 GROUP BY g.name
""")  # noqa: S608 - only constants of this module are put together

# Memberships of one pupil do not overlap, so a pupil is counted once.
_ON = "m.valid_from <= :on AND m.valid_to > :on"

_OF_SCHOOLS = text(f"""
SELECT {_COUNTS}
  FROM membership AS m JOIN class_ AS k USING (class_id) JOIN pupil AS p USING (pupil_id)
  JOIN school AS s USING (school_id)
 WHERE s.municipality_code = :code AND {_ON} AND s.standing <> 'refused'
   AND (CAST(:numbers AS text[]) IS NULL OR s.institution_number = ANY(CAST(:numbers AS text[])))
""")  # noqa: S608 - only constants of this module are put together

_SCHOOL_ORDERS = {
    "institution_number": Sortable("institution_number"),
    "name": Sortable("name"),
    "pupils": Sortable("pupils", "bigint"),
    "without_cpr_number": Sortable("(no_cpr_number + replacement_number)", "bigint"),
}

_BY_SCHOOL = f"""
SELECT * FROM (
    SELECT s.school_id, s.institution_number, s.name, s.kind AS school_kind, {_COUNTS}
      FROM school AS s
      LEFT JOIN class_ AS k ON k.school_id = s.school_id
      LEFT JOIN membership AS m ON m.class_id = k.class_id AND {_ON}
      LEFT JOIN pupil AS p ON p.pupil_id = m.pupil_id
     WHERE s.municipality_code = :code AND s.standing <> 'refused'
       AND (CAST(:numbers AS text[]) IS NULL OR s.institution_number = ANY(CAST(:numbers AS text[])))
     GROUP BY s.school_id, s.institution_number, s.name, s.kind
) AS counted
 WHERE {{after}} ORDER BY {{order}} LIMIT :size
"""  # noqa: S608 - only constants of this module are put together

# Under the access ``identity``, which does not see cases.
_COUNTS_ANYWHERE = _COUNTS.replace(_CASE, "false")
_BY_MUNICIPALITY = f"""
SELECT s.municipality_code, {_COUNTS_ANYWHERE}
  FROM membership AS m JOIN class_ AS k USING (class_id) JOIN pupil AS p USING (pupil_id)
  JOIN school AS s USING (school_id)
 WHERE {_ON} AND s.standing <> 'refused' AND s.municipality_code = ANY(CAST(:codes AS text[]))
 GROUP BY s.municipality_code
"""  # noqa: S608 - only constants of this module are put together

_PUPIL_ORDERS = {
    "institution_number": Sortable("institution_number"),
    "class_name": Sortable("class_name"),
    "grade": Sortable("grade", "integer"),
}
_LACKS = ", ".join(f"CASE WHEN {condition} THEN '{lack.value}' END" for lack, condition in _IS.items())
_LACKING = f"""
SELECT * FROM (
    SELECT p.pupil_id, s.school_id, s.institution_number, k.class_id, k.name AS class_name, k.grade, p.local_id,
           array_remove(ARRAY[{_LACKS}], NULL) AS lacks
      FROM membership AS m JOIN class_ AS k USING (class_id) JOIN pupil AS p USING (pupil_id)
  JOIN school AS s USING (school_id)
     WHERE s.municipality_code = :code AND {_ON} AND s.standing <> 'refused'
       AND (CAST(:numbers AS text[]) IS NULL OR s.institution_number = ANY(CAST(:numbers AS text[])))
       AND (CAST(:own AS text[]) IS NULL OR EXISTS (
            SELECT FROM membership AS now JOIN class_ AS c USING (class_id) JOIN school AS o USING (school_id)
             WHERE now.pupil_id = p.pupil_id AND now.valid_from <= :today AND now.valid_to > :today
               AND o.institution_number = ANY(CAST(:own AS text[])) AND o.standing <> 'refused'))
) AS found
 WHERE CAST(:lacks AS text[]) && lacks AND {{after}} ORDER BY {{order}} LIMIT :size
"""  # noqa: S608 - only constants of this module are put together

_REFUSED = text("""
WITH newest AS (
    SELECT DISTINCT ON (institution_number) id, institution_number, finished_at FROM import_receipt
     WHERE municipality_code = :code AND kind = 'pupils' AND mode = 'commit' AND state = 'completed' AND chunks > 0
       AND (CAST(:numbers AS text[]) IS NULL OR institution_numbers <@ CAST(:numbers AS text[]))
     ORDER BY institution_number, queued_at DESC
)
SELECT n.id AS receipt_id, n.institution_number, n.finished_at, count(*) AS rows
  FROM newest AS n JOIN import_refusal AS f ON f.receipt_id = n.id
 WHERE EXISTS (SELECT FROM jsonb_array_elements(f.errors) AS e
                WHERE e ->> 'column' IN ('cpr_number', 'CivilRegistrationNumber')
                   OR e ->> 'code' IN ('pupil.identifiers_conflict', 'pupil.no_identifier'))
 GROUP BY n.id, n.institution_number, n.finished_at ORDER BY n.institution_number NULLS FIRST
""")


@dataclass(frozen=True, slots=True)
class LackingPupil:
    """A pupil who lacks something; the id of the source system is encrypted."""

    pupil_id: UUID
    school_id: UUID
    institution_number: str
    class_id: UUID
    class_name: str
    grade: int
    local_id: bytes | None
    lacks: Sequence[str]


@dataclass(frozen=True, slots=True)
class RefusedNumbers:
    """The rows of the newest file (of an institution, for snapshots) that were refused for their CPR number."""

    receipt_id: UUID
    institution_number: str | None
    finished_at: datetime
    rows: int


async def of_groups(session: ReadSession, members: Sequence[tuple[str, UUID]], on: date) -> dict[str, IdentityCoverage]:
    """The figures by group of (group, pupil id) pairs, for groups with pupils whom the session may see."""
    given = {"names": [each[0] for each in members], "ids": [each[1] for each in members], "on": on}
    rows = (await session.execute(_OF_GROUPS, given)).mappings()
    return {row["name"]: _figures({name: row[name] for name in row if name != "name"}) for row in rows}


async def of_municipality(session: ReadSession, code: str, numbers: Sequence[str] | None, on: date) -> IdentityCoverage:
    """The figures of the municipality's pupils; with ``numbers`` only of those at these institutions."""
    row = (await session.execute(_OF_SCHOOLS, {"code": code, "numbers": numbers, "on": on})).mappings().one()
    return _figures(row)


async def by_school(
    session: ReadSession,
    code: str,
    numbers: Sequence[str] | None,
    on: date,
    *,
    order: Order,
    after: Place | None,
    size: int,
) -> list[SchoolCoverage]:
    """The figures of each of the municipality's schools."""
    condition, order_by = order.sql(_SCHOOL_ORDERS, Sortable("institution_number"))
    found = await session.execute(
        text(_BY_SCHOOL.format(after=condition, order=order_by)),
        {"code": code, "numbers": numbers, "on": on, "size": size, **parameters(after)},
    )
    return [
        SchoolCoverage(row["school_id"], row["institution_number"], row["name"], row["school_kind"], _figures(row))
        for row in found.mappings()
    ]


async def by_municipality(session: ReadSession, codes: Collection[str], on: date) -> dict[str, IdentityCoverage]:
    """The figures of these municipalities, those that have pupils on the day. Needs the access ``identity``."""
    found: dict[str, IdentityCoverage] = {}
    wanted = sorted(codes)
    for start in range(0, len(wanted), COUNTED_AT_ONCE):  # one statement about half the country would take too long
        some = wanted[start : start + COUNTED_AT_ONCE]
        rows = await session.execute(text(_BY_MUNICIPALITY), {"codes": some, "on": on})
        found |= {row["municipality_code"]: _figures(row) for row in rows.mappings()}
    return found


async def lacking(
    session: ReadSession,
    code: str,
    *,
    numbers: Sequence[str] | None,
    own: Sequence[str] | None,
    lacks: Collection[Lack],
    on: date,
    today: date,
    order: Order,
    after: Place | None,
    size: int,
) -> list[LackingPupil]:
    """The pupils at these institutions on the day who lack one of these; with ``own`` only those who are at one of
    these institutions today, too.
    """
    condition, order_by = order.sql(_PUPIL_ORDERS, Sortable("pupil_id", "uuid"))
    given: Mapping[str, Any] = {
        "code": code,
        "numbers": numbers,
        "own": own,
        "lacks": [each.value for each in lacks],
        "on": on,
        "today": today,
        "size": size,
    }
    found = await session.execute(
        text(_LACKING.format(after=condition, order=order_by)), {**given, **parameters(after)}
    )
    return [LackingPupil(**row) for row in found.mappings()]


async def refused_numbers(session: ReadSession, code: str, numbers: Sequence[str] | None) -> list[RefusedNumbers]:
    """Refused rows of the newest files; with ``numbers`` only of files that were sent for these institutions."""
    found = await session.execute(_REFUSED, {"code": code, "numbers": numbers})
    return [RefusedNumbers(**row) for row in found.mappings()]


def _figures(row: Mapping[Any, Any]) -> IdentityCoverage:
    names = ("pupils", "with_cpr_number", *(lack.value for lack in _IS))
    return IdentityCoverage(**{name: row[name] for name in names})
