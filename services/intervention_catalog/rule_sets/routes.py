"""``/v1/rule-sets`` and ``/v1/rule-set-schemas``."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from libs.shared.db.database import Database
from libs.shared.rules.families import SETTINGS
from libs.shared.rules.schemas import schema_of
from libs.shared.web.conditional import RESPONSES, IfNoneMatch, conditional, conditional_body
from libs.shared.web.pages import Page
from services.intervention_catalog.rule_sets.errors import FamilyNotFound
from services.intervention_catalog.rule_sets.schemas import RuleSetOut, RuleSetSummary
from services.intervention_catalog.rule_sets.use_cases import get_rule_set, list_rule_sets

_LARGEST = 2**31 - 1
_SCHEMA_TYPE = "application/schema+json"


def rule_sets_router(db: Database) -> APIRouter:
    """The list and the single set; no token is needed, so that everyone can see the rules."""
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
            int | None,
            Query(ge=1, le=_LARGEST, description="The version number as in a verdict; the newest version if left out."),
        ] = None,
        if_none_match: IfNoneMatch = None,
    ) -> Response:
        """The complete rule set in its newest or the given version. `Link` names the JSON Schema of its `content`."""
        async with db.read() as session:
            found = await get_rule_set(session, name, version)
        described_by = f'</v1/rule-set-schemas/{found.family}>; rel="describedby"'
        return conditional(RuleSetOut.model_validate(found), if_none_match, Link=described_by)

    return router


def rule_set_schemas_router() -> APIRouter:
    """The JSON Schema of each family's rule sets; open to read."""
    router = APIRouter(prefix="/v1/rule-set-schemas", tags=["rule sets"])
    written = {family: json.dumps(schema_of(family), ensure_ascii=False).encode() for family in SETTINGS}

    @router.get(
        "/{family}",
        summary="JSON Schema of a family of rule sets / JSON Schema for en familie af regelsæt",
        response_model=dict[str, Any],
        responses=RESPONSES,
    )
    async def one(
        family: Annotated[str, Path(max_length=100, examples=["dosage"])], if_none_match: IfNoneMatch = None
    ) -> Response:
        """What `content` of a rule set of that family looks like, so that another system can apply the rules itself."""
        if family not in written:
            raise FamilyNotFound(pointer="/family", families=", ".join(written))
        return conditional_body(written[family], if_none_match, media_type=_SCHEMA_TYPE)

    return router
