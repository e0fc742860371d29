"""The ledger's entries of the pupils in a course. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from uuid import UUID

from libs.shared.rules.dosage.facts import SessionFact
from libs.shared.rules.dosage.outlook import outlook
from services.registration.courses.ledger.domain import JudgedCourse, PupilEntry
from services.registration.courses.sessions.domain import HeldSession, Stay, delivered

Minutes = Mapping[tuple[date, time], int]
"""The minutes that a pupil attended, by day and start time of the sessions with attendance of the pupil."""


def pupil_entry(
    judged: JudgedCourse,
    variant: str,
    held: Sequence[HeldSession],
    pupil_id: UUID,
    *,
    stays: Sequence[Stay],
    designated: bool,
    attended: Minutes,
) -> PupilEntry:
    """The entry of a pupil: the sessions on the days of the pupil's stays, and the pupil's own part of them.

    The outlook is that of the course, held against the sessions that the pupil could attend: a pupil who came late may
    miss the minimum that the course reaches.
    """
    own = [each for each in held if any(stay.has(each.held_on) for stay in stays)]
    recorded = [each for each in own if each.moment in attended]

    def amount(sessions: Sequence[SessionFact]) -> Decimal:
        facts = judged.facts.model_copy(update={"sessions": tuple(sessions)})
        return delivered(judged.rules, variant, judged.kind, facts, approved=judged.approved)[1]

    sessions = [_fact(each.held_on, each.minutes) for each in own]
    facts = judged.facts.model_copy(update={"sessions": tuple(sessions)})
    unit, given = delivered(judged.rules, variant, judged.kind, facts, approved=judged.approved)
    there = [_fact(each.held_on, attended[each.moment]) for each in recorded]
    return PupilEntry(
        pupil_id=pupil_id,
        enrolled_from=min(each.valid_from for each in stays),
        enrolled_to=max(each.valid_to for each in stays),
        designated=designated,
        unit=unit,
        delivered=given,
        attended=amount(there) if recorded else None,
        recorded=len(recorded),
        sessions=sum(each.minutes > 0 and each.held_on <= judged.facts.as_of for each in own),
        outlook=outlook(judged.rules, variant, judged.planned, facts, approved=judged.approved),
    )


def _fact(day: date, minutes: int) -> SessionFact:
    # Both come from the database, which holds only what the model allows.
    return SessionFact.model_construct(held_on=day, minutes=minutes)
