"""The bodies and answers of the routes of selections."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.base.date_window import PastDay
from libs.shared.rules.verdicts import ScreeningVerdict
from libs.shared.values.codes import InstitutionNumber
from services.registration.fields import Words
from services.registration.screening.gross_list.schemas import VERDICT_EXAMPLE
from services.registration.screening.selections.domain import Behind, ClassReason, SelectionKind, ShownSelection

_PUPIL_ID = "0f8f2c5a-6a0d-4c39-8f0e-3f1f0f9d7c11"


_DECISION: dict[str, Any] = {
    "school_id": "7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10",
    "kind": "pupil",
    "pupil_ids": [_PUPIL_ID],
    "class_id": None,
    "decided_on": "2023-06-30",
    "socially_vulnerable": True,
    "behind": ["academically"],
    "reasons": [],
    "kept_list_id": None,
    "reason": "Læser under klassetrin og deltager sjældent; faglærerne ser behov for en lille gruppe.",
    "parents_dialogue": "Møde den 27. juni; forældrene er enige.",
}


class SelectionIn(BaseModel):
    """A decision: about one pupil, a group with a shared need, or a whole class."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{**_DECISION, "designated_pupil_ids": []}]}
    )

    school_id: UUID
    kind: SelectionKind
    pupil_ids: list[UUID] = Field(default=[], max_length=100, description="For a pupil or a group.")
    class_id: UUID | None = Field(default=None, description="For a whole class.")
    decided_on: PastDay
    socially_vulnerable: bool = Field(
        description="That those selected are socially vulnerable: required of a pupil and a group."
    )
    behind: list[Behind] = Field(min_length=1, max_length=2, description="In what they are behind.")
    reasons: list[ClassReason] = Field(
        default=[],
        max_length=len(ClassReason),
        description="Why a whole class is selected, at least one; exported to the evaluation. Empty for others.",
    )
    designated_pupil_ids: list[UUID] = Field(
        default=[], max_length=100, description="Those whom the school marks as likely to benefit (udpeget)."
    )
    kept_list_id: UUID | None = Field(default=None, description="The kept gross list on which the decision stands.")
    reason: Words = Field(description="Why.")
    parents_dialogue: Words = Field(description="The dialogue with the parents.")


class SelectedPupilOut(BaseModel):
    """A selected pupil, with what the screening said on the day of the decision."""

    model_config = ConfigDict(from_attributes=True)

    pupil_id: UUID
    designated: bool
    verdicts: list[ScreeningVerdict]


class MarkOut(BaseModel):
    """That a pupil was marked as designated, or that the mark was taken back."""

    model_config = ConfigDict(from_attributes=True)

    pupil_id: UUID
    designated: bool
    marked_by: str
    marked_at: datetime


class ReversalOut(BaseModel):
    """That the decision no longer stands, and why."""

    model_config = ConfigDict(from_attributes=True)

    reversed_on: date
    reason: str
    reversed_by: str
    reversed_at: datetime


class SelectionOut(BaseModel):
    """A recorded decision."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "selection_id": "5d0c4b1e-0a1b-4c2d-8e3f-9a0b1c2d3e4f",
                    **{name: value for name, value in _DECISION.items() if name != "pupil_ids"},
                    "decided_by": "k1:0123456789abcdef0123456789abcdef",
                    "recorded_at": "2023-06-30T12:00:00Z",
                    "pupils": [{"pupil_id": _PUPIL_ID, "designated": False, "verdicts": [VERDICT_EXAMPLE]}],
                    "marks": [],
                    "reversal": None,
                    "version": 1,
                    "not_shown": 0,
                }
            ]
        }
    )

    selection_id: UUID
    school_id: UUID
    kind: SelectionKind
    class_id: UUID | None
    decided_on: date
    decided_by: str = Field(description="The keyed name of the caller who recorded it, as in the request log.")
    recorded_at: datetime
    socially_vulnerable: bool
    behind: list[Behind]
    reasons: list[ClassReason]
    reason: str
    parents_dialogue: str
    kept_list_id: UUID | None
    pupils: list[SelectedPupilOut]
    marks: list[MarkOut] = Field(description="The history of the designated marks, the oldest first.")
    reversal: ReversalOut | None = Field(description="Null while the decision stands.")
    version: int = Field(description="Counts the changes of the decision.")
    not_shown: int = Field(description="Selected pupils who are no longer at the school, and so are not shown to it.")

    @classmethod
    def of(cls, shown: ShownSelection) -> Self:
        """A decision as the caller may see it."""
        selection, decision = shown.selection, shown.selection.decision
        return cls(
            selection_id=selection.selection_id,
            school_id=decision.school_id,
            kind=decision.kind,
            class_id=decision.class_id,
            decided_on=decision.decided_on,
            decided_by=selection.decided_by,
            recorded_at=selection.recorded_at,
            socially_vulnerable=decision.socially_vulnerable,
            behind=list(decision.behind),
            reasons=list(decision.reasons),
            reason=decision.reason,
            parents_dialogue=decision.parents_dialogue,
            kept_list_id=decision.kept_list_id,
            pupils=[SelectedPupilOut.model_validate(each) for each in selection.pupils],
            marks=[MarkOut.model_validate(each) for each in selection.marks],
            reversal=None if selection.reversal is None else ReversalOut.model_validate(selection.reversal),
            version=selection.version,
            not_shown=shown.not_shown,
        )


class DesignatedIn(BaseModel):
    """Those whom the school marks as likely to benefit; the mark of every other shown pupil is taken back."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"pupil_ids": [_PUPIL_ID]}]})

    pupil_ids: list[UUID] = Field(max_length=100)


class ReversalIn(BaseModel):
    """That a decision no longer stands. It is never deleted."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"reversed_on": "2023-08-21", "reason": "Eleven får et andet tilbud."}]},
    )

    reversed_on: PastDay
    reason: Words = Field(description="Why.")


class SelectionListItem(BaseModel):
    """A decision in a list: without its texts and pupils."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "selection_id": "5d0c4b1e-0a1b-4c2d-8e3f-9a0b1c2d3e4f",
                    "school_id": "7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10",
                    "institution_number": "101001",
                    "kind": "class",
                    "class_id": "2f7c1d9e-9f0b-4f5b-8a43-6a0c5d1e7b21",
                    "decided_on": "2023-06-30",
                    "recorded_at": "2023-06-30T12:00:00Z",
                    "behind": ["academically"],
                    "reasons": ["lost_teaching"],
                    "kept_list_id": None,
                    "reversed_on": None,
                    "pupils": 21,
                    "designated": 4,
                }
            ]
        },
    )

    selection_id: UUID
    school_id: UUID
    institution_number: InstitutionNumber
    kind: SelectionKind
    class_id: UUID | None
    decided_on: date
    recorded_at: datetime
    behind: list[Behind]
    reasons: list[ClassReason]
    kept_list_id: UUID | None
    reversed_on: date | None
    pupils: int = Field(description="All pupils of the decision.")
    designated: int = Field(description="Those marked as likely to benefit.")
