"""``/v1/rule-sets``."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from libs.shared.db.database import Database
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.web.conditional import RESPONSES, IfNoneMatch, conditional
from libs.shared.web.pages import Page
from services.intervention_catalog.rule_sets.use_cases import get_rule_set, list_rule_sets

_LARGEST = 2**31 - 1

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
    version: int = Field(ge=1, description="The number that verdicts name.")
    family: str = Field(description="What it judges; no two sets of one family are in force on the same day.")
    valid_from: date = Field(description="Inclusive.")
    valid_to: date | None = Field(description="Exclusive; null while open-ended.")
    published_at: datetime


class RuleSetOut(RuleSetSummary):
    """A rule set, whole: its rules with their sources, settings, choices and differences / et helt regelsæt."""

    model_config = ConfigDict(title="RuleSet", json_schema_extra={"examples": [_EXAMPLE]})

    content: RuleSet


def rule_sets_router(db: Database) -> APIRouter:
    """The list and the single set; open to read, so that everyone can see by which rules is judged."""
    router = APIRouter(prefix="/v1/rule-sets", tags=["rule sets"])

    @router.get("", summary="Rule sets / Regelsæt", response_model=Page[RuleSetSummary], responses=RESPONSES)
    async def listed(if_none_match: IfNoneMatch = None) -> Response:
        """Every rule set in its newest version, by name, without content, on one page."""
        async with db.read() as session:
            found = await list_rule_sets(session)
        return conditional(Page(items=[RuleSetSummary.model_validate(each) for each in found]), if_none_match)

    @router.get("/{name}", summary="One rule set / Et regelsæt", response_model=RuleSetOut, responses=RESPONSES)
    async def one(
        name: Annotated[str, Path(max_length=100, examples=["composition-2021"])],
        version: Annotated[
            int | None, Query(ge=1, le=_LARGEST, description="As a verdict names it; the newest if left out.")
        ] = None,
        if_none_match: IfNoneMatch = None,
    ) -> Response:
        """The rule set, whole, in its newest or the given version. `Link` names the JSON Schema of its `content`."""
        async with db.read() as session:
            found = await get_rule_set(session, name, version)
        described_by = f'</v1/rule-set-schemas/{found.family}>; rel="describedby"'
        return conditional(RuleSetOut.model_validate(found), if_none_match, Link=described_by)

    return router
