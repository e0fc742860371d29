"""A schedule as it is shown, and what is said of its sessions. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from services.registration.courses.schedules.domain import CancelReason, ScheduleException, Slot
from services.registration.courses.sessions.domain import HeldSession


@dataclass(frozen=True, slots=True)
class ShownSchedule:
    """A course's schedule. ``years_without_calendar`` are school years of the course whose holidays are not known."""

    slots: Sequence[Slot]
    exceptions: Sequence[ScheduleException]
    school_days_only: bool
    planned: int
    years_without_calendar: Sequence[str]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What became of a planned session: ``session`` as it was held, None for one that was cancelled."""

    day: date
    starts_at: time
    minutes: int | None
    held_on: date | None
    held_at: time | None
    cancelled: CancelReason | None
    held: HeldSession | None = None
