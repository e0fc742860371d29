"""Slots and exceptions in the form in which they are stored."""

from collections.abc import Iterable
from datetime import date, time
from typing import Any

from services.registration.courses.schedules.domain import ExceptionKind, ScheduleException, Slot
from services.registration.courses.tables import CourseSchedule


def stored_slots(slots: Iterable[Slot]) -> list[dict[str, Any]]:
    """The slots as JSON."""
    return [
        {
            "weekday": each.weekday,
            "starts_at": f"{each.starts_at:%H:%M}",
            "minutes": each.minutes,
            "every_weeks": each.every_weeks,
        }
        for each in slots
    ]


def stored_exceptions(exceptions: Iterable[ScheduleException]) -> list[dict[str, Any]]:
    """The exceptions as JSON."""
    return [
        {
            "kind": each.kind.value,
            "day": each.day.isoformat(),
            "starts_at": _text(each.starts_at),
            "to_day": None if each.to_day is None else each.to_day.isoformat(),
            "to_time": _text(each.to_time),
            "minutes": each.minutes,
        }
        for each in exceptions
    ]


def slots_of(schedule: CourseSchedule) -> list[Slot]:
    """The stored slots."""
    return [
        Slot(each["weekday"], time.fromisoformat(each["starts_at"]), each["minutes"], each["every_weeks"])
        for each in schedule.slots
    ]


def exceptions_of(schedule: CourseSchedule) -> list[ScheduleException]:
    """The stored exceptions."""
    return [
        ScheduleException(
            ExceptionKind(each["kind"]),
            date.fromisoformat(each["day"]),
            _time(each["starts_at"]),
            None if each["to_day"] is None else date.fromisoformat(each["to_day"]),
            _time(each["to_time"]),
            each["minutes"],
        )
        for each in schedule.exceptions
    ]


def _text(at: time | None) -> str | None:
    return None if at is None else f"{at:%H:%M}"


def _time(text: str | None) -> time | None:
    return None if text is None else time.fromisoformat(text)
