"""``/v1/rule-set-schemas``."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import Response

from libs.shared.rules.families import SETTINGS
from libs.shared.rules.schemas import schema_of
from libs.shared.web.conditional import RESPONSES, IfNoneMatch, conditional_body
from services.intervention_catalog.rule_sets.errors import FamilyNotFound

SCHEMA = "application/schema+json"


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
        return conditional_body(written[family], if_none_match, media_type=SCHEMA)

    return router
