"""The bodies and answers of the routes of kept lists."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.base.date_window import Day
from libs.shared.rules.verdicts import ScreeningOutcome, ScreeningVerdict
from libs.shared.values.codes import Grade, InstitutionNumber, MunicipalityCode
from services.registration.screening.gross_list.choosing import RULES, Wanted
from services.registration.screening.gross_list.schemas import VERDICT_EXAMPLE
from services.registration.screening.kept_lists.domain import KeptList, KeptPupil, ShownList

_SCHOOL_ID = "7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10"
_FILTERS: dict[str, Any] = {"rule": None, "outcome": None, "class_id": None, "grade": None, "everyone": False}
_KEPT: dict[str, Any] = {
    "kept_list_id": "8c1d2e3f-4a5b-4c6d-8e7f-9a0b1c2d3e4f",
    "municipality_code": "101",
    "school_id": _SCHOOL_ID,
    "as_of": "2023-06-30",
    **_FILTERS,
    "rule_set": "screening-2021",
    "version": 1,
    "screened": 214,
    "flagged": 60,
    "expected_percent": "10",
    "outcomes": {"S-ABSENCE": {"flagged": 25, "not_flagged": 179, "not_applicable": 0, "unknown": 10}},
    "pupils": 60,
    "kept_by": "k1:0123456789abcdef0123456789abcdef",
    "kept_at": "2023-06-30T12:00:00Z",
}


class KeptListIn(BaseModel):
    """Which gross list to keep: of a school or of a municipality, with the filters of the list."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"school_id": _SCHOOL_ID, "as_of": "2023-06-30", **_FILTERS}]},
    )

    school_id: UUID | None = None
    municipality_code: MunicipalityCode | None = None
    as_of: Day
    rule: str | None = Field(default=None, pattern=f"^({'|'.join(RULES)})$")
    outcome: ScreeningOutcome | None = None
    class_id: UUID | None = None
    grade: Grade | None = None
    everyone: bool = False

    def wanted(self) -> Wanted:
        """The filters."""
        return Wanted(self.rule, self.outcome, self.class_id, self.grade, self.everyone)


class KeptListOut(BaseModel):
    """A kept list without its pupils: what it was about, by which rule set and version, who kept it and when."""

    model_config = ConfigDict(json_schema_extra={"examples": [_KEPT]})

    kept_list_id: UUID
    municipality_code: MunicipalityCode
    school_id: UUID | None = Field(description="Null for a list of the whole municipality.")
    as_of: date
    rule: str | None
    outcome: ScreeningOutcome | None
    class_id: UUID | None
    grade: Grade | None
    everyone: bool
    rule_set: str
    version: int
    screened: int
    flagged: int
    expected_percent: Decimal
    outcomes: dict[str, dict[ScreeningOutcome, int]]
    pupils: int = Field(description="The pupils that it showed.")
    kept_by: str = Field(description="The keyed name of the caller who kept it, as in the request log.")
    kept_at: datetime

    @staticmethod
    def fields(kept: KeptList) -> dict[str, Any]:
        """The fields of a kept list."""
        wanted = kept.wanted
        return {
            **{name: getattr(kept, name) for name in KeptListOut.model_fields if hasattr(kept, name)},
            "rule": wanted.rule,
            "outcome": wanted.outcome,
            "class_id": wanted.class_id,
            "grade": wanted.grade,
            "everyone": wanted.everyone,
        }

    @classmethod
    def of(cls, kept: KeptList) -> Self:
        """A kept list."""
        return cls(**cls.fields(kept))


class KeptItem(BaseModel):
    """A pupil of a kept list: class, grade and verdicts as they were, the name as it may be shown today."""

    position: int
    pupil_id: UUID
    name: str | None = Field(description="Null if the name is protected.")
    school_id: UUID
    institution_number: InstitutionNumber
    class_id: UUID
    class_name: str
    grade: Grade
    verdicts: list[ScreeningVerdict]

    @classmethod
    def of(cls, each: KeptPupil, name: str | None) -> Self:
        """A row of the list."""
        return cls(
            position=each.position,
            pupil_id=each.pupil_id,
            name=name,
            school_id=each.school_id,
            institution_number=each.institution_number,
            class_id=each.class_id,
            class_name=each.class_name,
            grade=each.grade,
            verdicts=list(each.verdicts),
        )


class ShownListOut(KeptListOut):
    """A page of a kept list, exactly as it was but for those erased or not shown."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **_KEPT,
                    "erased": 0,
                    "not_shown": 0,
                    "items": [
                        {
                            "position": 1,
                            "pupil_id": "0f8f2c5a-6a0d-4c39-8f0e-3f1f0f9d7c11",
                            "name": "Elev Et",
                            "school_id": _SCHOOL_ID,
                            "institution_number": "101001",
                            "class_id": "2f7c1d9e-9f0b-4f5b-8a43-6a0c5d1e7b21",
                            "class_name": "5A",
                            "grade": 5,
                            "verdicts": [VERDICT_EXAMPLE],
                        }
                    ],
                    "next_page_token": None,
                }
            ]
        }
    )

    erased: int = Field(description="Pupils of the list who were erased since. All else is exactly as it was.")
    not_shown: int = Field(description="Pupils of the list whom the caller may not see today.")
    items: list[KeptItem]
    next_page_token: str | None = Field(default=None, description="Send it as `page_token`; null on the last page.")

    @classmethod
    def page(cls, shown: ShownList, items: list[KeptItem], token: str | None) -> Self:
        """A page of the list."""
        return cls(
            **cls.fields(shown.kept),
            erased=shown.erased,
            not_shown=shown.not_shown,
            items=items,
            next_page_token=token,
        )
