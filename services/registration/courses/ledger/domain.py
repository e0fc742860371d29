"""The ledger's entry of a course, and of a pupil in it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from libs.shared.rules.catalog import InterventionType
from libs.shared.rules.dosage.facts import DosageFacts, PlannedPhase, monday_of
from libs.shared.rules.dosage.outlook import Outlook
from libs.shared.rules.dosage.settings import DosageRules, MinimumPhase
from libs.shared.rules.dosage.verdict import DosageVerdict
from libs.shared.rules.verdicts import DosageOutcome, Measure
from libs.shared.rules.wording import Text, floored
from services.registration.courses.sessions.domain import Unit

SILENT_WEEKS = 3
"""School weeks without a session after which a running course is listed."""
BEGUN_WEEKS = 2
"""School weeks after which a course without any session is listed."""


class Attention(StrEnum):
    """What a person should look at, beside the outcome."""

    NO_PUPILS = "no_pupils"
    """The course has begun, and nobody is enrolled."""
    FEWER_ENROLLED = "fewer_enrolled"
    """The course has begun, and fewer are enrolled than were stated."""
    NOT_IDENTIFIED = "not_identified"
    """Some of the enrolled have no CPR number, so that the evaluation cannot find them."""
    NO_RECORDS = "no_records"
    """No session is recorded, and two school weeks are over."""
    RECORDS_STOPPED = "records_stopped"
    """The course runs, and no session is recorded in the last three school weeks."""
    OFFERS = "offers"
    """Pupils joined the class after the course began, and nobody has decided whether they take part."""
    PLANNED_SHORT = "planned_short"
    """What is planned does not reach the minimum."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many pupils were stated, are or were enrolled, and have a CPR number; and the mean share of the sessions with
    attendance that the pupils attended, in per cent.
    """

    stated: int
    enrolled: int
    identified: int
    attended_percent: Decimal | None = None
    offers: int = 0


class Planned(BaseModel):
    """What is planned in all: the weekly amount times the weeks, or the packages."""

    model_config = ConfigDict(frozen=True)

    amount: Decimal | None
    unit: str
    outcome: DosageOutcome
    scheduled: int
    """Sessions that the schedule plans, without cancelled ones."""


class Entry(BaseModel):
    """What the ledger says of one course as of a day; stored with the course."""

    model_config = ConfigDict(frozen=True)

    as_of: date
    unit: Unit
    planned: Planned
    delivered: Decimal
    sessions: int
    attended_percent: Decimal | None
    outcome: DosageOutcome
    delivered_outcome: DosageOutcome
    outlook: Outlook | None
    share_percent: Decimal | None
    """The expected total in per cent of what is required; of the delivered one while there is no forecast."""
    stated: int
    enrolled: int
    identified: int
    attention: tuple[Attention, ...]
    reason: Text

    @classmethod
    def of(
        cls,
        facts: DosageFacts,
        verdicts: Sequence[DosageVerdict],
        *,
        seen: Outlook | None,
        given: tuple[Unit, Decimal],
        coverage: Coverage,
        scheduled: int,
    ) -> Self:
        """The entry of a course by its facts, its verdicts (planned, forecast, delivered) and its outlook."""
        planned, forecast, delivered = verdicts
        unit, amount = given
        held = [each for each in facts.sessions if each.minutes > 0 and each.held_on <= facts.as_of]
        return cls(
            as_of=facts.as_of,
            unit=unit,
            planned=_planned(planned, scheduled, unit),
            delivered=amount,
            sessions=len(held),
            attended_percent=coverage.attended_percent,
            outcome=seen.outcome if seen else DosageOutcome.UNKNOWN,
            delivered_outcome=delivered.outcome,
            outlook=seen,
            share_percent=_share(seen),
            stated=coverage.stated,
            enrolled=coverage.enrolled,
            identified=coverage.identified,
            attention=_attention(facts, planned, coverage),
            reason=seen.reason if seen else forecast.reason,
        )


def _planned(verdict: DosageVerdict, scheduled: int, unit: Unit) -> Planned:
    value = verdict.value
    amount = None
    if value is not None and value.amount is not None:
        amount = value.amount if value.unit == "packages" else value.amount * verdict.weeks if verdict.weeks else None
    return Planned(amount=amount, unit=value.unit if value else unit, outcome=verdict.outcome, scheduled=scheduled)


def _share(seen: Outlook | None) -> Decimal | None:
    if seen is None or not seen.required.amount:
        return None
    reached = _amount(seen.expected) if seen.expected is not None else _amount(seen.delivered)
    # More than ten times the minimum is a typing error; the column has room for it.
    return min(floored(reached * 100 / seen.required.amount), Decimal("99999.99"))


def _amount(measure: Measure) -> Decimal:
    return measure.amount or Decimal(0)


def _attention(facts: DosageFacts, planned: DosageVerdict, coverage: Coverage) -> tuple[Attention, ...]:
    found = []
    begun = facts.start <= facts.as_of
    over = [each for each in _weeks(facts) if each + timedelta(days=7) <= facts.as_of]
    recorded = {monday_of(each.held_on) for each in facts.sessions if each.held_on <= facts.as_of}
    if begun and not coverage.enrolled:
        found.append(Attention.NO_PUPILS)
    elif begun and coverage.enrolled < coverage.stated:
        found.append(Attention.FEWER_ENROLLED)
    if coverage.offers and facts.as_of <= facts.last_day:
        found.append(Attention.OFFERS)
    if coverage.identified < coverage.enrolled:
        found.append(Attention.NOT_IDENTIFIED)
    if not recorded:
        if len(over) >= BEGUN_WEEKS or facts.as_of > facts.last_day:
            found.append(Attention.NO_RECORDS)
    elif facts.as_of <= facts.last_day and len(over) >= SILENT_WEEKS and not _lately(facts, over) & recorded:
        found.append(Attention.RECORDS_STOPPED)
    if planned.outcome is DosageOutcome.MISSED:
        found.append(Attention.PLANNED_SHORT)
    return tuple(found)


def _weeks(facts: DosageFacts) -> list[date]:
    """The Mondays of the course's school weeks; of all its weeks while the calendar is not known."""
    week = timedelta(days=7)
    own = [each for each in facts.school_weeks if each + week > facts.start and each <= facts.last_day]
    if own:
        return own
    first = monday_of(facts.start)
    return [first + week * index for index in range((facts.last_day - first).days // 7 + 1)]


def _lately(facts: DosageFacts, over: Sequence[date]) -> set[date]:
    """The Mondays of the last school weeks and of the present one."""
    return {*over[-SILENT_WEEKS:], monday_of(facts.as_of)}


@dataclass(frozen=True, slots=True)
class JudgedCourse:
    """A course's dosage on a day: the facts for the rules, the verdicts planned, forecast and delivered, and the
    outlook, which is None for a variant without a minimum.
    """

    rules: DosageRules
    facts: DosageFacts
    planned: tuple[PlannedPhase, ...]
    approved: tuple[MinimumPhase, ...]
    kind: InterventionType | None
    verdicts: tuple[DosageVerdict, DosageVerdict, DosageVerdict]
    outlook: Outlook | None


@dataclass(frozen=True, slots=True)
class PupilEntry:
    """What the ledger says of one pupil in a course: of the sessions while the pupil was enrolled.

    ``delivered`` is what they gave, ``attended`` the pupil's own share of the sessions with attendance, ``recorded``
    the number of these; ``outlook`` is the course's for the days of the pupil.
    """

    pupil_id: UUID
    enrolled_from: date
    enrolled_to: date
    designated: bool
    unit: Unit
    delivered: Decimal
    attended: Decimal | None
    recorded: int
    sessions: int
    outlook: Outlook | None
