"""``/v1/initiatives/{initiative_id}/steps``."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from libs.shared.db.database import Database
from libs.shared.db.order import Order, Place
from libs.shared.values.codes import MunicipalityCode
from libs.shared.web.lists import LISTED, Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken
from services.registration.access import InitiativeStaff, initiative_scope, require_municipality
from services.registration.initiatives.history import use_cases
from services.registration.initiatives.history.domain import StepKind
from services.registration.initiatives.history.schemas import InitiativeStepOut


def steps_router(db: Database) -> APIRouter:
    """The history of an initiative."""
    router = APIRouter(prefix="/v1/initiatives", tags=["initiatives"])

    @router.get(
        "/{initiative_id}/steps",
        summary="Every step of an initiative, with who and when",
        response_model=Page[InitiativeStepOut],
        responses=LISTED,
    )
    async def steps(
        *,
        initiative_id: UUID,
        caller: InitiativeStaff,
        lists: Lists,
        municipality: Annotated[MunicipalityCode | None, Query(description="Those of this one alone.")] = None,
        step: Annotated[StepKind | None, Query(description="Those of this kind alone.")] = None,
        sort: Annotated[str, sortable("position")] = "position",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[InitiativeStepOut] | Response:
        """A municipality sees its own."""
        if municipality is not None:
            require_municipality(caller, municipality, pointer="/query/municipality")
        order = Order.read(sort)
        after = lists.after(page_token, "steps", order)
        async with db.read(initiative_scope(caller)) as session:
            rows = await use_cases.list_steps(
                session,
                caller,
                initiative_id,
                order=order,
                after=after,
                size=page_size + 1,
                code=municipality,
                step=step,
            )
        return lists.answer(
            "steps",
            order,
            rows,
            page_size,
            model=InitiativeStepOut,
            item=lambda row: InitiativeStepOut.model_validate(dict(row)),
            place=lambda row: Place(str(row["position"]), str(row["position"])),
        )

    return router
