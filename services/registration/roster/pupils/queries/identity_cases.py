"""Reads and writes the cases about pupils' identity."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place, Sortable, parameters

_OF_PUPILS = text("""
SELECT case_id, pupil_id, name, decision, other_id FROM identity_case WHERE pupil_id = ANY(CAST(:ids AS uuid[]))
""")

_ADD = text("""
INSERT INTO identity_case (case_id, municipality_code, pupil_id, name, institution_number, since)
SELECT g.case_id, :code, g.pupil_id, g.name, g.institution_number, :since
  FROM unnest(CAST(:cases AS uuid[]), CAST(:pupils AS uuid[]), CAST(:names AS bytea[]), CAST(:numbers AS text[]))
       AS g (case_id, pupil_id, name, institution_number)
""")

_MIRROR = text("""
INSERT INTO identity_case (case_id, municipality_code, pupil_id, name, institution_number, since, decision, decided_by,
                           decided_at, other_id)
SELECT g.case_id, c.municipality_code, g.pupil_id, g.name, c.institution_number, c.since, c.decision, c.decided_by,
       c.decided_at, g.other_id
  FROM unnest(CAST(:cases AS uuid[]), CAST(:origins AS uuid[]), CAST(:pupils AS uuid[]), CAST(:names AS bytea[]),
              CAST(:others AS uuid[])) AS g (case_id, origin, pupil_id, name, other_id)
  JOIN identity_case AS c ON c.case_id = g.origin
""")

_FOUND_OTHER = text("""
UPDATE identity_case AS c SET other_id = g.other_id
  FROM unnest(CAST(:cases AS uuid[]), CAST(:others AS uuid[])) AS g (case_id, other_id)
 WHERE c.case_id = g.case_id
""")

_UNDECIDED = text("""
SELECT DISTINCT pupil_id FROM identity_case WHERE pupil_id = ANY(CAST(:ids AS uuid[])) AND decision IS NULL
""")

# A decision is stored for both pupils (see ``mirror``), so following ``other_id`` finds them all.
_FAMILY = text("""
WITH RECURSIVE family (pupil_id) AS (
    SELECT CAST(:id AS uuid)
    UNION
    SELECT c.other_id FROM identity_case AS c JOIN family USING (pupil_id) WHERE c.other_id IS NOT NULL
)
SELECT pupil_id FROM family
""")

_SHOWN = """
   AND (CAST(:numbers AS text[]) IS NULL OR c.institution_number = ANY(CAST(:numbers AS text[])) AND EXISTS (
        SELECT FROM membership AS m JOIN class_ AS k USING (class_id) JOIN school AS s USING (school_id)
         WHERE m.pupil_id = c.pupil_id AND m.valid_from <= :today AND m.valid_to > :today
           AND s.institution_number = ANY(CAST(:numbers AS text[])) AND s.standing <> 'refused'))
"""
"""A caller who is limited to institutions sees a case if both children are at one of them."""

# A case without waiting rows is not listed: there is nothing to decide.
_PAGE = f"""
SELECT c.case_id, c.municipality_code, c.pupil_id, p.name AS known_name, c.name AS sent_name,
       p.name_protected OR c.name_protected AS name_protected, c.institution_number, c.since, w.rows
  FROM identity_case AS c JOIN pupil AS p USING (pupil_id)
  JOIN LATERAL (SELECT count(*) AS rows FROM parked_row AS r WHERE r.case_id = c.case_id) AS w ON w.rows > 0
 WHERE c.municipality_code = :code AND c.decision IS NULL AND {{after}} {_SHOWN}
 ORDER BY {{order}} LIMIT :size
"""  # noqa: S608 - only constants of this module are put together
_ORDERS = {
    "since": Sortable("c.since", "timestamptz"),
    "institution_number": Sortable("c.institution_number"),
    "rows": Sortable("w.rows", "bigint"),
}

_LOCK = text(f"""
SELECT c.case_id, c.municipality_code, c.pupil_id, c.decision FROM identity_case AS c
 WHERE c.case_id = :case_id {_SHOWN} FOR UPDATE
""")  # noqa: S608 - only constants of this module are put together

_PROTECT = text("""
UPDATE identity_case SET name_protected = true WHERE case_id = ANY(CAST(:cases AS uuid[])) AND NOT name_protected
""")

_NAME = text("SELECT name, name_protected FROM identity_case WHERE case_id = :case_id AND pupil_id = :pupil_id")

_DECIDE = text("""
UPDATE identity_case SET decision = :decision, decided_by = :decided_by, decided_at = :decided_at
 WHERE case_id = :case_id
