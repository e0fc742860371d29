"""Reading and writing the directory by set."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Row, text

from libs.shared.contracts.registration import PupilChanged
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.imports.parked import About, Concern

_GIVEN_KEYS = """
unnest(CAST(:codes AS text[]), CAST(:kinds AS text[]), CAST(:key_ids AS text[]), CAST(:values AS text[]),
       CAST(:ids AS uuid[])) AS g (municipality_code, kind, key_id, value, pupil_id)
"""

_NO_CLAIMS = text("DELETE FROM key_claim WHERE pupil_id = ANY(CAST(:changed AS uuid[]))")

_FORGET_KEYS = text(
    f"""
DELETE FROM lookup_key AS k
 WHERE k.pupil_id = ANY(CAST(:changed AS uuid[]))
   AND NOT EXISTS (
       SELECT FROM {_GIVEN_KEYS}
        WHERE (g.municipality_code, g.kind, g.key_id, g.value) = (k.municipality_code, k.kind, k.key_id, k.value))
RETURNING k.municipality_code, k.kind, k.key_id, k.value
"""  # noqa: S608 - only constants of this module are put together
)

# The other service may publish a key for some time after it was retired here; such a key is left out.
_ADD_KEYS = text(
    f"""
INSERT INTO lookup_key (municipality_code, kind, key_id, value, pupil_id)
SELECT g.* FROM {_GIVEN_KEYS}
 WHERE NOT EXISTS (SELECT FROM retired_key AS r WHERE r.ring = 'lookup' AND r.key_id = g.key_id) ORDER BY g.value
ON CONFLICT (municipality_code, kind, key_id, value) DO NOTHING
"""  # noqa: S608 - only constants of this module are put together
)

# Registration gives one key to one pupil at a time, and may move it. The events of the two pupils arrive in any order;
# an old event of the first pupil may arrive after the new event of the second. So a pupil keeps its key here until an
# event of that pupil no longer names it, and the other pupil's claim waits.
_CLAIM = text(
    f"""
INSERT INTO key_claim (municipality_code, kind, key_id, value, pupil_id)
SELECT g.* FROM {_GIVEN_KEYS} JOIN lookup_key AS k USING (municipality_code, kind, key_id, value)
 WHERE k.pupil_id <> g.pupil_id
ON CONFLICT DO NOTHING
"""  # noqa: S608 - only constants of this module are put together
)

_TAKE_OVER = text("""
WITH released AS (
    SELECT * FROM unnest(CAST(:codes AS text[]), CAST(:kinds AS text[]), CAST(:key_ids AS text[]),
                         CAST(:values AS text[])) AS g (municipality_code, kind, key_id, value)
), taken AS (
    INSERT INTO lookup_key (municipality_code, kind, key_id, value, pupil_id)
    SELECT c.* FROM key_claim AS c JOIN released USING (municipality_code, kind, key_id, value) ORDER BY c.value
    ON CONFLICT (municipality_code, kind, key_id, value) DO NOTHING
    RETURNING *
)
DELETE FROM key_claim AS c USING taken AS t
 WHERE (c.municipality_code, c.kind, c.key_id, c.value, c.pupil_id)
     = (t.municipality_code, t.kind, t.key_id, t.value, t.pupil_id)
RETURNING c.municipality_code, c.pupil_id
""")

_FORGET_ALL_KEYS = text("""
DELETE FROM lookup_key WHERE pupil_id = ANY(CAST(:changed AS uuid[])) RETURNING municipality_code, kind, key_id, value
""")

_NOTE_FORMER = text("""
INSERT INTO former_pupil (former_id, pupil_id, split, municipality_code)
SELECT * FROM unnest(CAST(:formers AS uuid[]), CAST(:ids AS uuid[]), CAST(:splits AS boolean[]), CAST(:codes AS text[]))
    AS g (former_id, pupil_id, split, municipality_code) ORDER BY 1, 2
ON CONFLICT (former_id, pupil_id) DO NOTHING
""")

_OF_FORMER = text("SELECT pupil_id FROM former_pupil WHERE former_id = ANY(CAST(CAST(:ids AS text[]) AS uuid[]))")

_MUNICIPALITIES = text("""
SELECT municipality_code, array_agg(pupil_id) AS pupil_ids FROM pupil
 WHERE pupil_id = ANY(CAST(CAST(:ids AS text[]) AS uuid[])) GROUP BY municipality_code
