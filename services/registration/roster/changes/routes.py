"""``/v1/roster-changes``: the feed by which another system keeps a copy of a municipality's roster up to date."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.db.scope import scope_of
from libs.shared.values.codes import MunicipalityCode
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, MAX_TOKEN_LENGTH, Pages, PageSize, Turning
from libs.shared.web.refusals import PageTokenInvalid
from libs.shared.web.request_log import note_objects
from services.registration.access import Integration, require_municipality
from services.registration.roster.changes.domain import ALL_KINDS, Kind, Place
from services.registration.roster.changes.errors import ChangesTokenInvalid
from services.registration.roster.changes.schemas import RosterChangeOut, RosterChangesOut
from services.registration.roster.changes.use_cases import follow

_KIND = "|".join(Kind)
_Kinds = Annotated[
    str | None,
    Query(
        pattern=f"^({_KIND})(,({_KIND}))*$",
        description="Those alone, separated by commas; all if it is left out.",
        examples=["school,class"],
    ),
]
_Since = Annotated[
    str | None,
    Query(
        max_length=MAX_TOKEN_LENGTH,
        description="The `next` of the previous answer; leave it out the first time. / `next` fra det forrige svar; "
        "udelades første gang.",
    ),
]


def changes_router(db: Database, clock: Clock) -> APIRouter:
    """The feed, for the systems of a municipality or of some of its institutions."""
    router = APIRouter(prefix="/v1/roster-changes", tags=["changes"])

    @router.get("", summary="What changed in the roster since a token / Ændringer i skoler, klasser og elever")
    async def listed(
        *,
        request: Request,
        caller: Integration,
        municipality: Annotated[MunicipalityCode, Query(description="The municipality's code.")],
        pages: Pages,
        kinds: _Kinds = None,
        since: _Since = None,
        page_size: PageSize = DEFAULT_PAGE_SIZE,
    ) -> RosterChangesOut:
        """Without `since` the feed begins with all there is, each object once. An object that changes later comes again
        with its last change. Nothing is left out, however long the change took to be committed.
        """
        require_municipality(caller, municipality, pointer="/query/municipality")
        wanted = ALL_KINDS if kinds is None else frozenset(map(Kind, kinds.split(",")))
        name = "/".join(["roster-changes", municipality, *sorted(wanted)])
        place = _place(pages, since, name)
        async with db.write(scope_of(caller)) as session:
            found = await follow(session, caller, municipality, wanted, place, size=page_size, now=clock())
        items = [RosterChangeOut.of(each, found.until.raised) for each in found.entries]
        note_objects(request, "pupil_ids", (each.pupil_id for each in items if each.pupil_id is not None))
        until = found.until
        return RosterChangesOut(
            items=items, next=pages.write(name, [until.position, until.raised, until.started]), more=found.more
        )

    return router


def _place(pages: Turning, since: str | None, name: str) -> Place | None:
    """Raises ``ChangesTokenInvalid``."""
    try:
        key = pages.read(since, name, (int, int, int))
    except PageTokenInvalid:
        raise ChangesTokenInvalid(pointer="/query/since") from None
    return None if key is None else Place(*map(int, key))
