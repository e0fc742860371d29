"""The bodies and answers of the routes of shares."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.base.date_window import Day
from libs.shared.rules.wording import Text
from libs.shared.values.codes import MunicipalityCode
from services.registration.initiatives.domain import InvitationStatus
from services.registration.initiatives.fields import Percent, Remark
from services.registration.initiatives.shares.domain import Role, Share

SHARE_EXAMPLE: dict[str, Any] = {
    "municipality_code": "101",
    "share_percent": "18.20",
    "source": "Danmarks Statistik, udtræk af 15. august 2021",
    "reference_date": "2019-12-31",
}
_REASON: dict[str, Any] = {
    "da": "Nr. 7 af 98 med 18,20 %: blandt de 25 med den største andel.",
    "en": "Number 7 of 98 with 18.20%: among the 25 with the largest share.",
}


class ShareIn(BaseModel):
    """A municipality's share of vulnerable school-age children."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [SHARE_EXAMPLE]})

    municipality_code: MunicipalityCode
    share_percent: Percent
    source: Remark = Field(description="Where the share comes from.")
    reference_date: Day = Field(description="The initiative's own.")


class SharesIn(BaseModel):
    """All shares of an initiative: a municipality that is not in the list has none afterwards."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"shares": [SHARE_EXAMPLE]}]})

    shares: list[ShareIn] = Field(max_length=98)

    def given(self) -> list[Share]:
        """What the use cases take."""
        return [Share(**each.model_dump()) for each in self.shares]


class ShareOut(BaseModel):
    """A share as it is stored."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    **SHARE_EXAMPLE,
                    "loaded_by": "k1:0123456789abcdef0123456789abcdef",
                    "loaded_at": "2021-09-01T08:00:00Z",
                }
            ]
        },
    )

    municipality_code: MunicipalityCode
    share_percent: Decimal
    source: str
    reference_date: date
    loaded_by: str
    loaded_at: datetime


class RoleOut(BaseModel):
    """A municipality's place by the rule, its answer, and its role in the evaluation."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "municipality_code": "101",
                    "name": "København",
                    "share_percent": "18.20",
                    "rank": 7,
                    "by_rule": True,
                    "status": "accepted",
                    "role": "participating",
                    "reason": _REASON,
                }
            ]
        },
    )

    municipality_code: MunicipalityCode
    name: str
    share_percent: Decimal
    rank: int = Field(description="1 has the largest share.")
    by_rule: bool = Field(description="Whether the rule invites it.")
    status: InvitationStatus | None = Field(description="Null: not invited.")
    role: Role = Field(
        description="`comparison`: it declined, or lies just below the line and was never invited. `none`: it "
        "withdrew, lies further down, or is not invited yet."
    )
    reason: Text = Field(description="What the rule says of it.")
