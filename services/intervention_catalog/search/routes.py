"""``/v1/search``."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from libs.shared.base.clock import Clock
from libs.shared.values.codes import MunicipalityCode
from libs.shared.web.conditional import RESPONSES, IfNoneMatch, conditional
from libs.shared.web.pages import Pages, PageToken, Turning
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.content.models.shared import Stage
from services.intervention_catalog.search.domain import Asked, Place
from services.intervention_catalog.search.query.filters import Filters
from services.intervention_catalog.search.schemas import SearchOut
from services.intervention_catalog.search.use_cases import CatalogSearch

_NAME = "search"
_PAGE = 20
_MOST = 100

Searched = Literal[Kind.INTERVENTION_TYPE, Kind.SUPPORT_LEVEL, Kind.TRIAL_ACTION, Kind.RECOMMENDATION]
Level = Literal["1", "2", "3", "3T", "4", "5"]
Name = Annotated[str, Query(pattern=r"^[a-z0-9_]{1,80}$")]
Code = Annotated[MunicipalityCode, Query()]
Several = Query(max_length=20, description="A hit has at least one of these values. Different filters must all match.")


def search_router(search: CatalogSearch, clock: Clock) -> APIRouter:
    """The search; open to read."""
    router = APIRouter(prefix="/v1/search", tags=["search"])

    @router.get("", summary="Search the catalog / Søg i kataloget", response_model=SearchOut, responses=RESPONSES)
    async def found(
        *,
        pages: Pages,
        q: Annotated[str, Query(max_length=500, description="Words or a whole question, in Danish or English.")] = "",
        kind: Annotated[list[Searched], Several] = [],  # noqa: B006 - FastAPI copies it
        theme: Annotated[list[Name], Several] = [],  # noqa: B006 - see above
        level: Annotated[list[Level], Several] = [],  # noqa: B006 - see above
        stage: Annotated[list[Stage], Several] = [],  # noqa: B006 - see above
        subject: Annotated[list[Name], Several] = [],  # noqa: B006 - see above
        audience: Annotated[list[Name], Several] = [],  # noqa: B006 - see above
        municipality: Annotated[list[Code], Several] = [],  # noqa: B006 - see above
        language: Annotated[Literal["da", "en"], Query(description="The language of titles and fragments.")] = "da",
        page_size: Annotated[int, Query(ge=1, le=_MOST, description="Hits per page.")] = _PAGE,
        page_token: PageToken = None,
        if_none_match: IfNoneMatch = None,
    ) -> Response:
        """The best hits first. Without words, everything that the filters let through.

        Small slips, inflections, compounds, ae/oe/aa, abbreviations and words of the same meaning are seen through.
        Pages are of the catalog as it was when the first was fetched.
        """
        filters = Filters(
            kinds=frozenset(kind),
            themes=frozenset(theme),
            levels=frozenset(level),
            stages=frozenset(stage),
            subjects=frozenset(subject),
            audiences=frozenset(audience),
            municipalities=frozenset(municipality),
        )
        place = _place(pages, page_token)
        answer = await search.search(Asked(q, filters, language), size=page_size, place=place, now=clock())
        token = _token(pages, answer.next) if answer.next else None
        return conditional(SearchOut.of(answer, token), if_none_match)

    return router


# Not `pages.page`: the token is a position in the hits of one revision, which no hit's sort key gives, and the use case
# takes the page out of the ranked hits, as it counts all of them for the total and the facets.
def _token(pages: Turning, place: Place) -> str:
    return pages.write(_NAME, [place.revision, place.on.isoformat(), place.position, place.fingerprint])


def _place(pages: Turning, token: str | None) -> Place | None:
    key = pages.read(token, _NAME, [int, str, int, str])
    if key is None:
        return None
    revision, on, position, fingerprint = key
    return Place(int(revision), date.fromisoformat(str(on)), int(position), str(fingerprint))
