"""The answers of the routes of rule sets."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.rules.rule_sets import RuleSet

_SUMMARY: dict[str, Any] = {
    "name": "composition-2021",
    "version": 1,
    "family": "composition",
    "valid_from": "2021-01-01",
    "valid_to": None,
    "published_at": "2022-08-01T08:00:00Z",
}


_EXAMPLE = {
    **_SUMMARY,
    "content": {
        **{name: value for name, value in _SUMMARY.items() if name != "published_at"},
        "sources": ["000"],
        "rules": [
            {
                "id": "C-GROUP",
                "title": {"da": "Små grupper har 2–4 elever", "en": "Small groups have 2–4 pupils"},
                "source": "000, chapter 4, C, the intervention in practice",
            }
        ],
        "settings": {
            "group": {"severity": "error", "types": ["small_group_tuition"], "least_pupils": 2, "most_pupils": 4}
        },
        "choices": [],
        "differences": [],
    },
}


class RuleSetSummary(BaseModel):
    """A rule set without its content / et regelsæt uden indhold."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_SUMMARY]})

    name: str
    version: int = Field(ge=1, description="The version number that verdicts refer to.")
    family: str = Field(description="What the rules are about. Only one set of a family is in force on a day.")
    valid_from: date = Field(description="Inclusive.")
    valid_to: date | None = Field(description="Exclusive; null while open-ended.")
    published_at: datetime


class RuleSetOut(RuleSetSummary):
    """A complete rule set: rules with their sources, settings, choices and differences / et helt regelsæt."""

    model_config = ConfigDict(title="RuleSet", json_schema_extra={"examples": [_EXAMPLE]})

    content: RuleSet
