"""Pupil events: the whole state of each pupil, its version raised under its row's lock."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import RowMapping, text

from libs.shared.contracts.registration import PupilChanged
from libs.shared.db.database import WriteSession
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Place
from services.registration.roster.lock import lock_roster
from services.registration.roster.pupils.events import pupil_changed

# FOR NO KEY UPDATE: a pupil's id never changes, so a transaction that inserts a row referring to the pupil need not
# wait for this lock.
_RAISE = text("""
UPDATE pupil AS p SET aggregate_version = p.aggregate_version + 1
  FROM (SELECT pupil_id FROM pupil WHERE pupil_id = ANY(CAST(:ids AS uuid[])) ORDER BY pupil_id FOR NO KEY UPDATE) AS l
 WHERE p.pupil_id = l.pupil_id
RETURNING p.pupil_id, p.municipality_code, p.person_id, p.has_cpr_number, p.aggregate_version
""")

_LOCK_PAGE = text("""
SELECT pupil_id, municipality_code, person_id, has_cpr_number, aggregate_version FROM pupil
 WHERE municipality_code = :code AND (CAST(:after AS text) IS NULL OR pupil_id > CAST(CAST(:after AS text) AS uuid))
 ORDER BY pupil_id LIMIT :size FOR NO KEY UPDATE
""")

_KEYS = text("""
SELECT pupil_id, kind, key_id, value FROM pupil_key WHERE pupil_id = ANY(CAST(:ids AS uuid[]))
 ORDER BY pupil_id, kind, key_id, value
""")

_MEMBERSHIPS = text("""
SELECT m.pupil_id, m.class_id, c.school_id, s.institution_number, c.school_year, c.grade, m.valid_from, m.valid_to
  FROM membership AS m JOIN class_ AS c USING (class_id) JOIN school AS s USING (school_id)
 WHERE m.pupil_id = ANY(CAST(:ids AS uuid[])) AND m.valid_to > m.valid_from
 ORDER BY m.pupil_id, m.valid_from
""")

_MEMBERS = text("SELECT DISTINCT pupil_id FROM membership WHERE class_id = ANY(CAST(:classes AS uuid[]))")


async def publish(session: WriteSession, outbox: Outbox, pupil_ids: Iterable[UUID]) -> None:
    """Raise the version of these pupils and write an event for each. The caller holds the roster's lock."""
    ids = {"ids": sorted(set(pupil_ids))}
    if not ids["ids"]:
        return
    await outbox.add(session, await _states(session, (await session.execute(_RAISE, ids)).mappings().all()))


async def states(session: WriteSession, code: str, after: Place | None, size: int) -> list[PupilChanged]:
    """The states of the municipality's pupils by id, as they were last published. Takes the roster's lock."""
    await lock_roster(session, code)
    given = {"code": code, "after": after[0] if after else None, "size": size}
    return await _states(session, (await session.execute(_LOCK_PAGE, given)).mappings().all())


async def _states(session: WriteSession, rows: Sequence[RowMapping]) -> list[PupilChanged]:
    ids = {"ids": [row["pupil_id"] for row in rows]}
    keys: dict[UUID, list[RowMapping]] = defaultdict(list)
    for row in (await session.execute(_KEYS, ids)).mappings():
        keys[row["pupil_id"]].append(row)
    memberships: dict[UUID, list[RowMapping]] = defaultdict(list)
    for row in (await session.execute(_MEMBERSHIPS, ids)).mappings():
        memberships[row["pupil_id"]].append(row)
    return [pupil_changed(row, keys[row["pupil_id"]], memberships[row["pupil_id"]]) for row in rows]


async def publish_members(session: WriteSession, class_ids: Iterable[UUID], *, outbox: Outbox) -> None:
    """The same for every pupil who is or has been in these classes."""
    classes = sorted(set(class_ids))
    if classes:
        await publish(session, outbox, (await session.execute(_MEMBERS, {"classes": classes})).scalars())
