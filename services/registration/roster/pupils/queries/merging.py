"""The SQL by which everything of one pupil becomes another pupil's, and part of a pupil a new pupil's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession
from services.registration.roster.pupils.domain import IdentityChanged

_RESOLVE = text("SELECT pupil_id FROM identity_change WHERE kind = 'merge' AND other_id = :id")

_MUNICIPALITY = text("SELECT municipality_code FROM pupil WHERE pupil_id = :id")

_LOCK = text("SELECT pupil_id FROM pupil WHERE pupil_id = ANY(CAST(:ids AS uuid[])) ORDER BY pupil_id FOR UPDATE")

_OWN = (
    text("UPDATE pupil_key SET pupil_id = :winner WHERE pupil_id = :loser"),
    text("UPDATE former_identifier SET pupil_id = :winner WHERE pupil_id = :loser"),
    text("""
UPDATE identity_case SET decision = 'same_pupil', other_id = NULL
 WHERE (pupil_id, other_id) = (:winner, :loser) OR (pupil_id, other_id) = (:loser, :winner)
"""),
    text("UPDATE identity_case SET pupil_id = :winner WHERE pupil_id = :loser"),
    text("UPDATE identity_case SET other_id = :winner WHERE other_id = :loser"),
    text("DELETE FROM membership_limit WHERE pupil_id = :loser"),
    text("DELETE FROM membership WHERE pupil_id = :loser"),
    text("""
INSERT INTO membership_ruling (pupil_id, school_year, first_number, second_number, kept_number, covers_to, decided_by,
                               decided_at, municipality_code)
SELECT :winner, school_year, first_number, second_number, kept_number, covers_to, decided_by, decided_at,
       municipality_code
  FROM membership_ruling WHERE pupil_id = :loser
ON CONFLICT DO NOTHING
"""),
    text("DELETE FROM membership_ruling WHERE pupil_id = :loser"),
    text("UPDATE identity_change SET pupil_id = :winner WHERE pupil_id = :loser"),
    # Those that are still true come again with the next file.
    text("DELETE FROM pupil_conflict WHERE pupil_id = :loser OR other_id = :loser"),
)

_DELETE = text("DELETE FROM pupil WHERE pupil_id = :loser")

_NOTE = text("""
INSERT INTO identity_change (change_id, kind, pupil_id, other_id, changed_by, changed_at, municipality_code)
VALUES (:change_id, :kind, :pupil_id, :other_id, :changed_by, :changed_at, :code)
""")

_CHANGES = text("""
SELECT kind, other_id, changed_at FROM identity_change WHERE pupil_id = :id ORDER BY changed_at, change_id
""")

_IDENTIFIERS = text("""
SELECT former_id, kind, value, until, receipt_id IS NULL OR kind = 'cpr_number' AS finds FROM former_identifier
 WHERE pupil_id = :id ORDER BY until, former_id
""")

_MOVE_FORMER = text("""
UPDATE former_identifier SET pupil_id = :to_id WHERE former_id = ANY(CAST(:formers AS uuid[]))
""")

_DELETE_FORMER = text("DELETE FROM former_identifier WHERE former_id = ANY(CAST(:formers AS uuid[]))")

_KNOW_AS = text("""
INSERT INTO identity_case (case_id, municipality_code, pupil_id, name, institution_number, since, decision, decided_by,
                           decided_at)
VALUES (:case_id, :code, :pupil_id, :name, '', :now, 'same_pupil', :decided_by, :now)
""")


@dataclass(frozen=True, slots=True)
class FormerRow:
    """A former identifier, sealed. ``finds``: the pupil is still found by it."""

    former_id: UUID
    kind: str
    value: bytes
    until: datetime
    finds: bool


async def resolve(session: ReadSession, pupil_id: UUID) -> UUID:
    """The pupil whose former id this is; else the id itself."""
    found: UUID | None = (await session.execute(_RESOLVE, {"id": pupil_id})).scalar_one_or_none()
    return found or pupil_id


async def municipality_of(session: ReadSession, pupil_id: UUID) -> str | None:
    """The municipality of the pupil, if the session sees the pupil."""
    code: str | None = (await session.execute(_MUNICIPALITY, {"id": pupil_id})).scalar_one_or_none()
    return code


async def lock(session: WriteSession, pupil_ids: Iterable[UUID]) -> set[UUID]:
    """Lock these pupils; those that the session sees."""
    return set((await session.execute(_LOCK, {"ids": sorted(set(pupil_ids))})).scalars())


async def take_over(session: WriteSession, winner: UUID, loser: UUID) -> None:
    """Give the winner the loser's keys, former identifiers, cases, decisions and former ids. The loser's stays are
    deleted: the winner's were written before.
    """
    for statement in _OWN:
        await session.execute(statement, {"winner": winner, "loser": loser})


async def delete(session: WriteSession, loser: UUID) -> None:
    """Delete a pupil to whom nothing refers any more."""
    await session.execute(_DELETE, {"loser": loser})


async def note(
    session: WriteSession, code: str, kind: str, pupil_id: UUID, other_id: UUID, *, by: str, now: datetime
) -> None:
    """Record a merge or a split."""
    given = {"change_id": uuid4(), "kind": kind, "pupil_id": pupil_id, "other_id": other_id}
    await session.execute(_NOTE, {**given, "changed_by": by, "changed_at": now, "code": code})


async def changes(session: ReadSession, pupil_id: UUID) -> list[IdentityChanged]:
    """The pupil's merges and splits, the first one first."""
    return [IdentityChanged(**row) for row in (await session.execute(_CHANGES, {"id": pupil_id})).mappings()]


async def formers(session: ReadSession, pupil_id: UUID) -> list[FormerRow]:
    """The pupil's former identifiers, the first that was replaced first."""
    return [FormerRow(**row) for row in (await session.execute(_IDENTIFIERS, {"id": pupil_id})).mappings()]


async def move_formers(session: WriteSession, former_ids: Sequence[UUID], to_id: UUID) -> None:
    """Make these former identifiers another pupil's."""
    if former_ids:
        await session.execute(_MOVE_FORMER, {"formers": list(former_ids), "to_id": to_id})


async def delete_formers(session: WriteSession, former_ids: Sequence[UUID]) -> None:
    """Delete former identifiers that are present ones again."""
    if former_ids:
        await session.execute(_DELETE_FORMER, {"formers": list(former_ids)})


async def know_as(
    session: WriteSession, code: str, pupil_id: UUID, case_id: UUID, name: bytes, *, by: str, now: datetime
) -> None:
    """Record that the pupil is also known by this name (sealed for the case)."""
    given = {"case_id": case_id, "code": code, "pupil_id": pupil_id, "name": name, "decided_by": by, "now": now}
    await session.execute(_KNOW_AS, given)