""")

_LOCK = text("""
SELECT count(*) FROM (
    SELECT FROM pupil WHERE pupil_id = ANY(CAST(:ids AS uuid[])) ORDER BY pupil_id FOR NO KEY UPDATE
) AS locked
""")


CONCERNS: Mapping[About, Sequence[Concern]] = {
    About.PUPIL: [
        Concern(
            "JOIN lookup_key AS k ON (k.municipality_code, k.kind, k.key_id, k.value)"
            " = (p.municipality_code, p.key_kind, p.key_id, p.key_value)",
            "k.pupil_id = ANY(CAST(:ids AS uuid[]))",
            by_key=True,
        )
    ],
    About.SCHOOL: [
        Concern(
            "JOIN membership AS m ON m.pupil_id = p.pupil_id",
            "p.reason = 'not_placed' AND m.school_id = ANY(CAST(:ids AS uuid[]))",
        )
    ],
}
"""The parked rows of absence that a change concerns: a pupil has new keys, or a school has a calendar. A pupil who has
moved is found by id.
"""

Pupils = dict[str, set[UUID]]
"""Pupils by municipality."""


async def replace_keys(session: WriteSession, states: Sequence[PupilChanged]) -> Pupils:
    """Replace the pupils' lookup keys with those of the states. Returns the pupils who have got other keys, among them
    those of the states.
    """
    rows = [(state, key) for state in states for key in state.lookup_keys]
    given = {
        "codes": [state.municipality_code for state, _ in rows],
        "kinds": [key.kind for _, key in rows],
        "key_ids": [key.key_id for _, key in rows],
        "values": [key.value for _, key in rows],
        "ids": [state.pupil_id for state, _ in rows],
    }
    changed = [state.pupil_id for state in states]
    await session.execute(_NO_CLAIMS, {"changed": changed})
    released = (await session.execute(_FORGET_KEYS, {**given, "changed": changed})).all()
    await session.execute(_ADD_KEYS, given)
    await session.execute(_CLAIM, given)
    found: Pupils = {}
    for state in states:
        found.setdefault(state.municipality_code, set()).add(state.pupil_id)
    return await _take_over(session, released, found)


async def forget_keys(session: WriteSession, pupils: Sequence[tuple[str, ...]]) -> Pupils:
    """Remove every lookup key of these pupils. Returns them, and the pupils who have got a key by it."""
    ids = [pupil_id for (pupil_id,) in pupils]
    changed = [UUID(each) for each in ids]
    await session.execute(_NO_CLAIMS, {"changed": changed})
    released = (await session.execute(_FORGET_ALL_KEYS, {"changed": changed})).all()
    found = {row.municipality_code: set(row.pupil_ids) for row in await session.execute(_MUNICIPALITIES, {"ids": ids})}
    return await _take_over(session, released, found)


async def note_former(session: WriteSession, states: Sequence[PupilChanged]) -> list[UUID]:
    """Note whose absence is another pupil's by these states. Returns the pupils to whom it belongs."""
    rows = [(former, state, False) for state in states for former in state.former_pupil_ids]
    rows += [(each.split_from_pupil_id, each, True) for each in states if each.split_from_pupil_id is not None]
    if rows:
        given = {
            "formers": [former for former, _, _ in rows],
            "ids": [state.pupil_id for _, state, _ in rows],
            "splits": [split for _, _, split in rows],
            "codes": [state.municipality_code for _, state, _ in rows],
        }
        await session.execute(_NOTE_FORMER, given)
    return [state.pupil_id for _, state, _ in rows]


async def now_called(session: ReadSession, pupils: Sequence[tuple[str, ...]]) -> list[UUID]:
    """The pupils to whom absence of these belongs."""
    return list((await session.execute(_OF_FORMER, {"ids": [pupil_id for (pupil_id,) in pupils]})).scalars())


async def _take_over(session: WriteSession, released: Sequence[Row[tuple[str, ...]]], found: Pupils) -> Pupils:
    """Give released keys to the pupils who wait for them. Returns ``found`` with these pupils added."""
    if released:
        codes, kinds, key_ids, values = (list(column) for column in zip(*released, strict=True))
        given = {"codes": codes, "kinds": kinds, "key_ids": key_ids, "values": values}
        for code, pupil_id in await session.execute(_TAKE_OVER, given):
            found.setdefault(code, set()).add(pupil_id)
    return found


async def lock(session: WriteSession, pupil_ids: Iterable[UUID]) -> None:
    """Lock these pupils until the transaction ends, so that no other transaction writes their absence."""
    await session.execute(_LOCK, {"ids": sorted(set(pupil_ids))})
