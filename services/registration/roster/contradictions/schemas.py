"""The answers of the routes of contradicting identifiers."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.values.codes import InstitutionNumber

_EXAMPLE: dict[str, Any] = {
    "conflict_id": "5d0c4b1e-0a1b-4c2d-8e3f-9a0b1c2d3e4f",
    "kind": "two_pupils",
    "pupil_id": "0f8f2c5a-6a0d-4c39-8f0e-3f1f0f9d7c11",
    "other_id": "7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10",
    "institution_number": "101001",
    "since": "2022-11-01T02:00:00Z",
    "last_at": "2022-11-08T02:00:00Z",
    "dismissed_at": None,
}


class PupilConflictKind(StrEnum):
    """What contradicts what."""

    TWO_PUPILS = "two_pupils"
    OTHER_NUMBER = "other_number"


class PupilConflictOut(BaseModel):
    """Rows whose identifiers contradict what is known; neither names nor identifiers."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_EXAMPLE]})

    conflict_id: UUID
    kind: PupilConflictKind = Field(
        description="`two_pupils`: the identifiers of one row are two pupils'; merge them if they are one child. "
        "`other_number`: the row has the pupil's id, but another CPR number or UNI-Login than the pupil. Or rows that "
        "were taken have a CPR number that was the pupil's before and came back: two sources differ, or one was "
        "corrected. It comes back once; then the number stays until the conflict is dismissed."
    )
    pupil_id: UUID
    other_id: UUID | None = Field(description="The other pupil of `two_pupils`.")
    institution_number: InstitutionNumber = Field(description="The institution of the newest row.")
    since: datetime
    last_at: datetime = Field(description="When a file last had such a row.")
    dismissed_at: datetime | None
