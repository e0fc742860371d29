"""The bodies and answers of the routes of what is passed on."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.base.date_window import Day
from libs.shared.values.codes import InstitutionNumber, MunicipalityCode
from services.registration.initiatives.fields import MOST_KRONER, Kroner, Remark

_ENTRY: dict[str, Any] = {
    "school_id": "7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10",
    "amount": 485_000,
    "given_on": "2022-01-15",
    "reason": None,
}


class EntryIn(BaseModel):
    """What a school is given."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_ENTRY]})

    school_id: UUID = Field(description="A school of the municipality, public or private.")
    amount: Annotated[int, Field(ge=1, le=MOST_KRONER, description="Whole kroner.")]
    given_on: Day
    reason: Remark | None = None


class CorrectionIn(BaseModel):
    """The right amount of an entry."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"amount": 480_000, "reason": "Skolen ansatte senere."}]}
    )

    amount: Kroner = Field(description="Whole kroner; 0 takes the entry back.")
    reason: Remark


class EntryOut(BaseModel):
    """What a school was given, after corrections."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "entry_id": "5e2b8c7d-91a4-4e3f-8d6c-7b9a0c1d2e3f",
                    "municipality_code": "101",
                    **_ENTRY,
                    "institution_number": "101001",
                    "school_name": "Prøveskolen Nord",
                    "school_kind": "public",
                    "first_amount": 485_000,
                    "corrections": 0,
                    "entered_by": "k1:0123456789abcdef0123456789abcdef",
                    "entered_at": "2022-01-15T08:00:00Z",
                }
            ]
        },
    )

    entry_id: UUID
    municipality_code: MunicipalityCode
    school_id: UUID
    institution_number: InstitutionNumber
    school_name: str
    school_kind: Literal["public", "private", "special"]
    given_on: date
    amount: int = Field(description="After corrections.")
    first_amount: int = Field(description="As it was entered.")
    corrections: int
    reason: str | None = Field(description="Of the entry; those of its corrections are in the history.")
    entered_by: str
    entered_at: datetime
