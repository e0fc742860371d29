"""The bodies and answers of the routes of single results."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from libs.shared.base.date_window import PastDay
from libs.shared.files.kinds.indicator_values import ALL_SUBJECTS, IndicatorKind
from libs.shared.imports.batch import WaitingReason
from libs.shared.privacy.free_text import FreeText
from libs.shared.values.codes import Grade, MunicipalityCode
from services.registration.roster.pupils.domain import Outcome

_PUPIL_ID = "0f8f2c5a-6a0d-4c39-8f0e-3f1f0f9d7c11"
_RESULT: dict[str, Any] = {"indicator": "national_test", "subject": "reading", "grade": 4, "date": "2022-03-15"}

NO_SUBJECT = "none"
"""The subject in the address of a result that has none."""
SUBJECT = f"^({'|'.join((*ALL_SUBJECTS, NO_SUBJECT))})$"

Subject = Annotated[str, StringConstraints(pattern=f"^({'|'.join(ALL_SUBJECTS)})$")]
Value = Annotated[str, FreeText(40)]


class IndicatorIn(BaseModel):
    """One result of one pupil: a row of the file of indicators, with the same rules."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"municipality_code": "101", "cpr_number": "6101120008", **_RESULT, "value": "jævn"}]
        },
    )

    municipality_code: MunicipalityCode
    cpr_number: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = Field(
        default=None, repr=False, description="The pupil's CPR number, or `pupil_id`."
    )
    pupil_id: UUID | None = Field(default=None, description="The pupil's id, if it is known from the change feed.")
    indicator: IndicatorKind
    subject: Subject | None = Field(default=None, description="Null for education readiness.")
    grade: Grade
    date: PastDay
    value: Value = Field(description="As in the file; `withdrawn` takes the result back.")


class IndicatorTaken(BaseModel):
    """What became of the row; a refused one is a problem with the codes of the file."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [{"outcome": "accepted", "reason": None, "receipt_id": "9d1f0c2e-6b7a-4d3c-8e5f-1a2b3c4d5e6f"}]
        },
    )

    outcome: Outcome = Field(
        description="`accepted`: written. `unchanged`: it says nothing new. `parked`: the pupil is not known yet."
    )
    reason: WaitingReason | None
    receipt_id: UUID = Field(description="The row's receipt: `GET /v1/imports/{receipt_id}` and its `/parked`.")


class ValueIn(BaseModel):
    """The value of a result."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"value": "god"}]})

    value: Value = Field(description="As in the file; `withdrawn` takes the result back.")


class IndicatorOut(BaseModel):
    """A result as it is stored; ``value`` is its code, and `withdrawn` if it was just taken back."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"pupil_id": _PUPIL_ID, **_RESULT, "value": "fair"}]},
    )

    pupil_id: UUID
    indicator: IndicatorKind
    subject: str | None
    grade: Grade
    date: date
    value: str
