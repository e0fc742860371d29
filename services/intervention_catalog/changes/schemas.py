"""The answers of the change feed."""

from datetime import datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from services.intervention_catalog.changes.domain import Change, Kind
from services.intervention_catalog.kinds.kinds import KINDS

_PATHS = {kind: content.path for kind, content in KINDS.items()} | {Kind.RULE_SET: "rule-sets"}


_CHANGE: dict[str, Any] = {
    "kind": "trial_action",
    "id": "ishoj",
    "version": 2,
    "change": "withdrawn",
    "deleted": True,
    "href": "/v1/trial-actions/ishoj?version=2",
    "changed_at": "2023-08-01T08:00:00Z",
}


class ChangeOut(BaseModel):
    """One record that was published."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CHANGE]})

    kind: Kind
    id: str
    version: int
    change: Literal["published", "withdrawn"]
    deleted: bool = Field(description="True: no longer offer the item, but keep it where earlier plans refer to it.")
    href: str = Field(description="The address of the record.")
    changed_at: datetime

    @classmethod
    def of(cls, change: Change) -> Self:
        """Builds the answer for a change."""
        return cls(
            kind=change.kind,
            id=change.item_id,
            version=change.version,
            change="withdrawn" if change.withdrawn else "published",
            deleted=change.withdrawn,
            href=f"/v1/{_PATHS[change.kind]}/{change.item_id}?version={change.version}",
            changed_at=change.changed_at,
        )


class ChangesOut(BaseModel):
    """A page of the feed, oldest change first."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [_CHANGE], "next": "WyJjaGFuZ2VzIiwxNDBd", "more": False}]}
    )

    items: list[ChangeOut]
    next: str = Field(
        description="Keep it and send it as `since` the next time. Every change is then listed exactly once."
    )
    more: bool = Field(description="Whether there are more changes to fetch now.")
