"""A step of an initiative's history. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4


class StepKind(StrEnum):
    """What happened. Those up to ``ALLOCATED`` are about the initiative as a whole, the others about a municipality."""

    CREATED = "created"
    CHANGED = "changed"
    SHARES_LOADED = "shares_loaded"
    ALLOCATED = "allocated"
    CLOSED = "closed"
    SHARE_SET = "share_set"
    SHARE_REMOVED = "share_removed"
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    GRANT_SET = "grant_set"
    GRANT_RELEASED = "grant_released"
    PASSED_ON = "passed_on"
    PASSED_ON_CORRECTED = "passed_on_corrected"


@dataclass(frozen=True, slots=True)
class Step:
    """A step. ``details`` hold amounts, dates, ids and codes, and no words of people."""

    initiative_id: UUID
    step: StepKind
    taken_by: str
    taken_at: datetime
    municipality_code: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None
    step_id: UUID = field(default_factory=uuid4)


def shown(value: object) -> Any:
    """A value as ``details`` hold it."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, date) else value
