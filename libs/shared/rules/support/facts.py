"""What is known about one pupil's support on the day of the decision. Anything may be missing."""

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TriedEffort(_Facts):
    """An effort that was tried, its level, and whether it was evaluated."""

    level: str
    evaluated: bool | None = None


class Referral(_Facts):
    """A referral to a level, and what it carries. ``urgency_role`` is the role that gave a reason of urgency."""

    to_level: str
    efforts_tried: tuple[TriedEffort, ...] | None = Field(default=None, max_length=200)
    knowledge_about_child: bool | None = None
    knowledge_about_environment: bool | None = None
    urgency_role: str | None = None
    parents_heard: bool | None = None
    parents_heard_on: date | None = None
    pupil_took_part: bool | None = None
    pupil_could_not_take_part: bool | None = None
    has_reasons: bool | None = None
    has_complaint_guidance: bool | None = None


class Goals(_Facts):
    """The short-term goals: when each is to be reached (null: there is no goal, or it has no date)."""

    academic_by: date | None = None
    wellbeing_by: date | None = None


class Bridge(_Facts):
    """A plan for a move between ordinary and special provision."""

    weeks: int | None = Field(default=None, ge=0, le=520)
    weekly_status: bool | None = None
    scale_dated: bool | None = None
    handover_meetings: bool | None = None
    checklist: bool | None = None
    closing_review: bool | None = None


class AbsenceCase(_Facts):
    """A case about concerning absence: its step, its responsible adviser and the date something is to be done."""

    step: bool | None = None
    adviser: bool | None = None
    due: date | None = None


class SupportFacts(_Facts):
    """One pupil on ``as_of``, the day of the decision, which chooses the version.

    ``follow_ups_marked`` says per follow-up whether the goals were marked. ``moves`` is a move between ordinary and
    special provision. ``case_hours`` and ``team_hours`` are the resource team's in one week.
    """

    as_of: date
    level: str | None = None
    referral: Referral | None = None
    contact_persons: int | None = Field(default=None, ge=0, le=100)
    next_follow_up: date | None = None
    pupil_view: bool | None = None
    pupil_view_reason: bool | None = None
    parents_view: bool | None = None
    parents_view_reason: bool | None = None
    progresses: bool | None = None
    thrives: bool | None = None
    goals: Goals | None = None
    follow_ups_marked: tuple[bool | None, ...] = Field(default=(), max_length=500)
    moves: bool | None = None
    bridge: Bridge | None = None
    concerning_absence: bool | None = None
    absence_case: AbsenceCase | None = None
    case_hours: Decimal | None = Field(default=None, ge=0, le=10_000)
    team_hours: Decimal | None = Field(default=None, ge=0, le=10_000)
