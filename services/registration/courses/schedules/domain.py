"""Repeating times with exceptions, and the sessions that they plan. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from libs.shared.rules.dosage.facts import monday_of
from services.registration.courses.schedules.errors import ScheduleRepeated, ScheduleTooLarge

MOST_SESSIONS = 1500
"""The most sessions that a schedule plans: seven years of school days."""

Planned = tuple[date, time, int]
"""Day, start time and minutes."""


class ExceptionKind(StrEnum):
    """What is different on a day: a session is cancelled, moved, or added."""

    CANCELLED = "cancelled"
    MOVED = "moved"
    EXTRA = "extra"


class SessionState(StrEnum):
    """What became of a planned session."""

    PLANNED = "planned"
    HELD = "held"
    CHANGED = "changed"
    CANCELLED = "cancelled"


class CancelReason(StrEnum):
    """Why a session was not held: sygdom, ferie eller fridag, anden aktivitet, lokale, andet."""

    STAFF_ILL = "staff_ill"
    HOLIDAY = "holiday"
    OTHER_ACTIVITY = "other_activity"
    ROOM = "room"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that repeats: on ``weekday`` (1 is Monday) of every ``every_weeks``-th week, counted from the course's
    first week.
    """

    weekday: int
    starts_at: time
    minutes: int
    every_weeks: int = 1


@dataclass(frozen=True, slots=True)
class ScheduleException:
    """What is different on ``day``. ``starts_at`` is the session that is cancelled or moved (None: every one of the
    day), or the time of an extra one. A moved one is held on ``to_day`` at ``to_time``.
    """

    kind: ExceptionKind
    day: date
    starts_at: time | None = None
    to_day: date | None = None
    to_time: time | None = None
    minutes: int | None = None


def require_schedule(slots: Sequence[Slot], exceptions: Sequence[ScheduleException]) -> None:
    """Check that no time occurs twice. Raises ``ScheduleRepeated``."""
    seen: set[object] = set()
    for index, slot in enumerate(slots):
        if (slot.weekday, slot.starts_at) in seen:
            raise ScheduleRepeated(pointer=f"/slots/{index}")
        seen.add((slot.weekday, slot.starts_at))
    for index, each in enumerate(exceptions):
        if (each.day, each.starts_at) in seen:
            raise ScheduleRepeated(pointer=f"/exceptions/{index}")
        seen.add((each.day, each.starts_at))


def planned_sessions(
    slots: Iterable[Slot],
    exceptions: Iterable[ScheduleException],
    start: date,
    last_day: date,
    *,
    holidays: Collection[date] = (),
) -> list[Planned]:
    """The sessions of a course from ``start`` to ``last_day``, both inclusive, by day and time; none on ``holidays``
    but those that an exception puts there. Raises ``ScheduleTooLarge``.
    """
    first = monday_of(start)
    found: dict[tuple[date, time], int] = {}
    for slot in slots:
        day = first + timedelta(days=slot.weekday - 1)
        while day <= last_day:
            if day >= start and day not in holidays:
                found[day, slot.starts_at] = slot.minutes
            day += timedelta(weeks=slot.every_weeks)
            if len(found) > MOST_SESSIONS:
                raise ScheduleTooLarge(pointer="/slots", most=MOST_SESSIONS)
    for each in exceptions:
        _except(found, each, start, last_day)
    return sorted((day, at, minutes) for (day, at), minutes in found.items())


def _except(found: dict[tuple[date, time], int], each: ScheduleException, start: date, last_day: date) -> None:
    if each.kind is ExceptionKind.EXTRA:
        if each.starts_at is not None and each.minutes is not None and start <= each.day <= last_day:
            found[each.day, each.starts_at] = each.minutes
        return
    concerned = [key for key in found if key[0] == each.day and each.starts_at in (None, key[1])]
    for key in concerned:
        minutes = found.pop(key)
        if each.kind is ExceptionKind.MOVED and each.to_day is not None and start <= each.to_day <= last_day:
            found[each.to_day, each.to_time or key[1]] = each.minutes or minutes
