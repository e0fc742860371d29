"""Imports sessions and attendance. Each course that a file changes is judged once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from uuid import UUID

from libs.shared.base.clock import Clock, danish_date
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.events.outbox import Outbox
from libs.shared.files.kinds import courses as codes
from libs.shared.imports.batch import Batch, BatchResult, Judged, Refusal, Waiting, WaitingReason
from services.registration.courses.courses import queries as courses
from services.registration.courses.enrolments import queries as enrolments
from services.registration.courses.files import lock_courses, named_courses, named_pupils
from services.registration.courses.ledger.judging import Judge
from services.registration.courses.ledger.use_cases import rejudge
from services.registration.courses.schedules import queries as schedules
from services.registration.courses.sessions import queries
from services.registration.courses.sessions.attendance import queries as attendance
from services.registration.courses.sessions.attendance.queries import AttendanceKey
from services.registration.courses.sessions.domain import MOST_SESSIONS, HeldSession, Stay
from services.registration.courses.sessions.queries import SessionKey
from services.registration.courses.sessions.use_cases import most_pupils, tell_waiting
from services.registration.courses.tables import Course
from services.registration.roster.lock import lock_roster

SessionPlan = list[tuple[UUID, HeldSession]]
AttendancePlan = list[tuple[AttendanceKey, int]]


class Limits:
    """The largest group of each course, read once for each variant and first day."""

    def __init__(self, session: ReadSession) -> None:
        self._session = session
        self._most: dict[tuple[str, date], int | None] = {}

    async def of(self, course: Course) -> int | None:
        """The largest group; None without a limit. Raises what the rule set and the catalog raise."""
        key = course.variant, course.start
        if key not in self._most:
            self._most[key] = await most_pupils(self._session, *key)
        return self._most[key]


@dataclass(frozen=True, slots=True)
class SessionImport:
    """Imports sessions."""

    outbox: Outbox
    clock: Clock

    async def lock(self, session: WriteSession, batch: Batch) -> None:
        """Lock the courses."""
        await lock_courses(session, batch)

    async def judge(self, session: WriteSession, batch: Batch) -> Judged[SessionPlan]:
        """The plan is the sessions that are new or changed."""
        named = await named_courses(session, batch)
        refused, limits = list(named.refused), Limits(session)
        given: dict[SessionKey, HeldSession] = {}
        rows_of: dict[SessionKey, int] = {}
        rows = batch.records("date", "starts_at", "minutes", "pupils")
        for index, (course, (day, at, minutes, pupils)) in enumerate(zip(named.by_row, rows, strict=True)):
            if course is None:
                continue
            if not course.start <= day <= course.last_day:
                shown = {"start": course.start.isoformat(), "last_day": course.last_day.isoformat()}
                refused.append(Refusal(index, codes.SESSION_OUTSIDE, "date", shown))
                continue
            most = None if pupils is None else await limits.of(course)
            if pupils is not None and most is not None and pupils > most:
                refused.append(Refusal(index, codes.TOO_MANY_PUPILS, "pupils", {"pupils": pupils, "most": most}))
                continue
            key = course.course_id, day, time.fromisoformat(at)
            given[key], rows_of[key] = HeldSession(day, key[2], minutes, pupils), index
        stored = await queries.stored(session, list(given))
        counts = {each: await queries.count(session, each) for each in named.courses}
        for key, index in rows_of.items():
            if key not in stored:
                counts[key[0]] += 1
                if counts[key[0]] > MOST_SESSIONS:
                    refused.append(Refusal(index, codes.TOO_MANY_SESSIONS, "course", {"most": MOST_SESSIONS}))
                    del given[key]
        plan = [(key[0], held) for key, held in given.items() if not _same(held, stored.get(key))]
        unchanged = len(batch) - len(refused) - len(plan)
        return Judged(BatchResult(accepted=len(plan), unchanged=unchanged, refused=refused), plan)

    async def write(self, session: WriteSession, batch: Batch, judged: Judged[SessionPlan]) -> None:
        """Write the sessions, and judge their courses."""
        if not judged.plan:
            return
        await queries.put(session, batch.municipality_code, judged.plan)
        changed = {course_id for course_id, _ in judged.plan}
        await schedules.follow(session, changed)
        await judge_again(session, self.outbox, changed, danish_date(self.clock()), waiting=True)


@dataclass(slots=True)
class _Group:
    """The pupils of a session, by the minutes that are stored and those that are given."""

    stored: Mapping[UUID, int]
    given: dict[UUID, int] = field(default_factory=dict)

    def with_one(self, pupil_id: UUID, minutes: int) -> int:
        """How many are there with one more."""
        there = {**self.stored, **self.given, pupil_id: minutes}
        return sum(each > 0 for each in there.values())


@dataclass(frozen=True, slots=True)
class AttendanceImport:
    """Imports attendance. A row about a pupil or session not known yet, or a pupil not enrolled yet, waits."""

    outbox: Outbox
    clock: Clock

    async def lock(self, session: WriteSession, batch: Batch) -> None:
        """Lock the roster, so that identifiers keep their pupils, and the courses."""
        await lock_roster(session, batch.municipality_code)
        await lock_courses(session, batch)

    async def judge(self, session: WriteSession, batch: Batch) -> Judged[AttendancePlan]:
        """The plan is the attendance that is new or changed. A row that waited never overwrites what is stored."""
        named, pupil_ids = await named_courses(session, batch), await named_pupils(session, batch)
        rows = list(batch.records("date", "starts_at", "minutes"))
        keys = [
            None if course is None else (course.course_id, day, time.fromisoformat(at))
            for course, (day, at, _) in zip(named.by_row, rows, strict=True)
        ]
        held = await queries.stored(session, list({key for key in keys if key is not None}))
        stays = await enrolments.stays(session, named.courses)
        groups = await _groups(session, held)
        stored = await attendance.stored_attendance(
            session, [(*key, pupil) for key, pupil in zip(keys, pupil_ids, strict=True) if key and pupil]
        )
        limits, plan, seen = Limits(session), dict[AttendanceKey, int](), dict[AttendanceKey, int]()
        refused, waiting, unchanged = list(named.refused), [], 0
        for index, (course, key, pupil_id) in enumerate(zip(named.by_row, keys, pupil_ids, strict=True)):
            if course is None or key is None:
                continue
            minutes = rows[index][2]
            verdict = await _judged(
                course, key, pupil_id, minutes, held=held, stays=stays, groups=groups, limits=limits
            )
            if isinstance(verdict, int):
                one = (*key, required(pupil_id))
                first = seen.setdefault(one, index)
                if first != index:  # by another of the pupil's identifiers
                    refused.append(Refusal(index, "row.duplicate", params={"first_row": batch.row_numbers[first]}))
                elif one in stored and (batch.replay or stored[one] == verdict):
                    unchanged += 1
                else:
                    plan[one] = groups[key].given[one[3]] = verdict
            elif pupil_id is None:
                waiting.append(Waiting(index, WaitingReason.UNKNOWN_PUPIL))
            elif verdict[0] in _MAY_HEAL and not batch.settled:
                waiting.append(Waiting(index, WaitingReason.NOT_PLACED, pupil_id))
            else:
                refused.append(Refusal(index, *verdict))
        return Judged(BatchResult(len(plan), unchanged, waiting, refused), list(plan.items()))

    async def write(self, session: WriteSession, batch: Batch, judged: Judged[AttendancePlan]) -> None:
        """Write the attendance, and judge the courses."""
        if judged.plan:
            await attendance.put_attendance(session, batch.municipality_code, judged.plan)
            changed = {key[0] for key, _ in judged.plan}
            await judge_again(session, self.outbox, changed, danish_date(self.clock()))


def required(pupil_id: UUID | None) -> UUID:
    """The pupil of a row that was judged."""
    if pupil_id is None:
        raise RuntimeError("a row without a pupil was judged")
    return pupil_id


_MAY_HEAL = frozenset({codes.SESSION_UNKNOWN, codes.NOT_ENROLLED})
_Refused = tuple[str, str, dict[str, int]]


async def _judged(
    course: Course,
    key: SessionKey,
    pupil_id: UUID | None,
    minutes: int | None,
    *,
    held: Mapping[SessionKey, tuple[int, int | None]],
    stays: Mapping[UUID, Mapping[UUID, list[tuple[date, date]]]],
    groups: Mapping[SessionKey, _Group],
    limits: Limits,
) -> int | _Refused:
    """The minutes of a row, or why it cannot be written."""
    if pupil_id is None or key not in held:
        return codes.SESSION_UNKNOWN, "starts_at", {}
    length, _ = held[key]
    own = stays.get(course.course_id, {}).get(pupil_id, ())
    if not any(Stay(*days).has(key[1]) for days in own):
        return codes.NOT_ENROLLED, "pupil", {}
    there = length if minutes is None else minutes
    if there > length:
        return codes.TOO_LONG, "minutes", {"minutes": length}
    most = await limits.of(course)
    if most is not None and (number := groups[key].with_one(pupil_id, there)) > most:
        return codes.TOO_MANY_PUPILS, "pupil", {"pupils": number, "most": most}
    return there


async def judge_again(
    session: WriteSession, outbox: Outbox, course_ids: Iterable[UUID], today: date, *, waiting: bool = False
) -> None:
    """Judge courses whose rows are locked, each with an event. ``waiting``: rows of files may wait for its sessions."""
    judge = Judge(session)
    for course in (await courses.locked_all(session, course_ids)).values():
        await rejudge(session, outbox, course, today, judge=judge)
        if waiting:
            await tell_waiting(session, course)


async def _groups(session: ReadSession, keys: Iterable[SessionKey]) -> dict[SessionKey, _Group]:
    there = await attendance.attendance_of(session, list(keys))
    return {key: _Group(there.get(key, {})) for key in keys}


def _same(held: HeldSession, stored: tuple[int, int | None] | None) -> bool:
    return stored is not None and stored[0] == held.minutes and held.pupils in (None, stored[1])
