"""The bodies and answers of the routes of pupils whom two schools claim."""

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.values.codes import InstitutionNumber
from libs.shared.values.school_years import SchoolYear
from services.registration.roster.transfers.domain import ConflictRow

_PUPIL_ID = "0f8f2c5a-6a0d-4c39-8f0e-3f1f0f9d7c11"
_EXAMPLE: dict[str, Any] = {
    "conflict_id": "5d0c4b1e-0a1b-4c2d-8e3f-9a0b1c2d3e4f",
    "pupil_id": _PUPIL_ID,
    "class_id": "2f7c1d9e-9f0b-4f5b-8a43-6a0c5d1e7b21",
    "first_day": "2022-08-01",
    "school_year": "2022/2023",
    "institution_number": "101001",
    "class_name": "5A",
    "claimed_to": "2023-08-01",
    "valid_from": "2022-08-01",
    "valid_to": "2022-10-17",
    "last_file": "2022-11-01",
    "other": {
        "institution_number": "101002",
        "class_id": "7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10",
        "class_name": "5B",
        "first_day": "2022-10-17",
    },
    "reason": "still_claimed",
}


class ConflictReason(StrEnum):
    """Why a person is asked, or why the claim is limited."""

    STILL_CLAIMED = "still_claimed"
    SAME_DAYS = "same_days"
    SETTLED = "settled"


class OtherSchool(BaseModel):
    """The claim of the other school."""

    institution_number: InstitutionNumber
    class_id: UUID
    class_name: str
    first_day: date


class MembershipConflictOut(BaseModel):
    """A school's claim that counts for fewer days than the school says, as another school has the pupil."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    conflict_id: UUID
    pupil_id: UUID
    class_id: UUID
    first_day: date = Field(description="The first day in the class, as the school says.")
    school_year: SchoolYear
    institution_number: InstitutionNumber
    class_name: str
    claimed_to: date = Field(description="The day after the last, as the school says.")
    valid_from: date = Field(description="The first day that counts.")
    valid_to: date = Field(description="The day after the last that counts; equal to `valid_from`: none does.")
    last_file: date | None = Field(description="The day on which the school's newest complete file was made.")
    other: OtherSchool
    reason: ConflictReason = Field(
        description="`still_claimed`: the school has the pupil in a complete file that it made after the other took "
        "over. `same_days`: nothing tells which school is right. `settled`: nothing has to be decided."
    )

    @classmethod
    def of(cls, row: ConflictRow) -> "MembershipConflictOut":
        """As it is shown."""
        undecided = ConflictReason.SAME_DAYS if row.unclear else ConflictReason.STILL_CLAIMED
        return cls(
            conflict_id=row.conflict_id,
            pupil_id=row.pupil_id,
            class_id=row.class_id,
            first_day=row.claimed_from,
            school_year=row.school_year,
            institution_number=row.institution_number,
            class_name=row.class_name,
            claimed_to=row.claimed_to,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            last_file=row.last_file,
            other=OtherSchool(
                institution_number=row.rival_number,
                class_id=row.rival_class_id,
                class_name=row.rival_class_name,
                first_day=row.rival_from,
            ),
            reason=undecided if row.is_open else ConflictReason.SETTLED,
        )


class MembershipDecisionIn(BaseModel):
    """At which of the two schools the pupil is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"institution_number": "101002"}]})

    institution_number: InstitutionNumber = Field(
        description="The school's number. Of the school that the pupil had first: the other one's claim counts only "
        "from the day on which this one's ends."
    )


class MembershipDecisionOut(BaseModel):
    """A decision as it stands."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "pupil_id": _PUPIL_ID,
                    "school_year": "2022/2023",
                    "institution_number": "101002",
                    "other_institution_number": "101001",
                    "covers_to": "2022-10-17",
                }
            ]
        },
    )

    pupil_id: UUID
    school_year: SchoolYear
    institution_number: InstitutionNumber
    other_institution_number: InstitutionNumber
    covers_to: date = Field(description="It holds for everything the two schools claim from this day or earlier.")
