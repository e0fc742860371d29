"""``/v1/themes``."""

from fastapi import APIRouter
from starlette.responses import Response

from libs.shared.rules.wording import Text
from libs.shared.web.conditional import RESPONSES, IfNoneMatch, conditional
from libs.shared.web.pages import Page
from services.intervention_catalog.kinds.allowed_references import AllowedReferences
from services.intervention_catalog.kinds.schemas import ThemeOut


def themes_router(allowed: AllowedReferences) -> APIRouter:
    """The themes, for filters and drafts; no token is needed."""
    router = APIRouter(prefix="/v1/themes", tags=["search"])

    @router.get("", summary="Themes / Temaer", response_model=Page[ThemeOut], responses=RESPONSES)
    async def listed(if_none_match: IfNoneMatch = None) -> Response:
        """Every theme by kind, on one page."""
        themes = [
            ThemeOut(kind=kind, id=each.id, name=Text(da=each.name.da, en=each.name.en))
            for kind, of_kind in allowed.themes.items()
            for each in of_kind
        ]
        return conditional(Page(items=themes), if_none_match)

    return router
