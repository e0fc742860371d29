"""``/v1/intervention-types``."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from libs.shared.db.database import Database
from libs.shared.rules.wording import Text
from libs.shared.web.pages import Page
from services.intervention_catalog.intervention_types.domain import PublishedType, Variant
from services.intervention_catalog.intervention_types.use_cases import get_intervention_type, list_intervention_types
from services.intervention_catalog.routes.conditional import RESPONSES, IfNoneMatch, conditional

_EXAMPLE: dict[str, Any] = {
    "intervention_type": "small_group_tuition",
    "letter": "C",
    "name": {"da": "Undervisning i små grupper", "en": "Small-group tuition"},
    "variants": [
        {
            "variant": "C",
            "name": {"da": "Undervisning i små grupper", "en": "Small-group tuition"},
            "group": "outside_teaching",
            "group_size": {"least": 2, "most": 4},
            "minimum": [
                {
                    "unit": "sessions",
                    "amount": "4",
                    "per": "week",
                    "weeks": 12,
                    "school_years": None,
                    "session_minutes": {"least": 25, "most": 40},
                }
            ],
        }
    ],
    "valid_from": "2021-01-01",
    "valid_to": None,
    "version": 1,
    "published_at": "2022-08-01T08:00:00Z",
}


class InterventionTypeOut(BaseModel):
    """An intervention type in its newest version / en indsatstype i nyeste version."""

    model_config = ConfigDict(title="InterventionType", json_schema_extra={"examples": [_EXAMPLE]})

    intervention_type: str
    letter: str = Field(description="A–E.")
    name: Text
    variants: list[Variant]
    valid_from: date = Field(description="Inclusive.")
    valid_to: date | None = Field(description="Exclusive; null while open-ended.")
    version: int = Field(ge=1, description="Rises by one with every change.")
    published_at: datetime

    @classmethod
    def of(cls, published: PublishedType) -> Self:
        """The answer for a published type."""
        content = published.content
        return cls(
            intervention_type=content.intervention_type.value,
            letter=content.letter,
            name=content.name,
            variants=list(content.variants),
            valid_from=content.valid_from,
            valid_to=content.valid_to,
            version=published.aggregate_version,
            published_at=published.published_at,
        )


def intervention_types_router(db: Database) -> APIRouter:
    """The list and the single type; open to read, as published content is nobody's secret."""
    router = APIRouter(prefix="/v1/intervention-types", tags=["intervention types"])

    @router.get(
        "",
        summary="Intervention types A–E / Indsatstyper",
        response_model=Page[InterventionTypeOut],
        responses=RESPONSES,
    )
    async def listed(if_none_match: IfNoneMatch = None) -> Response:
        """Every type in its newest version, by letter, on one page."""
        async with db.read() as session:
            found = await list_intervention_types(session)
        return conditional(Page(items=[InterventionTypeOut.of(each) for each in found]), if_none_match)

    @router.get(
        "/{letter}",
        summary="One intervention type / En indsatstype",
        response_model=InterventionTypeOut,
        responses=RESPONSES,
    )
    async def one(
        letter: Annotated[str, Path(max_length=10, description="A–E.", examples=["C"])],
        if_none_match: IfNoneMatch = None,
    ) -> Response:
        """The type with that letter, in its newest version."""
        async with db.read() as session:
            found = await get_intervention_type(session, letter)
        return conditional(InterventionTypeOut.of(found), if_none_match)

    return router
