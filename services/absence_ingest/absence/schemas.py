"""The answers about days that are set aside."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.files.kinds.absence import ABSENCE, NOT_A_MEMBER
from libs.shared.values.codes import MunicipalityCode
from services.absence_ingest.absence.domain import SetAside, days

_EXAMPLE: dict[str, Any] = {
    "municipality_code": "101",
    "pupil_id": "2f7c1d9e-9f0b-4f5b-8a43-6a0c5d1e7b21",
    "date": "2022-09-30",
    "category": "illness",
    "days": "0.5",
    "code": NOT_A_MEMBER,
    "messages": ABSENCE.catalog.messages({"code": NOT_A_MEMBER, "column": "date", "params": {}}),
    "since": "2022-10-03T07:15:00Z",
}


class SetAsideOut(BaseModel):
    """A day of absence that does not count now."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    municipality_code: MunicipalityCode
    pupil_id: UUID
    date: date
    category: str
    days: Decimal
    code: str = Field(description="What is wrong with the day; the codes are those of refused rows.")
    messages: dict[str, str] = Field(description="The same in Danish (da) and English (en), with what to do.")
    since: datetime

    @classmethod
    def of(cls, day: SetAside) -> Self:
        """As listed."""
        return cls(
            municipality_code=day.municipality_code,
            pupil_id=day.pupil_id,
            date=day.day,
            category=day.category,
            days=days(day.halves),
            code=day.code,
            messages=ABSENCE.catalog.messages({"code": day.code, "column": "date", "params": {}}),
            since=day.since,
        )
