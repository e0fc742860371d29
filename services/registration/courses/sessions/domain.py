"""Sessions as they were held, and the amount that they deliver. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from typing import Literal
from uuid import UUID

from libs.shared.rules.catalog import InterventionType
from libs.shared.rules.dosage.facts import DosageFacts
from libs.shared.rules.dosage.held import held_by_phase
from libs.shared.rules.dosage.settings import DosageRules, DosageSettings, MinimumPhase
from libs.shared.rules.rule_sets import RuleSet, read_rules
from libs.shared.rules.wording import floored
from services.registration.courses.sessions.errors import (
    AttendanceNotEnrolled,
    AttendanceRepeated,
    AttendanceTooLong,
    SessionInFuture,
    SessionOutsideCourse,
    SessionRepeated,
    SessionTooManyPupils,
)

MOST_SESSIONS = 5000
"""The most sessions of a course: judging one takes time, and twenty a day for a school year are fewer."""

Moment = tuple[date, time]
"""Day and start time, by which a session of a course is known."""


@dataclass(frozen=True, slots=True)
class Attended:
    """A pupil's minutes of a session; 0: absent."""

    pupil_id: UUID
    minutes: int


@dataclass(frozen=True, slots=True)
class HeldSession:
    """A session as it was held, in whole minutes. ``pupils`` is how many were there, if they were counted.

    ``attendance`` is None where nothing is said about it; a list says it of everybody who is named.
    """

    held_on: date
    starts_at: time
    minutes: int
    pupils: int | None = None
    attendance: tuple[Attended, ...] | None = None

    @property
    def moment(self) -> Moment:
        """Day and start time."""
        return self.held_on, self.starts_at


@dataclass(frozen=True, slots=True)
class Stay:
    """The days on which a pupil is enrolled: from ``valid_from`` until before ``valid_to``."""

    valid_from: date
    valid_to: date

    def has(self, day: date) -> bool:
        """Whether the pupil is enrolled on the day."""
        return self.valid_from <= day < self.valid_to


def require_sessions(
    sessions: Sequence[HeldSession],
    start: date,
    last_day: date,
    today: date,
    *,
    most_pupils: int | None = None,
    stays: Mapping[UUID, Collection[Stay]] | None = None,
    at: str = "/sessions/{index}",
) -> None:
    """Check that each session is in the course, has been held and occurs once, and who attended; raises the refusal of
    the first that fails. ``at`` is the pointer to a session.

    ``most_pupils`` is the largest group of the course's type. ``stays`` are needed for sessions with attendance.
    """
    seen = set()
    for index, each in enumerate(sessions):
        where = at.format(index=index)
        if not start <= each.held_on <= last_day:
            raise SessionOutsideCourse(pointer=f"{where}/held_on", start=start, last_day=last_day)
        if each.held_on > today:
            raise SessionInFuture(pointer=f"{where}/held_on")
        if each.moment in seen:
            raise SessionRepeated(pointer=f"{where}/starts_at")
        seen.add(each.moment)
        _require_group(each, most_pupils, where)
        _require_attendance(each, stays or {}, where)


def _require_group(held: HeldSession, most: int | None, where: str) -> None:
    there = sum(one.minutes > 0 for one in held.attendance or ())
    if most is None:
        return
    if held.pupils is not None and held.pupils > most:
        raise SessionTooManyPupils(pointer=f"{where}/pupils", pupils=held.pupils, most=most)
    if there > most:
        raise SessionTooManyPupils(pointer=f"{where}/attendance", pupils=there, most=most)


def _require_attendance(held: HeldSession, stays: Mapping[UUID, Collection[Stay]], where: str) -> None:
    named = set()
    for index, one in enumerate(held.attendance or ()):
        pointer = f"{where}/attendance/{index}"
        if one.pupil_id in named:
            raise AttendanceRepeated(pointer=f"{pointer}/pupil_id")
        named.add(one.pupil_id)
        if not any(stay.has(held.held_on) for stay in stays.get(one.pupil_id, ())):
            raise AttendanceNotEnrolled(pointer=f"{pointer}/pupil_id")
        if one.minutes > held.minutes:
            raise AttendanceTooLong(pointer=f"{pointer}/minutes", minutes=held.minutes)


Unit = Literal["lessons", "sessions", "packages"]


def delivered(
    rule_set: RuleSet | DosageRules,
    variant: str,
    intervention_type: InterventionType | None,
    facts: DosageFacts,
    *,
    approved: Sequence[MinimumPhase] = (),
) -> tuple[Unit, Decimal]:
    """The amount delivered by ``facts.as_of``, in the variant's unit.

    The minimum's first phase defines the unit: that of the rule set, or if it has none the ``approved`` one. Without a
    minimum each session of small groups counts as one session, each of book packages as one package, and for all other
    types the minutes are converted to lessons. Rounded down to two decimals.
    """
    settings = read_rules(rule_set, DosageSettings).settings
    phases = settings.phases_of(variant) or tuple(approved)
    if phases:
        first = phases[0].unit
        total = sum(each.total for each in held_by_phase(settings, phases, facts) if each.phase.unit == first)
        return first, floored(Fraction(total, settings.per_unit(phases[0])))
    minutes = [each.minutes for each in facts.sessions if each.held_on <= facts.as_of and each.minutes]
    if intervention_type is InterventionType.BOOK_PACKAGES:
        return "packages", Decimal(len(minutes))
    if intervention_type is InterventionType.SMALL_GROUP_TUITION:
        return "sessions", Decimal(len(minutes))
    return "lessons", floored(Fraction(sum(minutes), settings.lesson_minutes))
