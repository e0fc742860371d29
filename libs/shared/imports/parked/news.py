"""News that parked rows may wait for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import text

from libs.shared.db.database import WriteSession
from libs.shared.imports.receipts.receipts import CHANNEL, execute

MARKED_AT_ONCE = 5_000
"""The most rows that one statement marks."""
_TAKEN_AT_ONCE = 50


class About(StrEnum):
    """What the news is about: a pupil's keys, memberships or identity, or a school's calendar."""

    PUPIL = "pupil"
    SCHOOL = "school"


class Concern(NamedTuple):
    """Which parked rows ``p`` a piece of news concerns: SQL that joins them with the service's tables, and a condition
    on the uuids ``:ids``.

    ``by_key``: the join finds a row if and only if a pupil is known by its lookup key.
    """

    join: str
    condition: str
    by_key: bool = False


_OF_PUPIL = Concern("", "p.pupil_id = ANY(CAST(:ids AS uuid[]))")

# A file that parks rows at the same moment marks them itself, so a lost notification only costs time.
_NOTE = text("INSERT INTO replay_due (municipality_code, about, ids) VALUES (:code, :about, CAST(:ids AS uuid[]))")
_WAKE = text("SELECT pg_notify(:channel, '') WHERE EXISTS (SELECT FROM parked_row WHERE municipality_code = :code)")

# Notes of an unfinished round come first. A round has a uuid: it cannot be a range of note numbers, because the lower
# of two numbers may be committed later.
_NEXT = text("""
SELECT no, about, ids, round FROM replay_due WHERE municipality_code = :code ORDER BY round NULLS LAST, no LIMIT :most
""")

_BEGUN = text("UPDATE replay_due SET round = :round WHERE no = ANY(CAST(:numbers AS bigint[]))")

_DONE = text("DELETE FROM replay_due WHERE no = ANY(CAST(:numbers AS bigint[]))")

_OVER = """
UPDATE parked_row AS t SET due = true
  FROM (SELECT id FROM parked_row WHERE municipality_code = :code AND until <= :now AND NOT due
         ORDER BY kind, fact LIMIT :most FOR UPDATE) AS g
 WHERE t.id = g.id
"""


async def due(
    session: WriteSession, municipality_code: str, *, pupils: Iterable[UUID] = (), schools: Iterable[UUID] = ()
) -> None:
    """Note that these pupils' keys, memberships or identity, or these schools' calendars, have changed.

    Call it in the transaction that changes them; the session's scope must contain the municipality. Rows that wait for
    them are replayed after that transaction is committed.
    """
    for about, ids in ((About.PUPIL, pupils), (About.SCHOOL, schools)):
        if given := sorted(set(ids)):
            await session.execute(_NOTE, {"code": municipality_code, "about": about.value, "ids": given})
            await session.execute(_WAKE, {"channel": CHANNEL, "code": municipality_code})


async def mark(session: WriteSession, municipality_code: str, concerns: Mapping[About, Sequence[Concern]]) -> bool:
    """Mark the rows that a note concerns, at most ``MARKED_AT_ONCE`` per ``Concern``; whether there were any notes.

    A note stays until all its rows are marked, and each row is marked once in a round of notes. Rows are locked in the
    same order as when they are parked, and nothing else is locked in this transaction.
    """
    noted = (await session.execute(_NEXT, {"code": municipality_code, "most": _TAKEN_AT_ONCE})).all()
    if not noted:
        return False
    noted = [row for row in noted if row.round == noted[0].round]
    numbers, current = [row.no for row in noted], noted[0].round or uuid4()
    full = False
    for about in About:
        ids = sorted({each for row in noted if row.about == about for each in row.ids})
        own = [_OF_PUPIL] if about is About.PUPIL else []
        for concern in [*own, *concerns.get(about, ())] if ids else []:
            given = {"code": municipality_code, "ids": ids, "round": current, "most": MARKED_AT_ONCE}
            full = await execute(session, _mark(concern), given) == MARKED_AT_ONCE or full
    if full:
        await session.execute(_BEGUN, {"round": current, "numbers": numbers})
    else:
        await session.execute(_DONE, {"numbers": numbers})
    return True


async def mark_over(session: WriteSession, municipality_code: str, now: datetime) -> bool:
    """Mark at most ``MARKED_AT_ONCE`` rows whose time is over; whether there were any."""
    return await execute(session, _OVER, {"code": municipality_code, "now": now, "most": MARKED_AT_ONCE}) > 0


async def rest_unknown(
    session: WriteSession, municipality_code: str, concerns: Mapping[About, Sequence[Concern]], now: datetime
) -> bool:
    """Remove the mark from at most ``MARKED_AT_ONCE`` rows whose pupil is still unknown; whether there were any.

    So most rows of a file about unknown pupils are not passed to its handler again. Locked rows are skipped this time.
    """
    rested = 0
    for concern in concerns.get(About.PUPIL, ()):
        if concern.by_key:
            given = {"code": municipality_code, "now": now, "most": MARKED_AT_ONCE}
            rested += await execute(session, _unknown(concern), given)
    return rested > 0


def _unknown(concern: Concern) -> str:
    return (
        "UPDATE parked_row AS t SET due = false FROM (SELECT w.id FROM parked_row AS w "  # noqa: S608 - SQL of the service's own wiring
        "WHERE w.municipality_code = :code AND w.due AND w.reason = 'unknown_pupil' AND w.until > :now "
        f"AND NOT EXISTS (SELECT FROM parked_row AS p {concern.join} WHERE p.id = w.id) "
        "LIMIT :most FOR UPDATE SKIP LOCKED) AS g WHERE t.id = g.id"
    )


def _mark(concern: Concern) -> str:
    return (
        "UPDATE parked_row AS t SET due = true, round = :round FROM (SELECT p.id FROM parked_row AS p "  # noqa: S608 - SQL of the service's own wiring
        f"{concern.join} WHERE p.municipality_code = :code AND p.round IS DISTINCT FROM :round "
        f"AND ({concern.condition}) ORDER BY p.kind, p.fact LIMIT :most FOR UPDATE OF p) AS g WHERE t.id = g.id"
    )
