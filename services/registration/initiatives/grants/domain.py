"""A municipality's grant. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from services.registration.initiatives.domain import InvitationStatus


@dataclass(frozen=True, slots=True)
class Grant:
    """What a municipality has in an initiative, in whole kroner.

    ``allocated`` is its part of the newest allocation: None before there is one, and after it declined. ``released``
    may be less: nothing before its project is approved, and less after a later allocation gave it more.
    ``project_id`` is the project whose approval released it. ``is_open``: the initiative is not closed.
    """

    initiative_id: UUID
    municipality_code: str
    status: InvitationStatus
    is_open: bool
    start: date
    last_day: date
    allocation_number: int
    allocated: int | None
    released: int
    released_at: datetime | None
    project_id: UUID | None
    passed_on: int

    @property
    def to_release(self) -> int:
        """What an approval of the municipality's project would release now."""
        return max((self.allocated or 0) - self.released, 0)

    @property
    def balance(self) -> int:
        """What is released and not yet passed on."""
        return self.released - self.passed_on

    @classmethod
    def of(cls, initiative: Mapping[str, Any], invitation: Mapping[str, Any]) -> Self:
        """The grant of an initiative's and an invitation's columns."""
        return cls(
            initiative_id=initiative["initiative_id"],
            municipality_code=invitation["municipality_code"],
            status=InvitationStatus(invitation["status"]),
            is_open=initiative["status"] == "open",
            start=initiative["start"],
            last_day=initiative["last_day"],
            allocation_number=initiative["allocation_number"],
            allocated=invitation["allocated"],
            released=invitation["released"],
            released_at=invitation["released_at"],
            project_id=invitation["project_id"],
            passed_on=invitation["passed_on"],
        )
