"""``/v1/guidance``."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.db.order import Order
from libs.shared.db.scope import scope_of
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.once import once
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.values.codes import MunicipalityCode
from libs.shared.web.idempotency import LOCATED, MayRepeat, located
from libs.shared.web.lists import LISTED, Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken
from services.registration.access import EVERY_MUNICIPALITY, GuidanceReader, Secretariat
from services.registration.projects.guidance import use_cases
from services.registration.projects.guidance.schemas import GuidanceIn, GuidanceKind, GuidanceOut


def guidance_router(db: Database, texts: SealedTexts, clock: Clock) -> APIRouter:
    """The log of guidance: the secretariat writes it, and the municipality's own staff may read it."""
    router = APIRouter(prefix="/v1/guidance", tags=["guidance"])

    @router.post(
        "",
        status_code=status.HTTP_201_CREATED,
        summary="Log guidance given to a municipality",
        responses={201: LOCATED},
    )
    async def log(body: GuidanceIn, caller: Secretariat, asked: MayRepeat, response: Response) -> GuidanceOut:
        """An entry is never changed; log a new one to correct it."""
        now = clock()
        given = use_cases.Given(
            municipality_code=body.municipality_code,
            project_id=body.project_id,
            given_on=body.given_on,
            kind=body.kind,
            channel=body.channel,
            words=body.text,
        )
        async with db.write(EVERY_MUNICIPALITY) as session:
            row = await once(
                session,
                Attempt.of(asked, caller, EVERY_MUNICIPALITY, now),
                create=lambda: use_cases.log_guidance(session, texts, caller, given, now),
                reference=lambda made: str(made.guidance_id),
                again=lambda guidance_id: use_cases.get_guidance(session, caller, UUID(guidance_id)),
            )
            located(response, f"/v1/guidance/{row.guidance_id}")
            return GuidanceOut.of(texts, row)

    @router.get("", summary="Guidance given to municipalities", response_model=Page[GuidanceOut], responses=LISTED)
    async def guidance(
        *,
        caller: GuidanceReader,
        lists: Lists,
        municipality: Annotated[MunicipalityCode | None, Query(description="To this municipality alone.")] = None,
        kind: Annotated[GuidanceKind | None, Query(description="Of this kind alone.")] = None,
        sort: Annotated[str, sortable("given_on", "municipality_code", "kind")] = "-given_on",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[GuidanceOut] | Response:
        order = Order.read(sort)
        after = lists.after(page_token, "guidance", order)
        wanted = use_cases.Wanted(municipality, kind)
        async with db.read(scope_of(caller)) as session:
            rows = await use_cases.list_guidance(session, caller, wanted, order, after=after, size=page_size + 1)
            return lists.answer(
                "guidance",
                order,
                rows,
                page_size,
                model=GuidanceOut,
                item=lambda row: GuidanceOut.of(texts, row),
                place=lambda row: use_cases.place(row, order),
            )

    @router.get("/{guidance_id}", summary="An entry of the log of guidance")
    async def entry(guidance_id: UUID, caller: GuidanceReader) -> GuidanceOut:
        async with db.read(scope_of(caller)) as session:
            return GuidanceOut.of(texts, await use_cases.get_guidance(session, caller, guidance_id))

    return router
