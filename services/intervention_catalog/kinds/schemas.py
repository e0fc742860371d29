"""The answers of the route of themes."""

from pydantic import BaseModel, ConfigDict

from libs.shared.rules.wording import Text
from services.intervention_catalog.changes.domain import Kind


class ThemeOut(BaseModel):
    """A theme of a kind of content."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"kind": "trial_action", "id": "transitions", "name": {"da": "Overgange", "en": "Transitions"}}
            ]
        }
    )

    kind: Kind
    id: str
    name: Text
