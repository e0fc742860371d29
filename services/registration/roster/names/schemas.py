"""The bodies and answers of the routes of protected names."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.privacy.free_text import FreeText
from libs.shared.values.codes import MunicipalityCode
from services.registration.roster.names.domain import MOST_DAYS, Purpose

_ASKED: dict[str, Any] = {"purpose": "parents", "reason": "Samtale med forældrene om forløbet", "days": 1}
_DISCLOSED: dict[str, Any] = {
    "disclosure_id": "4b7e1c52-0f5a-4a51-8a57-2f1d0c9b8a76",
    "municipality_code": "101",
    "pupil_id": "0f8f2c5a-6a0d-4c39-8f0e-3f1f0f9d7c11",
    "case_id": None,
    "purpose": "parents",
    "reason": "Samtale med forældrene om forløbet",
    "disclosed_by": "k1:965d6fa4ea8db7dbf58fa7c74efcb3f0",
    "disclosed_at": "2022-11-01T09:00:00Z",
    "ends_at": "2022-11-02T09:00:00Z",
}


class NameDisclosureIn(BaseModel):
    """Why a protected name is to be shown, and for how long."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_ASKED]})

    purpose: Purpose = Field(
        description="`identity`: to decide or correct who the child is. `parents`: to speak with the parents. "
        "`support`: to plan or carry out support. `safety`: to protect the pupil."
    )
    reason: Annotated[str, FreeText(500)] = Field(repr=False, description="Why, in your own words; others read it.")
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = Field(
        default=1, description="For how many days you can read the name again by the disclosure's id."
    )
    case_id: UUID | None = Field(
        default=None,
        description="An identity case about the pupil: the name that came with the pupil's id is shown, too.",
    )


class NameDisclosureListed(BaseModel):
    """That a protected name was shown: to whom, when, until when and why."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_DISCLOSED]})

    disclosure_id: UUID
    municipality_code: MunicipalityCode
    pupil_id: UUID
    case_id: UUID | None
    purpose: Purpose
    reason: str
    disclosed_by: str = Field(description="The keyed name of the person, as in the request log.")
    disclosed_at: datetime
    ends_at: datetime


class NameDisclosureOut(NameDisclosureListed):
    """The same with the name, for the person who had it shown, until it ends."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={"examples": [{**_DISCLOSED, "name": "Elev Et", "sent_name": None}]},
    )

    name: str | None = Field(description="The pupil's name; null for others, and when the time is over.")
    sent_name: str | None = Field(description="The name of the case, if one was named; null as `name`.")


class NameProtectionOut(BaseModel):
    """That the protection of a pupil's name began or ended."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "pupil_id": "0f8f2c5a-6a0d-4c39-8f0e-3f1f0f9d7c11",
                    "name_protected": True,
                    "changed_at": "2022-11-01T02:00:00Z",
                    "receipt_id": "9d1f0c2e-6b7a-4d3c-8e5f-1a2b3c4d5e6f",
                }
            ]
        },
    )

    pupil_id: UUID
    name_protected: bool
    changed_at: datetime
    receipt_id: UUID = Field(description="The receipt of the file, or of the row sent alone, that said so.")
