"""An entry of the account of a grant, and the conditions for one. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.registration.initiatives.passed_on.errors import BalanceTooSmall, GivenLater


@dataclass(frozen=True, slots=True)
class EntryRead:
    """What a school was given: ``amount`` as it stands after ``corrections``, ``first_amount`` as it was entered."""

    entry_id: UUID
    initiative_id: UUID
    municipality_code: str
    school_id: UUID
    institution_number: str
    school_name: str
    school_kind: str
    given_on: date
    amount: int
    first_amount: int
    corrections: int
    reason: str | None
    entered_by: str
    entered_at: datetime


def require_given(given_on: date, today: date) -> None:
    """Raises ``GivenLater``."""
    if given_on > today:
        raise GivenLater(pointer="/given_on")


def require_balance(balance: int, more: int) -> None:
    """Whether ``more`` kroner are left. Raises ``BalanceTooSmall``."""
    if more > balance:
        raise BalanceTooSmall(pointer="/amount", balance=balance)
