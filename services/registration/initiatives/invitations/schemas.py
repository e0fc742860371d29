"""The bodies and answers of the routes of invitations."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.base.date_window import Day
from libs.shared.values.codes import MunicipalityCode
from services.registration.initiatives.domain import InvitationStatus
from services.registration.initiatives.fields import Kroner, Remark

_BY = "k1:0123456789abcdef0123456789abcdef"
_INVITATION: dict[str, Any] = {
    "initiative_id": "0b9d6c1e-58a3-4f6b-9d1e-6f2a7c4b8e10",
    "municipality_code": "101",
    "name": "København",
    "status": "accepted",
    "share_percent": "18.20",
    "by_rule": True,
    "invite_reason": None,
    "invited_by": _BY,
    "invited_at": "2021-09-01T08:00:00Z",
    "answer_by": "2021-10-01",
    "answered_by": _BY,
    "answered_at": "2021-09-20T08:00:00Z",
    "decided_on": "2021-09-17",
    "late": False,
    "answer_reason": None,
    "allocated": 3_120_450,
    "released": 3_120_450,
    "released_by": _BY,
    "released_at": "2021-12-01T08:00:00Z",
    "project_id": "3c1d5e7f-2b4a-4c6d-8e9f-0a1b2c3d4e5f",
    "passed_on": 1_000_000,
    "to_release": 0,
    "balance": 2_120_450,
    "aggregate_version": 4,
}


class InviteIn(BaseModel):
    """Whom to invite, and until when they may answer."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"answer_by": "2021-10-01"},
                {"answer_by": "2021-10-01", "municipality_codes": ["101"], "reason": "Efter partnerskabets ønske."},
            ]
        },
    )

    answer_by: Day = Field(description="The last day for an answer; later answers are marked as late.")
    municipality_codes: Annotated[list[MunicipalityCode], Field(min_length=1, max_length=98)] | None = Field(
        default=None, description="Left out: all of the rule's list that are not invited yet."
    )
    reason: Remark | None = Field(
        default=None, description="Needed for a municipality outside the rule's list, and for one invited again."
    )


class Invited(BaseModel):
    """The municipalities that were invited."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"municipality_codes": ["101", "147"]}]})

    municipality_codes: list[MunicipalityCode]


class InvitationAnswerIn(BaseModel):
    """A municipality's answer."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"answer": "accepted", "decided_on": "2021-09-17"}]}
    )

    answer: Literal["accepted", "declined"]
    decided_on: Day = Field(description="The day of the municipality's decision.")
    reason: Remark | None = Field(
        default=None, description="Needed from the secretariat: how the answer came, such as by letter."
    )


class WithdrawalIn(BaseModel):
    """That a municipality gives up after its grant was released."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"spent": 250_000, "reason": "Skolerne lægges sammen."}]}
    )

    spent: Kroner = Field(description="What it keeps; the rest of what was released returns to the pool.")
    reason: Remark


class InvitationOut(BaseModel):
    """A municipality in an initiative: its invitation, its answer and its grant."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_INVITATION]})

    initiative_id: UUID
    municipality_code: MunicipalityCode
    name: str
    status: InvitationStatus
    share_percent: Decimal | None
    by_rule: bool = Field(description="Whether the rule invited it; else `invite_reason` says why it was invited.")
    invite_reason: str | None
    invited_by: str
    invited_at: datetime
    answer_by: date
    answered_by: str | None
    answered_at: datetime | None
    decided_on: date | None
    late: bool
    answer_reason: str | None
    allocated: int | None = Field(description="Its part of the newest allocation, in whole kroner.")
    released: int
    released_by: str | None
    released_at: datetime | None
    project_id: UUID | None = Field(description="The project whose approval released the grant; null to the evaluator.")
    passed_on: int = Field(description="The sum of what its schools were given.")
    to_release: int = Field(description="What an approval of its project would release now.")
    balance: int = Field(description="What is released and not passed on.")
    aggregate_version: int
