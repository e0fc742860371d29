"""The answers of the change feed."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.values.codes import InstitutionNumber
from services.registration.roster.changes.domain import Entry, Kind, RosterChange

_CHANGE: dict[str, Any] = {
    "kind": "membership",
    "change": "closed",
    "school_id": "7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10",
    "institution_number": None,
    "class_id": "2f7c1d9e-9f0b-4f5b-8a43-6a0c5d1e7b21",
    "pupil_id": "0f8f2c5a-6a0d-4c39-8f0e-3f1f0f9d7c11",
    "valid_from": "2022-08-01",
    "valid_to": "2023-01-09",
    "version": None,
    "changed_at": "2023-01-09T02:00:00Z",
}


class RosterChangeOut(BaseModel):
    """An object and what happened to it last: ids and dates, no name, no class name and no number of a person."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CHANGE]})

    kind: Kind
    change: RosterChange = Field(
        description="`changed`: new or changed. `closed`: a school that no longer has its number, or a membership that "
        "ends before its school year does. `deleted`: it is gone, or it was withdrawn; delete it from your copy."
    )
    school_id: UUID | None = Field(description="Of a school, a class and a membership.")
    institution_number: InstitutionNumber | None = Field(description="Of a school.")
    class_id: UUID | None = Field(description="Of a class and a membership.")
    pupil_id: UUID | None = Field(description="Of a pupil and a membership.")
    valid_from: date | None = Field(description="Of a membership, which pupil, class and this day identify.")
    valid_to: date | None = Field(description="Of a membership: the day after the last.")
    version: int | None = Field(description="Of a school, a class and a pupil: the version that its last event has.")
    changed_at: datetime

    @classmethod
    def of(cls, entry: Entry, raised: int) -> Self:
        """What is shown of an entry; ``raised`` is what a restore added to all versions."""
        return cls(
            kind=entry.kind,
            change=entry.change,
            school_id=entry.school_id,
            institution_number=entry.institution_number,
            class_id=entry.class_id,
            pupil_id=entry.object_id if entry.kind in {Kind.PUPIL, Kind.MEMBERSHIP} else None,
            valid_from=entry.valid_from,
            valid_to=entry.valid_to,
            version=None if entry.version is None else entry.version + raised,
            changed_at=entry.changed_at,
        )


class RosterChangesOut(BaseModel):
    """A page of the feed, oldest change first."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [_CHANGE], "next": "WyJjaGFuZ2VzIiwxNDBd", "more": False}]}
    )

    items: list[RosterChangeOut]
    next: str = Field(description="Keep it and send it as `since` the next time, with the same other parameters.")
    more: bool = Field(
        description="Whether there is more to fetch now. A page may have few items, or none, although there is more."
    )
