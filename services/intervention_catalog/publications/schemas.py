"""The answers of the routes of published content."""

from datetime import date, datetime
from typing import Any, Generic, Self, TypeVar

from pydantic import BaseModel, Field

from libs.shared.rules.wording import Text
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.publications.domain import Publication
from services.intervention_catalog.publications.reasons import REASONS, WithdrawalReason

Content = TypeVar("Content")


class Published(BaseModel, Generic[Content]):
    """A published record. It is never changed: a change or a withdrawal is a new version."""

    kind: Kind
    id: str
    version: int = Field(ge=1, description="Rises by one with every record of the item.")
    valid_from: date = Field(description="Inclusive.")
    valid_to: date | None = Field(description="Exclusive; null while open-ended.")
    withdrawn: bool = Field(
        description="Taken out of use. Plans and courses of days before `valid_to` still refer to it."
    )
    reason: WithdrawalReason | None = Field(description="The code of the reason for the withdrawal.")
    reason_text: Text | None = Field(description="The text of the reason.")
    published_at: datetime
    content: Content | None = Field(description="Null if the item was withdrawn and is no longer shown.")

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """The name in the OpenAPI document, such as ``Published_SupportLevel``."""
        return "_".join((cls.__name__, *(each.__name__ for each in params)))

    @classmethod
    def of(cls, record: Publication) -> Self:
        """Builds the answer for a record; its content is as it was published, even if the model has changed since."""
        return cls(
            kind=record.kind,
            id=record.item_id,
            version=record.version,
            valid_from=record.valid_from,
            valid_to=record.valid_to,
            withdrawn=record.withdrawn,
            reason=record.reason,
            reason_text=REASONS[record.reason] if record.reason else None,
            published_at=record.published_at,
            content=None if record.hidden else record.content,
        )


class PublishedRecord(Published[dict[str, Any]]):
    """A published record of any kind."""
