"""The pupils and schools whose absence is to be judged again: noted by events, taken by the worker's loop."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import TextClause, text

from libs.shared.db.database import ReadSession, WriteSession

CHANNEL = "skoleloeft_recheck"
"""NOTIFY wakes the loop; polling is the guarantee."""

_NOBODY = UUID(int=0)

_IDS = "unnest(CAST(CAST(:ids AS text[]) AS uuid[])) AS g (id)"
_AGAIN = "ON CONFLICT (id) DO UPDATE SET judged_to = NULL, noted = d.noted + 1"

# A pupil without absence is left out: the event that notes a pupil holds its lock, so no file is writing absence of it
# now.
_NOTE_PUPILS = text(
    f"""
INSERT INTO recheck_due AS d (id, municipality_code, is_school, noted)
SELECT DISTINCT g.id, n.municipality_code, false, 1
  FROM {_IDS} JOIN pupil AS n ON n.pupil_id = g.id
 WHERE EXISTS (SELECT FROM absence_day AS a WHERE a.pupil_id = g.id)
 ORDER BY g.id
{_AGAIN}
"""  # noqa: S608 - only constants of this module are put together
)

# These may have no absence yet, as it is another pupil's so far.
_NOTE_JOINED = text(
    f"""
INSERT INTO recheck_due AS d (id, municipality_code, is_school, noted)
SELECT DISTINCT g.id, n.municipality_code, false, 1
  FROM {_IDS} JOIN pupil AS n ON n.pupil_id = g.id
 ORDER BY g.id
{_AGAIN}
"""  # noqa: S608 - only constants of this module are put together
)

# A school that is noted again begins with its first pupil, because some pupils were judged by the old calendar.
_NOTE_SCHOOLS = text(
    f"""
INSERT INTO recheck_due AS d (id, municipality_code, is_school, noted)
SELECT DISTINCT g.id, n.municipality_code, true, 1
  FROM {_IDS} JOIN calendar AS n ON n.school_id = g.id
 ORDER BY g.id
{_AGAIN}
"""  # noqa: S608 - only constants of this module are put together
)
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


class Due(NamedTuple):
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


async def note_joined(session: WriteSession, pupil_ids: Iterable[UUID]) -> None:
    """Note pupils to whom another pupil's absence belongs."""
    await _note(session, _NOTE_JOINED, (str(each) for each in pupil_ids))


async def note_school_days(session: WriteSession, days: Sequence[tuple[str, ...]]) -> None:
    """Note the schools of added and removed school days: (school id, …) as text."""
    await _note(session, _NOTE_SCHOOLS, (day[0] for day in days))


async def _note(session: WriteSession, statement: TextClause, ids: Iterable[str]) -> None:
    await session.execute(statement, {"ids": sorted(set(ids))})
    await session.execute(_NOTIFY, {"channel": CHANNEL})


async def next_municipality(session: ReadSession, last: str) -> str | None:
    """The municipality with something due whose turn it is after ``last``; None if nothing is due anywhere."""
    code: str | None = (await session.execute(_NEXT, {"last": last})).scalar_one()
    return code


async def take(session: ReadSession, size: int) -> list[Due]:
    """What to judge now: at most ``size`` pupils, or else one school."""
    due = [Due(*row) for row in await session.execute(_DUE, {"size": size})]
    return [each for each in due if not each.is_school] or due[:1]


async def pupils_of(session: ReadSession, due: Sequence[Due], size: int) -> list[UUID]:
    """The pupils to judge now, of a school at most ``size``."""
    if not due or not due[0].is_school:
        return [each.id for each in due]
    given = {"school": due[0].id, "after": due[0].judged_to or _NOBODY, "size": size}
    return list((await session.execute(_PUPILS_OF_SCHOOL, given)).scalars())


async def done(session: WriteSession, due: Sequence[Due]) -> None:
    """Delete these notes, except those that were noted again since."""
    await session.execute(_DONE, {"ids": [each.id for each in due], "noted": [each.noted for each in due]})


async def continue_after(session: WriteSession, school: Due, last: UUID) -> None:
    """Continue with the school's pupils after ``last``, unless it was noted again since."""
    await session.execute(_GOES_ON, {"id": school.id, "noted": school.noted, "last": last})
