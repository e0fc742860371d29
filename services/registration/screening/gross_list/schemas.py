"""The bodies and answers of the routes of the gross list."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.rules.verdicts import ScreeningOutcome, ScreeningVerdict
from libs.shared.values.codes import Grade

_SCHOOL_ID = "7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10"


VERDICT_EXAMPLE: dict[str, Any] = {
    "rule_id": "S-ABSENCE",
    "rule_set": "screening-2021",
    "version": 1,
    "outcome": "flagged",
    "stage": None,
    "severity": None,
    "value": {"amount": "12.5", "code": None, "unit": "percent"},
    "threshold": {"amount": "10", "code": None, "unit": "percent"},
    "coverage": {"have": 20, "expected": 20, "unit": "months"},
    "reason": {
        "da": "Fraværet er 12,5 % i skoleåret 2022/2023 (25 af 200 skoledage, 10 af 10 måneder indberettet); "
        "mindst ét skoleår når grænsen på 10 % eller mere.",
        "en": "Absence is 12.5 % in the school year 2022/2023 (25 of 200 school days, 10 of 10 months reported); "
        "at least one school year reaches the limit of 10 % or more.",
    },
}


_ITEM_EXAMPLE: dict[str, Any] = {
    "pupil_id": "0f8f2c5a-6a0d-4c39-8f0e-3f1f0f9d7c11",
    "name": "Elev Et",
    "class_id": "2f7c1d9e-9f0b-4f5b-8a43-6a0c5d1e7b21",
    "class_name": "5A",
    "grade": 5,
    "verdicts": [VERDICT_EXAMPLE],
}


class GrossListItem(BaseModel):
    """A pupil whom at least one rule flags, with every verdict about them."""

    pupil_id: UUID
    name: str
    class_id: UUID
    class_name: str
    grade: Grade
    verdicts: list[ScreeningVerdict]


class GrossListOut(BaseModel):
    """A school's gross list. Being on it decides nothing: a selection is a person's decision."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "school_id": _SCHOOL_ID,
                    "as_of": "2023-06-30",
                    "rule_set": "screening-2021",
                    "version": 1,
                    "screened": 214,
                    "not_shown": 0,
                    "flagged": 1,
                    "outcomes": {
                        "S-ABSENCE": {"flagged": 1, "not_flagged": 203, "not_applicable": 0, "unknown": 10},
                    },
                    "items": [_ITEM_EXAMPLE],
                }
            ]
        }
    )

    school_id: UUID
    as_of: date
    rule_set: str
    version: int
    screened: int = Field(description="Pupils who were at the school on the day, but for those not shown.")
    not_shown: int = Field(
        description="Pupils who were at the school on the day and are not today; a school is not shown them."
    )
    flagged: int = Field(description="Pupils on the list.")
    outcomes: dict[str, dict[ScreeningOutcome, int]] = Field(description="Pupils by rule and outcome.")
    items: list[GrossListItem]
