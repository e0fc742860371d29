"""The SQL of a snapshot of a school's pupils."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession
from libs.shared.files.snapshot import Snapshot
from libs.shared.imports.batch import Staged
from services.registration.roster.pupils.memberships import Interval
from services.registration.roster.pupils.queries.pupils import KeyRow

_CLASSES = text("""
SELECT c.class_id, c.name FROM class_ AS c JOIN school AS s USING (school_id)
 WHERE s.municipality_code = :code AND s.institution_number = :number AND c.school_year = :school_year
""")

_STAYS = text("""
SELECT m.pupil_id, m.class_id, m.valid_from, m.valid_to,
       coalesce(l.claimed_from, m.valid_from) AS claimed_from, coalesce(l.claimed_to, m.valid_to) AS claimed_to
  FROM membership AS m
  LEFT JOIN membership_limit AS l
    ON (l.pupil_id, l.class_id, l.valid_from) = (m.pupil_id, m.class_id, m.valid_from)
 WHERE m.class_id = ANY(CAST(:classes AS uuid[]))
   AND (m.valid_to > :day AND m.valid_to > m.valid_from OR l.claimed_to > :day AND l.claimed_to > l.claimed_from)
""")

_ANY_PUPIL = text("""
SELECT EXISTS (SELECT FROM membership WHERE class_id = ANY(CAST(:classes AS uuid[])) AND valid_to > valid_from)
    OR EXISTS (SELECT FROM membership_limit
                WHERE class_id = ANY(CAST(:classes AS uuid[])) AND claimed_to > claimed_from)
""")

_STAGED = """
SELECT DISTINCT t.kind, t.value
  FROM {table} AS s
 CROSS JOIN LATERAL (VALUES ('cpr_number', s.cpr_number_key), ('uni_login', s.uni_login_key),
                            ('local_id', s.local_id_key)) AS t (kind, value)
 WHERE s.receipt_id = :receipt_id AND t.value IS NOT NULL
"""


async def classes(session: ReadSession, code: str, snapshot: Snapshot) -> Mapping[UUID, str]:
    """The names of the snapshot's classes by their ids."""
    given = {"code": code, "number": snapshot.institution_number, "school_year": snapshot.school_year}
    return {row.class_id: row.name for row in await session.execute(_CLASSES, given)}


async def stays(
    session: ReadSession, class_ids: Iterable[UUID], day: date
) -> Sequence[tuple[UUID, Interval, Interval]]:
    """The stays in these classes that go on after the day, or would by what the school claims: the pupil, the stay and
    the claim.
    """
    found = await session.execute(_STAYS, {"classes": list(class_ids), "day": day})
    return [
        (
            row.pupil_id,
            Interval(row.valid_from, row.valid_to, row.class_id),
            Interval(row.claimed_from, row.claimed_to, row.class_id),
        )
        for row in found
    ]


async def any_pupil(session: ReadSession, class_ids: Iterable[UUID]) -> bool:
    """Whether the school says of anybody that he or she is or was in any of these classes."""
    return bool((await session.execute(_ANY_PUPIL, {"classes": list(class_ids)})).scalar_one())


async def staged_keys(session: ReadSession, staged: Staged) -> set[KeyRow]:
    """The lookup keys of all identifiers of the staged rows. They are not joined with those of pupils here, as the
    planner has no statistics of the staged rows.
    """
    found = await session.execute(text(_STAGED.format(table=staged.table)), {"receipt_id": staged.receipt_id})
    return {(kind, staged.key_id, value) for kind, value in found}
