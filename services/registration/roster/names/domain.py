"""Names as they are shown, and disclosures of protected ones. Pure."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

MOST_DAYS = 7
"""The longest time for which a disclosure shows a name."""


@dataclass(frozen=True, slots=True)
class ShownName:
    """A pupil's name as it may be shown; None if it is protected."""

    name: str | None = field(repr=False)
    protected: bool


class Purpose(StrEnum):
    """What a protected name is needed for."""

    IDENTITY = "identity"
    """To decide whether two names are one child's, or to correct the source system."""
    PARENTS = "parents"
    """To speak with the parents."""
    SUPPORT = "support"
    """To plan or carry out support for the pupil."""
    SAFETY = "safety"
    """To protect the pupil, such as a notification to the authorities."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for: the name of a pupil, and with a case also the name that came with the pupil's id."""

    pupil_id: UUID
    purpose: Purpose
    reason: str = field(repr=False)
    days: int
    case_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Disclosure:
    """That somebody had a protected name shown. ``name`` and ``sent_name`` are None for everybody else, and for the
    same person when the time is over.
    """

    disclosure_id: UUID
    municipality_code: str
    pupil_id: UUID
    case_id: UUID | None
    purpose: Purpose
    reason: str = field(repr=False)
    disclosed_by: str
    disclosed_at: datetime
    ends_at: datetime
    name: str | None = field(default=None, repr=False)
    sent_name: str | None = field(default=None, repr=False)


def end_of(now: datetime, days: int) -> datetime:
    """The moment from which the disclosure shows nothing any more."""
    return now + timedelta(days=days)
