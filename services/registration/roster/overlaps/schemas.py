"""The bodies and answers of the routes of overlapping stays."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from libs.shared.values.codes import InstitutionNumber, MunicipalityCode
from libs.shared.web.pages import Page

_EXAMPLE: JsonDict = {
    "one": {
        "municipality_code": "101",
        "institution_number": "101001",
        "pupil_id": "2f7c1d9e-9f0b-4f5b-8a43-6a0c5d1e7b21",
        "valid_from": "2022-08-01",
        "valid_to": "2023-08-01",
    },
    "other": {
        "municipality_code": "147",
        "institution_number": "147001",
        "pupil_id": "7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10",
        "valid_from": "2022-10-17",
        "valid_to": "2023-08-01",
    },
    "valid_from": "2022-10-17",
    "valid_to": "2023-08-01",
}


class StayOut(BaseModel):
    """A pupil's time at a school."""

    model_config = ConfigDict(from_attributes=True)

    municipality_code: MunicipalityCode
    institution_number: InstitutionNumber
    pupil_id: UUID = Field(description="The pupil's id in that municipality.")
    valid_from: date
    valid_to: date = Field(description="The day after the last.")


class OverlapOut(BaseModel):
    """Two stays of one person, and the days on which both are said to be."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_EXAMPLE]})

    one: StayOut
    other: StayOut
    valid_from: date
    valid_to: date = Field(description="The day after the last.")


class OverlapPage(Page[OverlapOut]):
    """One page of them, and how many there are."""

    total: int = Field(description="How many there are on all pages together.")
