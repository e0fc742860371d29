"""The worker's loop that judges days of absence again when a stay or a calendar has changed.

The event's own transaction notes what is due. After that commit this loop locks a few hundred pupils at a time and
judges their days. A file also locks the pupils whose absence it writes. So a file that was judged by the old stay or
calendar had its locks before the event was committed; the loop waits for it and sees its days.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import TextClause, text

from libs.shared.base.clock import Clock, utc_now
from libs.shared.db.database import Database, ReadSession, WriteSession
from libs.shared.db.scope import Access, Scope
from libs.shared.events.background import Background
from services.absence_ingest.absence.events import MonthPublisher
from services.absence_ingest.absence.set_aside import judge_again
from services.absence_ingest.copies.pupils import queries as pupils

CHANNEL = "skoleloeft_recheck"
"""NOTIFY wakes the loop; polling is the guarantee."""

AT_ONCE = 500
"""Pupils in one transaction."""

_NOBODY = UUID(int=0)

# A school that is noted again begins with its first pupil, because some pupils were judged by the old calendar. A pupil
# without absence is left out: the event that notes a pupil holds its lock, so no file is writing absence of it now.
_NOTE = """
INSERT INTO recheck_due AS d (id, municipality_code, is_school, noted)
SELECT DISTINCT g.id, n.municipality_code, {is_school}, 1
  FROM unnest(CAST(CAST(:ids AS text[]) AS uuid[])) AS g (id) JOIN {table} AS n ON n.{key} = g.id {where}
 ORDER BY g.id
ON CONFLICT (id) DO UPDATE SET judged_to = NULL, noted = d.noted + 1
"""
_NOTE_PUPILS = text(
    _NOTE.format(
        is_school="false",
        table="pupil",
        key="pupil_id",
        where="WHERE EXISTS (SELECT FROM absence_day AS a WHERE a.pupil_id = g.id)",
    )
)
_NOTE_SCHOOLS = text(_NOTE.format(is_school="true", table="calendar", key="school_id", where=""))
_NOTIFY = text("SELECT pg_notify(:channel, '')")

# Municipalities take turns, so that one with a hundred schools to judge does not delay another's single pupil.
_NEXT = text("""
SELECT coalesce((SELECT min(municipality_code) FROM recheck_due WHERE municipality_code > :last),
                (SELECT min(municipality_code) FROM recheck_due))
""")

# Pupils come first and many at a time; schools one by one, page by page.
_DUE = text("SELECT id, is_school, judged_to, noted FROM recheck_due ORDER BY is_school, since, id LIMIT :size")
_PUPILS_OF_SCHOOL = text("""
SELECT DISTINCT pupil_id FROM membership WHERE school_id = :school AND pupil_id > :after ORDER BY pupil_id LIMIT :size
""")

_DONE = text("""
DELETE FROM recheck_due AS d USING unnest(CAST(:ids AS uuid[]), CAST(:noted AS int[])) AS g (id, noted)
 WHERE (d.id, d.noted) = (g.id, g.noted)
""")
_GOES_ON = text("UPDATE recheck_due SET judged_to = :last WHERE id = :id AND noted = :noted")


class _Due(NamedTuple):
    """A pupil or a school that is to be judged; ``judged_to`` is the last pupil of the school that is done. ``noted``
    as in ``RecheckDue``.
    """

    id: UUID
    is_school: bool
    judged_to: UUID | None
    noted: int


async def note_stays(session: WriteSession, stays: Sequence[tuple[str, ...]]) -> None:
    """Note the pupils of added and removed stays: (pupil id, …) as text. The caller has locked the pupils."""
    await _note(session, _NOTE_PUPILS, (stay[0] for stay in stays))


async def note_school_days(session: WriteSession, days: Sequence[tuple[str, ...]]) -> None:
    """Note the schools of added and removed school days: (school id, …) as text."""
    await _note(session, _NOTE_SCHOOLS, (day[0] for day in days))


async def _note(session: WriteSession, statement: TextClause, ids: Iterable[str]) -> None:
    await session.execute(statement, {"ids": sorted(set(ids))})
    await session.execute(_NOTIFY, {"channel": CHANNEL})


class Rechecking:
    """Judges what is due until stopped. Several may run; a pupil that two judge at the same time gets the same result
    twice.
    """

    def __init__(
        self, db: Database, publisher: MonthPublisher, *, clock: Clock = utc_now, poll_seconds: float = 5.0
    ) -> None:
        self._db = db
        self._publisher = publisher
        self._clock = clock
        self._last = ""
        self._loop = Background("rechecking", self.once, db=db, poll_seconds=poll_seconds, channel=CHANNEL)

    async def run(self, stop: asyncio.Event) -> None:
        """Judge until ``stop`` is set."""
        await self._loop.run(stop)

    def stuck(self) -> str | None:
        """For the liveness check: the reason why the loop hangs, or None."""
        return self._loop.stuck()

    async def once(self) -> bool:
        """Judge one piece of what is due in the municipality whose turn it is; returns whether anything was due.

        The note is updated afterwards in a separate transaction, because an event may hold a school's note and wait for
        a pupil that this loop has locked. If the worker is killed between the two, the piece is judged again.
        """
        async with self._db.read(Scope(access=Access.OPERATOR)) as session:
            code: str | None = (await session.execute(_NEXT, {"last": self._last})).scalar_one()
        if code is None:
            return False
        self._last = code
        scope = Scope.of(code)
        async with self._db.read(scope) as session:
            due = [_Due(*row) for row in await session.execute(_DUE, {"size": AT_ONCE})]
            due = [each for each in due if not each.is_school] or due[:1]
            ids = await _pupils(session, due)
        if ids:
            async with self._db.write(scope) as session:
                await pupils.lock(session, ids)
                await judge_again(session, ids, self._clock(), self._publisher)
        async with self._db.write(scope) as session:
            await _done(session, due, ids)
        return True


async def _pupils(session: ReadSession, due: Sequence[_Due]) -> list[UUID]:
    """The pupils to judge now."""
    if not due or not due[0].is_school:
        return [each.id for each in due]
    given = {"school": due[0].id, "after": due[0].judged_to or _NOBODY, "size": AT_ONCE}
    return list((await session.execute(_PUPILS_OF_SCHOOL, given)).scalars())


async def _done(session: WriteSession, due: Sequence[_Due], judged: Sequence[UUID]) -> None:
    if due and due[0].is_school and len(judged) == AT_ONCE:
        await session.execute(_GOES_ON, {"id": due[0].id, "noted": due[0].noted, "last": judged[-1]})
    else:
        await session.execute(_DONE, {"ids": [each.id for each in due], "noted": [each.noted for each in due]})