""")


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A case as it is stored, with its name encrypted."""

    case_id: UUID
    pupil_id: UUID
    name: bytes
    decision: str | None
    other_id: UUID | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case that waits for a decision, for the list; names are encrypted, ``rows`` is the number of rows that wait for
    it.
    """

    case_id: UUID
    municipality_code: str
    pupil_id: UUID
    known_name: bytes
    sent_name: bytes
    name_protected: bool
    """Whether either name is protected. They may be one child's, so then neither is shown."""
    institution_number: str
    since: datetime
    rows: int


@dataclass(frozen=True, slots=True)
class CaseName:
    """The name that came with a pupil's id, encrypted."""

    name: bytes
    name_protected: bool


@dataclass(frozen=True, slots=True)
class Mirror:
    """The same decision for the other pupil's name, copied from the case ``origin``."""

    case_id: UUID
    origin: UUID
    pupil_id: UUID
    name: bytes
    other_id: UUID | None


@dataclass(frozen=True, slots=True)
class Locked:
    """A case whose row is locked."""

    case_id: UUID
    municipality_code: str
    pupil_id: UUID
    decision: str | None


async def of_pupils(session: ReadSession, pupil_ids: Iterable[UUID]) -> list[CaseRecord]:
    """All cases about these pupils."""
    rows = (await session.execute(_OF_PUPILS, {"ids": sorted(set(pupil_ids))})).mappings()
    return [CaseRecord(**row) for row in rows]


async def add(session: WriteSession, code: str, rows: Sequence[tuple[UUID, UUID, bytes, str]], since: datetime) -> None:
    """Write (case id, pupil id, sealed name, institution number)."""
    if not rows:
        return
    cases, pupils, names, numbers = (list(column) for column in zip(*rows, strict=True))
    given = {"code": code, "cases": cases, "pupils": pupils, "names": names, "numbers": numbers, "since": since}
    await session.execute(_ADD, given)


async def mirror(session: WriteSession, rows: Sequence[Mirror]) -> None:
    """Write these mirrored decisions."""
    if not rows:
        return
    given = {
        "cases": [row.case_id for row in rows],
        "origins": [row.origin for row in rows],
        "pupils": [row.pupil_id for row in rows],
        "names": [row.name for row in rows],
        "others": [row.other_id for row in rows],
    }
    await session.execute(_MIRROR, given)


async def found_other(session: WriteSession, others: Sequence[tuple[UUID, UUID]]) -> None:
    """Write (case id, the other pupil's id)."""
    if others:
        cases, ids = (list(column) for column in zip(*others, strict=True))
        await session.execute(_FOUND_OTHER, {"cases": cases, "others": ids})


async def protect(session: WriteSession, case_ids: Iterable[UUID]) -> None:
    """The names of these cases are protected from now on."""
    ids = sorted(set(case_ids))
    if ids:
        await session.execute(_PROTECT, {"cases": ids})


async def case_name(session: ReadSession, case_id: UUID, pupil_id: UUID) -> CaseName | None:
    """The name of the case, encrypted, if it is about this pupil."""
    row = (await session.execute(_NAME, {"case_id": case_id, "pupil_id": pupil_id})).mappings().one_or_none()
    return CaseName(**row) if row else None


async def undecided(session: ReadSession, pupil_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the pupils about whom a case waits for a decision."""
    ids = sorted(set(pupil_ids))
    return set((await session.execute(_UNDECIDED, {"ids": ids})).scalars()) if ids else set()


async def family(session: ReadSession, pupil_id: UUID) -> list[UUID]:
    """The pupil, and all pupils between whom decisions have moved an id of the pupil's."""
    return list((await session.execute(_FAMILY, {"id": pupil_id})).scalars())


async def page(
    session: ReadSession,
    code: str,
    numbers: Sequence[str] | None,
    today: date,
    *,
    order: Order,
    after: Place | None,
    size: int,
) -> list[Waiting]:
    """Cases of the municipality that wait for a decision; with ``numbers`` only those of these institutions."""
    condition, order_by = order.sql(_ORDERS, Sortable("c.case_id", "uuid"))
    given = {"code": code, "numbers": numbers, "today": today, "size": size, **parameters(after)}
    found = await session.execute(text(_PAGE.format(after=condition, order=order_by)), given)
    return [Waiting(**row) for row in found.mappings()]


async def lock(session: WriteSession, case_id: UUID, numbers: Sequence[str] | None, today: date) -> Locked | None:
    """The case, if the session may see it and it is of these institutions."""
    given = {"case_id": case_id, "numbers": numbers, "today": today}
    row = (await session.execute(_LOCK, given)).mappings().one_or_none()
    return Locked(**row) if row else None


async def decide(session: WriteSession, case_id: UUID, decision: str, decided_by: str, decided_at: datetime) -> None:
    """Write the decision."""
    given = {"case_id": case_id, "decision": decision, "decided_by": decided_by, "decided_at": decided_at}
    await session.execute(_DECIDE, given)
