"""An invitation as it is read, and the conditions for an answer. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from libs.shared.base.municipalities import municipality_name
from services.registration.initiatives.domain import InvitationStatus
from services.registration.initiatives.invitations.errors import (
    AnswerFinal,
    DecidedLater,
    GrantReleasedAlready,
)


@dataclass(frozen=True, slots=True)
class InvitationRead:
    """A municipality in an initiative, with its share."""

    initiative_id: UUID
    municipality_code: str
    status: str
    by_rule: bool
    invite_reason: str | None
    invited_by: str
    invited_at: datetime
    answer_by: date
    answered_by: str | None
    answered_at: datetime | None
    decided_on: date | None
    late: bool
    answer_reason: str | None
    allocated: int | None
    released: int
    released_by: str | None
    released_at: datetime | None
    project_id: UUID | None
    passed_on: int
    aggregate_version: int
    share_percent: Decimal | None

    @property
    def name(self) -> str:
        """The municipality's official name."""
        return municipality_name(self.municipality_code)

    @property
    def to_release(self) -> int:
        """What an approval of the municipality's project would release now."""
        return max((self.allocated or 0) - self.released, 0)

    @property
    def balance(self) -> int:
        """What is released and not yet passed on."""
        return self.released - self.passed_on

    def sorted_by(self, column: str) -> str:
        """The value of a column that lists are sorted by; a share or an amount that is missing counts as 0."""
        found = getattr(self, column)
        return "0" if found is None else found.isoformat() if isinstance(found, datetime) else str(found)


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
