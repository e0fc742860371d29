"""Reads and writes what schools claim about pupils' stays, and the stays that follow."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.files.snapshot import Snapshot
from services.registration.roster.pupils.claims import Claim, Ruling
from services.registration.roster.pupils.memberships import Interval
from services.registration.roster.pupils.stays import Changes, Limit, RowKey, Stays

_ROWS = text("""
SELECT m.pupil_id, m.class_id, m.valid_from, m.valid_to, m.stated_at, s.institution_number, k.school_year,
       l.claimed_from, l.claimed_to, l.rival_class_id, l.rival_from, l.since, l.unclear
  FROM membership AS m JOIN class_ AS k USING (class_id) JOIN school AS s USING (school_id)
  LEFT JOIN membership_limit AS l
    ON (l.pupil_id, l.class_id, l.valid_from) = (m.pupil_id, m.class_id, m.valid_from)
 WHERE m.pupil_id = ANY(CAST(:ids AS uuid[]))
 ORDER BY m.pupil_id, l.claimed_from NULLS LAST, m.valid_from, m.class_id
""")

_RULINGS = text("""
SELECT pupil_id, kept_number AS kept, school_year, covers_to,
       CASE kept_number WHEN first_number THEN second_number ELSE first_number END AS other
  FROM membership_ruling
 WHERE pupil_id = ANY(CAST(:ids AS uuid[]))
""")

_WRITE_ROWS = text("""
INSERT INTO membership AS m (pupil_id, class_id, valid_from, valid_to, stated_at, municipality_code)
SELECT g.pupil_id, g.class_id, g.valid_from, g.valid_to, g.stated_at, :code
  FROM unnest(CAST(:ids AS uuid[]), CAST(:classes AS uuid[]), CAST(:froms AS date[]), CAST(:tos AS date[]),
              CAST(:stated AS timestamptz[])) AS g (pupil_id, class_id, valid_from, valid_to, stated_at)
ON CONFLICT (pupil_id, class_id, valid_from) DO UPDATE
   SET valid_to = excluded.valid_to, stated_at = coalesce(m.stated_at, excluded.stated_at)
""")

_STATE = text("""
UPDATE membership AS m SET stated_at = g.stated_at
  FROM unnest(CAST(:ids AS uuid[]), CAST(:classes AS uuid[]), CAST(:froms AS date[]), CAST(:stated AS timestamptz[]))
       AS g (pupil_id, class_id, valid_from, stated_at)
 WHERE (m.pupil_id, m.class_id, m.valid_from) = (g.pupil_id, g.class_id, g.valid_from) AND m.stated_at IS NULL
""")

_UNLIMIT = text("""
DELETE FROM membership_limit AS l
 USING unnest(CAST(:ids AS uuid[]), CAST(:classes AS uuid[]), CAST(:froms AS date[]))
       AS g (pupil_id, class_id, claimed_from)
 WHERE (l.pupil_id, l.class_id, l.claimed_from) = (g.pupil_id, g.class_id, g.claimed_from)
""")

_LIMIT = text("""
INSERT INTO membership_limit (limit_id, pupil_id, class_id, claimed_from, claimed_to, valid_from, rival_class_id,
                              rival_from, since, unclear, municipality_code)
SELECT g.limit_id, g.pupil_id, g.class_id, g.claimed_from, g.claimed_to, g.valid_from, g.rival_class_id,
       g.rival_from, g.since, g.unclear, :code
  FROM unnest(CAST(:limits AS uuid[]), CAST(:ids AS uuid[]), CAST(:classes AS uuid[]), CAST(:froms AS date[]),
              CAST(:tos AS date[]), CAST(:valid_froms AS date[]), CAST(:rivals AS uuid[]), CAST(:rival_froms AS date[]),
              CAST(:since AS date[]), CAST(:unclear AS boolean[]))
       AS g (limit_id, pupil_id, class_id, claimed_from, claimed_to, valid_from, rival_class_id, rival_from, since,
             unclear)
""")

_SNAPSHOT = text("""
INSERT INTO school_snapshot AS s (school_id, school_year, moment, day, municipality_code)
SELECT school_id, :school_year, :moment, :day, municipality_code FROM school
 WHERE municipality_code = :code AND institution_number = :number
ON CONFLICT (school_id, school_year) DO UPDATE SET moment = excluded.moment, day = excluded.day
 WHERE s.moment < excluded.moment
""")

_RULE = text("""
INSERT INTO membership_ruling (pupil_id, school_year, first_number, second_number, kept_number, covers_to, decided_by,
                               decided_at, municipality_code)
VALUES (:pupil_id, :school_year, least(CAST(:kept AS text), CAST(:other AS text)),
        greatest(CAST(:kept AS text), CAST(:other AS text)), :kept, :covers_to, :decided_by, :decided_at, :code)
ON CONFLICT (pupil_id, school_year, first_number, second_number) DO UPDATE
   SET kept_number = excluded.kept_number, covers_to = excluded.covers_to, decided_by = excluded.decided_by,
       decided_at = excluded.decided_at
