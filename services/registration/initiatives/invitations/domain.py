"""Conditions for an answer. Pure."""

from dataclasses import dataclass
from datetime import date

from services.registration.initiatives.domain import InvitationStatus
from services.registration.initiatives.invitations.errors import (
    AnswerFinal,
    DecidedLater,
    GrantReleasedAlready,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a municipality decided, on which day, and in whose words (of the secretariat: why it answers for it)."""

    status: InvitationStatus
    decided_on: date
    reason: str | None


def require_answerable(status: str, answer_by: date, released: int, answer: Answer, today: date) -> None:
    """Whether a municipality in this state may give the answer today.

    It may change a yes into a no until its grant is released, and a no into a yes until the last day for answers.
    Raises ``DecidedLater``, ``GrantReleasedAlready`` and ``AnswerFinal``.
    """
    if answer.decided_on > today:
        raise DecidedLater(pointer="/decided_on")
    if status == InvitationStatus.WITHDRAWN:
        raise AnswerFinal
    if answer.status == InvitationStatus.DECLINED and released:
        raise GrantReleasedAlready
    if status == InvitationStatus.DECLINED and answer.status == InvitationStatus.ACCEPTED and today > answer_by:
        raise AnswerFinal
