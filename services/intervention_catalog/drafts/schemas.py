"""The bodies and answers of the routes of drafts."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SkipValidation

from libs.shared.base.date_window import Day, EndDay
from libs.shared.privacy.free_text import FreeText
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.content.models.intervention_types import TypeContent
from services.intervention_catalog.content.models.recommendations import Recommendation
from services.intervention_catalog.content.models.support_levels import SupportLevel
from services.intervention_catalog.drafts.domain import DraftState
from services.intervention_catalog.drafts.tables import Draft
from services.intervention_catalog.kinds.kinds import WrittenTrialAction
from services.intervention_catalog.kinds.texts import missing_texts

_ACTION: dict[str, Any] = {
    "municipality": {"code": "101", "name": "København"},
    "schools": [],
    "title": {"da": "Rolig start på dagen", "en": "A calm start to the day"},
    "themes": ["community_and_wellbeing"],
    "stages": ["lower"],
    "target": {"da": "To klasser på 2. årgang", "en": "Two classes of grade 2"},
    "done": {"da": "Dagen begynder med et kvarters fælles læsning.", "en": "The day begins with shared reading."},
    "experienced": {"pupils": {"da": "Flere kommer til tiden.", "en": "More arrive on time."}},
    "expected": {},
    "next_steps": {"da": "Hele årgangen i næste skoleår.", "en": "The whole year group next school year."},
    "learned": None,
    "status": "running",
    "status_reason": {"da": "Begyndt i august.", "en": "Began in August."},
}
_DRAFT: dict[str, Any] = {"kind": "trial_action", "content": _ACTION, "valid_from": None, "valid_to": None}

Note = Annotated[str, FreeText(4000)]


class DraftIn(BaseModel):
    """A draft. Texts may be empty until it is published."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_DRAFT]})

    kind: Literal[Kind.INTERVENTION_TYPE, Kind.SUPPORT_LEVEL, Kind.TRIAL_ACTION, Kind.RECOMMENDATION]
    content: SkipValidation[TypeContent | SupportLevel | WrittenTrialAction | Recommendation] = Field(
        description="The content; its fields depend on `kind`."
    )
    valid_from: Day | None = Field(default=None, description="Inclusive; the day of publication if left out.")
    valid_to: EndDay = Field(default=None, description="Exclusive; null, or 9999-12-31, while open-ended.")


class ReturnIn(BaseModel):
    """The reason why a draft is returned to its author."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"note": "Beskriv, hvad eleverne oplevede."}]}
    )

    note: Note


class DraftRow(BaseModel):
    """A draft and its state, without its content: a row of the list as CSV."""

    draft_id: UUID
    kind: Kind
    item_id: str = Field(description="The id of the item, also of one that is not yet published.")
    municipality_code: str | None = Field(description="Null for drafts of the secretariat.")
    state: DraftState
    valid_from: date | None
    valid_to: date | None
    version: int = Field(description="Rises with every change.")
    created_by: str
    created_at: datetime
    changed_by: str
    changed_at: datetime
    submitted_by: str | None
    submitted_at: datetime | None
    reviewed_by: str | None
    reviewed_at: datetime | None
    review_note: str | None
    published_version: int | None = Field(description="The version of the item that the draft became.")


class DraftOut(DraftRow):
    """A draft and its state."""

    content: dict[str, Any]
    missing_texts: list[str] = Field(description="JSON pointers of the texts that lack Danish or English.")

    @classmethod
    def of(cls, draft: Draft) -> Self:
        """Builds the answer for a draft."""
        missing = [f"/content{pointer}" for pointer in missing_texts(draft.content)]
        return cls.model_validate(draft.model_dump() | {"missing_texts": missing})
