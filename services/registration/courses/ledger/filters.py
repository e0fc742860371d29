"""Which courses a list of the ledger has."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Filters:
    """Which courses a list has; None: of every one. ``first`` and ``last`` are days that the course touches."""

    codes: frozenset[str] | None = None
    schools: frozenset[UUID] | None = None
    project_id: UUID | None = None
    initiative_id: UUID | None = None
    variant: str | None = None
    subject: str | None = None
    outcome: str | None = None
    attention: str | None = None
    status: str | None = None
    at_risk: bool = False
    first: date | None = None
    last: date | None = None