""")


async def stays(session: ReadSession, pupil_ids: Iterable[UUID]) -> dict[UUID, Stays]:
    """What is stored about the stays of these pupils, for those of whom anything is."""
    given = {"ids": list(pupil_ids)}
    if not given["ids"]:
        return {}
    rows: dict[UUID, dict[RowKey, Interval]] = {}
    claims: dict[UUID, dict[RowKey, Claim]] = {}
    limits: dict[UUID, dict[RowKey, Limit]] = {}
    for row in await session.execute(_ROWS, given):
        stay = Interval(row.valid_from, row.valid_to, row.class_id)
        rows.setdefault(row.pupil_id, {})[stay.key] = stay
        said = stay
        if row.claimed_from is not None:
            said = Interval(row.claimed_from, row.claimed_to, row.class_id)
            rival = None if row.rival_class_id is None else (row.rival_class_id, row.rival_from)
            limits.setdefault(row.pupil_id, {})[said.key] = Limit(
                row.claimed_to, row.valid_from, rival, row.since, row.unclear
            )
        # Limited claims come first; the emptied row of one whose stay begins later than claimed is no other claim.
        claim = Claim(row.institution_number, row.school_year, said, row.stated_at)
        claims.setdefault(row.pupil_id, {}).setdefault(said.key, claim)
    rulings: dict[UUID, list[Ruling]] = {}
    for ruling in (await session.execute(_RULINGS, {"ids": list(rows)})).mappings():
        values = dict(ruling)
        rulings.setdefault(values.pop("pupil_id"), []).append(Ruling(**values))
    return {
        pupil_id: Stays(list(claims[pupil_id].values()), of, limits.get(pupil_id, {}), rulings.get(pupil_id, ()))
        for pupil_id, of in rows.items()
    }


async def write(session: WriteSession, code: str, changed: Mapping[UUID, Changes]) -> None:
    """Write what changes about these pupils."""
    rows = [(pupil_id, *each) for pupil_id, found in changed.items() for each in found.rows.values()]
    if rows:
        given = _keys((pupil_id, stay.key) for pupil_id, stay, _ in rows)
        tos, stated = [stay.valid_to for _, stay, _ in rows], [when for *_, when in rows]
        await session.execute(_WRITE_ROWS, {**given, "tos": tos, "stated": stated, "code": code})
    again = [(pupil_id, key, when) for pupil_id, found in changed.items() for key, when in found.stated.items()]
    if again:
        stated_again = {**_keys((pupil_id, key) for pupil_id, key, _ in again), "stated": [each[2] for each in again]}
        await session.execute(_STATE, stated_again)
    await _write_limits(session, code, changed)


async def _write_limits(session: WriteSession, code: str, changed: Mapping[UUID, Changes]) -> None:
    gone = [(pupil_id, key) for pupil_id, found in changed.items() for key in (*found.unlimited, *found.limits)]
    if gone:
        await session.execute(_UNLIMIT, _keys(gone))
    new = [(pupil_id, key, limit) for pupil_id, found in changed.items() for key, limit in found.limits.items()]
    if new:
        limits = [limit for *_, limit in new]
        given = {
            **_keys((pupil_id, key) for pupil_id, key, _ in new),
            "limits": [limit_id(pupil_id, key) for pupil_id, key, _ in new],
            "tos": [each.claimed_to for each in limits],
            "valid_froms": [each.valid_from for each in limits],
            "rivals": [each.rival and each.rival[0] for each in limits],
            "rival_froms": [each.rival and each.rival[1] for each in limits],
            "since": [each.since for each in limits],
            "unclear": [each.unclear for each in limits],
            "code": code,
        }
        await session.execute(_LIMIT, given)


async def note_snapshot(session: WriteSession, code: str, snapshot: Snapshot) -> None:
    """Note that a complete file of the school and year was applied, if it is the newest."""
    given = {"code": code, "number": snapshot.institution_number, "school_year": snapshot.school_year}
    await session.execute(_SNAPSHOT, {**given, "moment": snapshot.source_moment, "day": snapshot.day})


async def rule(
    session: WriteSession, code: str, pupil_id: UUID, ruling: Ruling, *, decided_by: str, decided_at: datetime
) -> None:
    """Write a decision between two schools; it replaces an earlier one."""
    given = {"pupil_id": pupil_id, "code": code, "decided_by": decided_by, "decided_at": decided_at}
    place = {"school_year": ruling.school_year, "covers_to": ruling.covers_to}
    await session.execute(_RULE, {**given, **place, "kept": ruling.kept, "other": ruling.other})


def limit_id(pupil_id: UUID, key: RowKey) -> UUID:
    """The id of a claim's limit: the same whenever the claim is limited."""
    return uuid5(NAMESPACE_OID, f"{pupil_id}/{key[0]}/{key[1]}")


def _keys(rows: Iterable[tuple[UUID, RowKey]]) -> dict[str, Sequence[object]]:
    found = list(rows)
    return {
        "ids": [pupil_id for pupil_id, _ in found],
        "classes": [key[0] for _, key in found],
        "froms": [key[1] for _, key in found],
    }
