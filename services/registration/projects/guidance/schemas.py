"""The body and the answer of an entry in the log of guidance."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.base.date_window import PastDay
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.values.codes import MunicipalityCode
from services.registration.fields import Words
from services.registration.projects.guidance.tables import Guidance


class GuidanceKind(StrEnum):
    """What the guidance was about: needs and possibilities, the choice of efforts, and so on."""

    NEEDS = "needs"
    EFFORTS = "efforts"
    ORGANISATION = "organisation"
    BUDGET = "budget"
    REGISTRATION = "registration"
    OTHER = "other"


class Channel(StrEnum):
    """How it was given."""

    TELEPHONE = "telephone"
    MAIL = "mail"
    MEETING = "meeting"
    VISIT = "visit"


_GIVEN: dict[str, Any] = {
    "municipality_code": "101",
    "project_id": None,
    "given_on": "2023-05-12",
    "kind": "needs",
    "channel": "telephone",
    "text": "Kommunen overvejer at afgrænse til læsning; vi talte om bruttolisten.",
}


class GuidanceIn(BaseModel):
    """Guidance that was given to a municipality."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_GIVEN]})

    municipality_code: MunicipalityCode
    project_id: UUID | None = None
    given_on: PastDay
    kind: GuidanceKind
    channel: Channel
    text: Words


class GuidanceOut(BaseModel):
    """An entry of the log."""

    guidance_id: UUID
    municipality_code: MunicipalityCode
    project_id: UUID | None
    given_on: date
    kind: GuidanceKind
    channel: Channel
    text: str
    created_by: str = Field(description="The keyed name of the caller, as in the request log.")
    created_at: datetime

    @classmethod
    def of(cls, texts: SealedTexts, row: Guidance) -> Self:
        """The answer for an entry, with its text opened. Raises ``Undecryptable``."""
        words = texts.open(row.guidance_id, "words", row.words)
        return cls.model_validate({**row.model_dump(exclude={"words"}), "text": words})
