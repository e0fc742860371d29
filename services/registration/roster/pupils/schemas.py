"""The bodies and answers of the routes of pupils and of the cases about their identity."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from libs.shared.base.date_window import Day, EndDay
from libs.shared.imports.batch import WaitingReason
from libs.shared.privacy.free_text import FreeText
from libs.shared.values.codes import Grade, InstitutionNumber, MunicipalityCode
from libs.shared.values.school_years import SchoolYear
from services.registration.roster.pupils.cases import Decision
from services.registration.roster.pupils.domain import MAX_LOOKED_UP, Outcome

_PUPIL_ID = "0f8f2c5a-6a0d-4c39-8f0e-3f1f0f9d7c11"


_CLASS_ID = "2f7c1d9e-9f0b-4f5b-8a43-6a0c5d1e7b21"


class PupilMembership(BaseModel):
    """A time in a class; ``valid_to`` is the day after the last."""

    model_config = ConfigDict(from_attributes=True)

    class_id: UUID
    institution_number: InstitutionNumber
    school_year: SchoolYear
    class_name: str
    grade: Grade
    valid_from: date
    valid_to: date


class PupilFound(BaseModel):
    """A pupil found by local id; neither name nor other identifiers are shown here."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "pupil_id": _PUPIL_ID,
                    "local_id": "101-00001",
                    "memberships": [
                        {
                            "class_id": _CLASS_ID,
                            "institution_number": "101001",
                            "school_year": "2022/2023",
                            "class_name": "5A",
                            "grade": 5,
                            "valid_from": "2022-08-01",
                            "valid_to": "2023-08-01",
                        }
                    ],
                }
            ]
        },
    )

    pupil_id: UUID
    local_id: str
    memberships: list[PupilMembership]


class PupilsFound(BaseModel):
    """Those found; an id that is nobody's, or of somebody whom the caller is not shown, is left out."""

    items: list[PupilFound] = Field(max_length=MAX_LOOKED_UP)


class PupilsAsked(BaseModel):
    """Whom to look for. Source-system ids are sent in a body, since addresses stand in the logs of every proxy."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"municipality_code": "101", "local_ids": ["101-00001"]}]}
    )

    municipality_code: MunicipalityCode
    local_ids: list[Annotated[str, StringConstraints(min_length=1, max_length=64)]] = Field(
        min_length=1, max_length=MAX_LOOKED_UP
    )


_Identifier = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class PupilIn(BaseModel):
    """One pupil's time in one class: a row of the file of pupils, with the same columns and rules."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "municipality_code": "101",
                    "cpr_number": "6101120008",
                    "local_id": "101-00001",
                    "name": "Ask Prøvesen 17",
                    "institution_number": "101001",
                    "school_year": "2022/2023",
                    "class_name": "5A",
                    "valid_from": "2022-08-01",
                }
            ]
        },
    )

    municipality_code: MunicipalityCode
    cpr_number: _Identifier | None = Field(default=None, repr=False, description="One of the three is required.")
    uni_login: _Identifier | None = Field(default=None, repr=False)
    local_id: _Identifier | None = Field(default=None, repr=False, description="The pupil's id in the source system.")
    name: Annotated[str, FreeText(200)] = Field(repr=False)
    institution_number: InstitutionNumber
    school_year: SchoolYear
    class_name: Annotated[str, FreeText(40)]
    valid_from: Day
    valid_to: EndDay = Field(
        default=None, description="The day after the last; null, or 9999-12-31, to the end of the school year."
    )
    name_protected: bool | None = Field(
        default=None,
        description="True: the name is shown to nobody from now on. False: the protection has ended. Null: as before.",
    )


class PupilTaken(BaseModel):
    """What became of the row; a refused one is a problem with the codes of the file."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "outcome": "accepted",
                    "reason": None,
                    "pupil_id": _PUPIL_ID,
                    "receipt_id": "9d1f0c2e-6b7a-4d3c-8e5f-1a2b3c4d5e6f",
                }
            ]
        },
    )

    outcome: Outcome = Field(
        description="`accepted`: written. `unchanged`: it says nothing new. `parked`: it waits, see `reason`."
    )
    reason: WaitingReason | None = Field(
        description="`identity`: a person must say whether the row is about the pupil known by its id."
    )
    pupil_id: UUID | None = Field(description="Null while the row waits.")
    receipt_id: UUID = Field(description="The row's receipt: `GET /v1/imports/{receipt_id}` and its `/parked`.")


_CASE_ID = "5d0c4b1e-0a1b-4c2d-8e3f-9a0b1c2d3e4f"


class IdentityCaseOut(BaseModel):
    """A known pupil, and the other name with which the pupil's id came."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "case_id": _CASE_ID,
                    "municipality_code": "101",
                    "pupil_id": "0f8f2c5a-6a0d-4c39-8f0e-3f1f0f9d7c11",
                    "known_name": "Elev Et",
                    "sent_name": "Barn To",
                    "name_protected": False,
                    "institution_number": "101002",
                    "since": "2022-11-01T02:00:00Z",
                    "rows": 2,
                }
            ]
        },
    )

    case_id: UUID
    municipality_code: MunicipalityCode
    pupil_id: UUID = Field(description="The pupil whose id it is so far.")
    known_name: str | None = Field(description="The name that the pupil is known by; null if it is protected.")
    sent_name: str | None = Field(description="The name that came with the pupil's id; null if it is protected.")
    name_protected: bool = Field(
        description="Whether one of the names is protected; then neither is shown. "
        "`POST /v1/pupils/{pupil_id}/name-disclosures` with the case's id shows both."
    )
    institution_number: InstitutionNumber = Field(description="The institution at which the file says the child is.")
    since: datetime
    rows: int = Field(description="Rows that wait for the decision.")


class IdentityDecisionIn(BaseModel):
    """Whether the two names are one child's."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"decision": "another_pupil"}]})

    decision: Decision = Field(
        description="`same_pupil`: the pupil has a new name. `another_pupil`: the id was given to another child; it is "
        "that child's from now on, and what was sent about the first pupil stays as it is."
    )


class IdentityDecisionOut(IdentityDecisionIn):
    """A decision as it stands."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"decision": "another_pupil", "case_id": _CASE_ID}]})

    case_id: UUID
