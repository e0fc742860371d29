"""The answers of the routes of identity coverage."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.values.codes import Grade, InstitutionNumber, MunicipalityCode
from services.registration.roster.coverage.domain import REMEDIES, IdentityCoverage, Lack

_FIGURES: dict[str, Any] = {
    "pupils": 700,
    "with_cpr_number": 691,
    "without_cpr_number": 9,
    "no_cpr_number": 2,
    "replacement_number": 7,
    "no_source_id": 0,
    "class_kind_unknown": 24,
    "undecided_case": 1,
    "percent": "98.7",
}
_SCHOOL_ID = "7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10"


class IdentityFiguresOut(BaseModel):
    """How many pupils are identified. One pupil may lack several things."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_FIGURES]})

    pupils: int = Field(description="Pupils in a class on the day.")
    with_cpr_number: int
    without_cpr_number: int = Field(description="`no_cpr_number` and `replacement_number` together.")
    no_cpr_number: int = Field(description="The source system has sent none.")
    replacement_number: int = Field(description="The number is one that a person without a CPR number gets.")
    no_source_id: int = Field(description="Without the source system's id.")
    class_kind_unknown: int = Field(description="In a class of which it is unknown whether it is ordinary or special.")
    undecided_case: int = Field(description="With an identity case that waits for a decision.")
    percent: Decimal | None = Field(description="The share with a CPR number, rounded down; null without pupils.")


class RemedyOut(BaseModel):
    """What to do, in Danish and English."""

    model_config = ConfigDict(from_attributes=True)

    da: str
    en: str


class LackOut(BaseModel):
    """What is lacking, how often, and what to do about it."""

    lack: Lack
    count: int
    remedy: RemedyOut


class RefusedNumbersOut(BaseModel):
    """Rows of the newest file that were refused for their CPR number."""

    model_config = ConfigDict(from_attributes=True)

    receipt_id: UUID = Field(description="`GET /v1/imports/{receipt_id}/refused.csv` has the rows.")
    institution_number: InstitutionNumber | None = Field(description="Of a snapshot; null: a file of several schools.")
    finished_at: datetime
    rows: int


def lacks_of(figures: IdentityCoverage, refused: int = 0) -> list[LackOut]:
    """What is lacking, with the remedies."""
    counts = [*figures.lacking(), *([(Lack.REFUSED, refused)] if refused else [])]
    return [LackOut(lack=lack, count=count, remedy=RemedyOut.model_validate(REMEDIES[lack])) for lack, count in counts]


class MunicipalityCoverageOut(BaseModel):
    """The figures of a municipality, or of the caller's institutions, with what to do."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "municipality_code": "101",
                    "on": "2022-09-01",
                    "figures": _FIGURES,
                    "lacking": [
                        {
                            "lack": "no_cpr_number",
                            "count": 2,
                            "remedy": {
                                "da": REMEDIES[Lack.CPR_NUMBER].da,
                                "en": REMEDIES[Lack.CPR_NUMBER].en,
                            },
                        }
                    ],
                    "refused": [],
                }
            ]
        }
    )

    municipality_code: MunicipalityCode
    on: date
    figures: IdentityFiguresOut
    lacking: list[LackOut]
    refused: list[RefusedNumbersOut]


class SchoolCoverageOut(IdentityFiguresOut):
    """The figures of a school."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "school_id": _SCHOOL_ID,
                    "institution_number": "101001",
                    "name": "Prøveskolen Nord",
                    "school_kind": "public",
                    **_FIGURES,
                }
            ]
        }
    )

    school_id: UUID
    institution_number: InstitutionNumber
    name: str
    school_kind: Literal["public", "private", "special"]


class CountryCoverageOut(BaseModel):
    """The figures of a municipality as the secretariat sees them. Null: 1–4 pupils, or a figure from which such a
    number would follow.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "municipality_code": "101",
                    "name": "København",
                    "pupils": 700,
                    "with_cpr_number": 691,
                    "without_cpr_number": 9,
                    "no_cpr_number": None,
                    "replacement_number": None,
                    "class_kind_unknown": 24,
                    "percent": "98.7",
                }
            ]
        }
    )

    municipality_code: MunicipalityCode
    name: str
    pupils: int | None
    with_cpr_number: int | None
    without_cpr_number: int | None
    no_cpr_number: int | None
    replacement_number: int | None
    class_kind_unknown: int | None
    percent: Decimal | None


class LackingPupilOut(BaseModel):
    """A pupil who lacks something, with what is needed to find the pupil in the source system."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "pupil_id": "0f8f2c5a-6a0d-4c39-8f0e-3f1f0f9d7c11",
                    "local_id": "101-00001",
                    "name": "Elev Et",
                    "name_protected": False,
                    "school_id": _SCHOOL_ID,
                    "institution_number": "101001",
                    "class_id": "2f7c1d9e-9f0b-4f5b-8a43-6a0c5d1e7b21",
                    "class_name": "5A",
                    "grade": 5,
                    "lacks": ["replacement_number"],
                    "remedies": [
                        {"da": REMEDIES[Lack.REPLACED].da, "en": REMEDIES[Lack.REPLACED].en},
                    ],
                }
            ]
        }
    )

    pupil_id: UUID
    local_id: str | None = Field(description="The pupil's id in the source system.")
    name: str | None = Field(
        description="For the school and the resource team; null if it is protected, and for the system of files."
    )
    name_protected: bool
    school_id: UUID
    institution_number: InstitutionNumber
    class_id: UUID
    class_name: str
    grade: Grade
    lacks: list[Lack]
    remedies: list[RemedyOut] = Field(description="One for each of `lacks`.")
