"""``/v1/kept-gross-lists``: lists on which a decision stands, as they were."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response, status

from libs.shared.base.clock import Clock, danish_date
from libs.shared.db.database import Database
from libs.shared.db.order import Order, Place
from libs.shared.db.scope import scope_of
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.once import once
from libs.shared.values.codes import MunicipalityCode
from libs.shared.web.idempotency import LOCATED, MayRepeat, located
from libs.shared.web.lists import LISTED, Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken
from libs.shared.web.request_log import note_objects
from services.registration.access import SchoolStaff
from services.registration.roster.identity.sealing import PupilVault
from services.registration.screening.kept_lists import use_cases
from services.registration.screening.kept_lists.domain import KeptList, KeptPupil
from services.registration.screening.kept_lists.schemas import KeptItem, KeptListIn, KeptListOut, ShownListOut


def kept_lists_router(db: Database, vault: PupilVault, clock: Clock) -> APIRouter:
    """Kept gross lists, for the school and the resource team. Nothing changes them."""
    router = APIRouter(prefix="/v1/kept-gross-lists", tags=["screening"])

    @router.post(
        "",
        status_code=status.HTTP_201_CREATED,
        summary="Keep a gross list as it is now / Gem en bruttoliste, som den er nu",
        responses={201: LOCATED},
    )
    async def keep(body: KeptListIn, caller: SchoolStaff, asked: MayRepeat, response: Response) -> KeptListOut:
        """Keep the list before you decide, and name it in the decision (`kept_list_id`): it can be shown again exactly
        as it was, with rule set, version and every verdict.
        """
        now, scope = clock(), scope_of(caller)
        async with db.write(scope) as session:

            async def newly() -> KeptList:
                return await use_cases.keep(
                    session,
                    vault,
                    caller,
                    school_id=body.school_id,
                    municipality_code=body.municipality_code,
                    as_of=body.as_of,
                    wanted=body.wanted(),
                    now=now,
                )

            kept = await once(
                session,
                Attempt.of(asked, caller, scope, now),
                create=newly,
                reference=lambda made: str(made.kept_list_id),
                again=lambda kept_list_id: use_cases.get_kept(session, caller, UUID(kept_list_id)),
            )
        located(response, f"/v1/kept-gross-lists/{kept.kept_list_id}")
        return KeptListOut.of(kept)

    @router.get(
        "",
        summary="Kept gross lists / Gemte bruttolister",
        response_model=Page[KeptListOut],
        responses=LISTED,
    )
    async def listed(
        *,
        caller: SchoolStaff,
        municipality: Annotated[MunicipalityCode, Query(description="The municipality's code.")],
        lists: Lists,
        school_id: Annotated[UUID | None, Query(description="Those of this school alone.")] = None,
        sort: Annotated[str, sortable("kept_at", "as_of")] = "kept_at",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[KeptListOut] | Response:
        order = Order.read(sort)
        after = lists.after(page_token, "kept-gross-lists", order)
        async with db.read(scope_of(caller)) as session:
            found = await use_cases.list_kept(
                session, caller, municipality, school_id, order=order, after=after, size=page_size + 1
            )

        def place(each: KeptList) -> Place:
            value = each.kept_at if order.name == "kept_at" else each.as_of
            return Place(value.isoformat(), str(each.kept_list_id))

        return lists.answer(
            "kept-gross-lists", order, found, page_size, model=KeptListOut, item=KeptListOut.of, place=place
        )

    @router.get(
        "/{kept_list_id}",
        summary="A kept gross list as it was / En gemt bruttoliste, som den var",
        response_model=ShownListOut,
        responses=LISTED,
    )
    async def read(
        *,
        request: Request,
        kept_list_id: UUID,
        caller: SchoolStaff,
        lists: Lists,
        sort: Annotated[str, sortable("position")] = "position",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> ShownListOut | Response:
        order = Order.read(sort)
        after = lists.after(page_token, "kept-gross-list", order)
        async with db.read(scope_of(caller)) as session:
            shown = await use_cases.show_kept(
                session,
                vault,
                caller,
                kept_list_id,
                today=danish_date(clock()),
                order=order,
                after=after,
                size=page_size + 1,
            )
        note_objects(request, "pupil_ids", (each.pupil_id for each in shown.items[:page_size]))

        def item(each: KeptPupil) -> KeptItem:
            return KeptItem.of(each, shown.names.get(each.pupil_id))

        page = lists.answer(
            "kept-gross-list",
            order,
            shown.items,
            page_size,
            model=KeptItem,
            item=item,
            place=lambda each: Place(str(each.position), str(each.pupil_id)),
        )
        return page if isinstance(page, Response) else ShownListOut.page(shown, page.items, page.next_page_token)

    return router
