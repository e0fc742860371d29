"""The bodies and answers of the routes that merge, split and tell the history of pupils."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from libs.shared.base.date_window import Day
from libs.shared.privacy.free_text import FreeText
from libs.shared.values.codes import InstitutionNumber, MunicipalityCode
from libs.shared.values.school_years import SchoolYear
from services.registration.roster.merging.domain import History
from services.registration.roster.merging.following import Left

_PUPIL_ID = "0f8f2c5a-6a0d-4c39-8f0e-3f1f0f9d7c11"
_OTHER_ID = "7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10"
_CLASS_ID = "2f7c1d9e-9f0b-4f5b-8a43-6a0c5d1e7b21"
_IDENTIFIER_ID = "5d0c4b1e-0a1b-4c2d-8e3f-9a0b1c2d3e4f"
_EXAMPLE: dict[str, Any] = {
    "pupil_id": _PUPIL_ID,
    "municipality_code": "101",
    "identifiers": [
        {
            "identifier_id": _IDENTIFIER_ID,
            "kind": "local_id",
            "value": "101-00001",
            "since": None,
            "until": None,
            "finds_pupil": True,
        }
    ],
    "stays": [
        {
            "institution_number": "101001",
            "school_year": "2022/2023",
            "class_id": _CLASS_ID,
            "claimed_from": "2022-08-01",
            "claimed_to": "2023-08-01",
            "valid_from": "2022-08-01",
            "valid_to": "2022-10-17",
        }
    ],
    "changes": [{"kind": "merge", "other_id": _OTHER_ID, "changed_at": "2022-11-01T08:00:00Z"}],
}


class HistoricIdentifierOut(BaseModel):
    """An identifier that is or was the pupil's."""

    model_config = ConfigDict(from_attributes=True)

    identifier_id: UUID = Field(description="Names the identifier in a split.")
    kind: Literal["cpr_number", "uni_login", "local_id"]
    value: str | None = Field(repr=False, description="Of an id of the source system alone.")
    since: datetime | None = Field(description="When it replaced another one; null: as long as the pupil is known.")
    until: datetime | None = Field(description="When it was replaced; null: it is the present one.")
    finds_pupil: bool = Field(description="Whether rows with it are about this pupil.")


class HistoricStayOut(BaseModel):
    """What a school says about the pupil's time in a class, and the days of it that count."""

    model_config = ConfigDict(from_attributes=True)

    institution_number: InstitutionNumber
    school_year: SchoolYear
    class_id: UUID
    claimed_from: date
    claimed_to: date = Field(description="The day after the last, as the school says; equal dates: withdrawn.")
    valid_from: date
    valid_to: date = Field(description="The day after the last that counts; equal dates: none does.")


class IdentityChangeOut(BaseModel):
    """A merge or a split."""

    model_config = ConfigDict(from_attributes=True)

    kind: Literal["merge", "split"]
    other_id: UUID = Field(description="`merge`: a former id of this pupil. `split`: the pupil that was made.")
    changed_at: datetime


class PupilHistoryOut(BaseModel):
    """A pupil's identifiers, stays, merges and splits with their dates; neither name nor CPR number."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_EXAMPLE]})

    pupil_id: UUID = Field(description="The pupil's id now; another than the one asked for, if that is a former id.")
    municipality_code: MunicipalityCode
    identifiers: list[HistoricIdentifierOut]
    stays: list[HistoricStayOut] = Field(description="A caller of some institutions sees those there alone.")
    changes: list[IdentityChangeOut]

    @classmethod
    def of(cls, history: History) -> "PupilHistoryOut":
        """As it is shown."""
        return cls.model_validate(history)


class PupilMergeIn(BaseModel):
    """The pupil who is the same child."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"merged_pupil_id": _OTHER_ID}]})

    merged_pupil_id: UUID = Field(description="Its data becomes the first pupil's; the id becomes a former id.")
    confirm_two_numbers: bool = Field(
        default=False, description="True: the two have different CPR numbers and are one child all the same."
    )


class SplitStay(BaseModel):
    """A stay by its class and first day (`claimed_from` of the history)."""

    model_config = ConfigDict(extra="forbid")

    class_id: UUID
    claimed_from: Day


RecordKind = Literal["selection", "assessment", "enrolment"]
_LEFT: JsonDict = {
    "kind": "selection",
    "id": "0f6a2c8e-1b3d-4e5f-8a7b-9c0d1e2f3a4b",
    "institution_number": "101001",
    "day": "2022-10-03",
}


class LeftOut(BaseModel):
    """A decision, answers or an enrolment of a pupil, which may be about another child after a split."""

    model_config = ConfigDict(json_schema_extra={"examples": [_LEFT]})

    kind: RecordKind
    id: UUID = Field(description="The selection's, assessment's or enrolment's id.")
    institution_number: InstitutionNumber
    day: date = Field(description="The day of the decision or of the answers, or the enrolment's first day.")

    @classmethod
    def of(cls, left: Left) -> "LeftOut":
        """As it is shown."""
        return cls(kind=left.kind, id=left.left_id, institution_number=left.institution_number, day=left.day)


class PupilRecordsOut(BaseModel):
    """What is recorded of a pupil, by day: what a split may say of where it goes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"pupil_id": _PUPIL_ID, "records": [_LEFT]}]})

    pupil_id: UUID
    records: list[LeftOut] = Field(
        description="Decisions that were not reversed, answers to the 13 questions, and enrolments. A caller of some "
        "institutions sees those there alone."
    )


class RecordGoes(BaseModel):
    """A decision, answers or an enrolment, and whose it is after the split."""

    model_config = ConfigDict(extra="forbid")

    kind: RecordKind
    id: UUID
    goes_to: Literal["new", "original"] = Field(description="The new pupil, or the original one.")


class PupilSplitIn(BaseModel):
    """What the new pupil gets."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "Bo Prøvesen 2",
                    "stays": [{"class_id": _CLASS_ID, "claimed_from": "2022-08-01"}],
                    "identifier_ids": [_IDENTIFIER_ID],
                    "records": [{"kind": _LEFT["kind"], "id": _LEFT["id"], "goes_to": "new"}],
                }
            ]
        },
    )

    name: Annotated[str, FreeText(200)] = Field(repr=False, description="The new pupil's name.")
    stays: list[SplitStay] = Field(min_length=1, max_length=100)
    identifier_ids: list[UUID] = Field(min_length=1, max_length=100, description="Of the history.")
    records: list[RecordGoes] = Field(
        default=[],
        max_length=1_000,
        description="Where decisions, answers and enrolments go, of those in `/records` of the pupil. Of the others, "
        "enrolments from days of the named stays become the new pupil's, and the rest stays.",
    )


class PupilSplitOut(BaseModel):
    """The two pupils, and what a person looks at next."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"pupil_id": _PUPIL_ID, "new_pupil_id": _OTHER_ID, "left": [_LEFT]}]}
    )

    pupil_id: UUID
    new_pupil_id: UUID
    left: list[LeftOut] = Field(
        description="Decisions, answers to the 13 questions and enrolments that are still the original pupil's. "
        "Nobody but a person knows about which of the two children they are. Name those of the new pupil's in "
        "`records` of the split; of one that was forgotten, reverse or end it, and record it again for the new pupil."
    )

    @classmethod
    def of(cls, pupil_id: UUID, new_pupil_id: UUID, left: Iterable[Left]) -> "PupilSplitOut":
        """As it is shown."""
        return cls(pupil_id=pupil_id, new_pupil_id=new_pupil_id, left=[LeftOut.of(each) for each in left])
