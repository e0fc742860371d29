"""``/v1/pupils/{pupil_id}/name-disclosures``, ``/v1/name-disclosures`` and ``/v1/name-protections``."""

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
from libs.shared.web.idempotency import LOCATED, MustRepeat, located
from libs.shared.web.lists import LISTED, Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken
from libs.shared.web.request_log import note_objects
from services.registration.access import ResourceTeam, require_municipality
from services.registration.roster.names import domain, use_cases
from services.registration.roster.names.schemas import (
    NameDisclosureIn,
    NameDisclosureListed,
    NameDisclosureOut,
    NameProtectionOut,
)
from services.registration.roster.names.use_cases import Vaults

_Municipality = Annotated[MunicipalityCode, Query(description="The municipality's code.")]


def name_disclosures_router(db: Database, vaults: Vaults, clock: Clock) -> APIRouter:
    """The routes of the municipality's own staff, who alone may have a protected name shown."""
    router = APIRouter(prefix="/v1", tags=["protected names"])

    @router.post(
        "/pupils/{pupil_id}/name-disclosures",
        status_code=status.HTTP_201_CREATED,
        summary="Have a protected name shown, for a reason / Få vist et beskyttet navn, med en begrundelse",
        responses={201: LOCATED},
    )
    async def disclose(
        *,
        request: Request,
        pupil_id: UUID,
        body: NameDisclosureIn,
        caller: ResourceTeam,
        asked: MustRepeat,
        response: Response,
    ) -> NameDisclosureOut:
        """The answer shows the name. Who had it shown, when and why is recorded for good and listed for the
        municipality; every other list goes on without the name.
        """
        now, scope = clock(), scope_of(caller)
        today = danish_date(now)
        wanted = domain.Request(pupil_id, body.purpose, body.reason, body.days, body.case_id)

        async def newly() -> domain.Disclosure:
            return await use_cases.disclose(session, vaults, caller, wanted, now=now, today=today)

        async def again(disclosure_id: str) -> domain.Disclosure:
            return await use_cases.get_disclosure(session, vaults, caller, UUID(disclosure_id), now=now, today=today)

        async with db.write(scope) as session:
            attempt = Attempt.of(asked, caller, scope, now)
            shown = await once(
                session, attempt, create=newly, reference=lambda made: str(made.disclosure_id), again=again
            )
        note_objects(request, "pupil_ids", [shown.pupil_id])
        located(response, f"/v1/name-disclosures/{shown.disclosure_id}")
        return NameDisclosureOut.model_validate(shown)

    @router.get("/name-disclosures/{disclosure_id}", summary="A disclosure, with the name while it lasts")
    async def read(request: Request, disclosure_id: UUID, caller: ResourceTeam) -> NameDisclosureOut:
        """The name is shown to the person who had it shown, and to nobody else."""
        now = clock()
        async with db.read(scope_of(caller)) as session:
            shown = await use_cases.get_disclosure(
                session, vaults, caller, disclosure_id, now=now, today=danish_date(now)
            )
        note_objects(request, "pupil_ids", [shown.pupil_id])
        return NameDisclosureOut.model_validate(shown)

    @router.get(
        "/name-disclosures",
        summary="Who had which protected name shown, when and why",
        response_model=Page[NameDisclosureListed],
        responses=LISTED,
    )
    async def listed(
        *,
        request: Request,
        caller: ResourceTeam,
        municipality: _Municipality,
        lists: Lists,
        pupil_id: Annotated[UUID | None, Query(description="Those of this pupil alone.")] = None,
        sort: Annotated[str, sortable("disclosed_at", "ends_at")] = "-disclosed_at",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[NameDisclosureListed] | Response:
        require_municipality(caller, municipality, pointer="/query/municipality")
        order = Order.read(sort)
        after = lists.after(page_token, "name-disclosures", order)
        async with db.read(scope_of(caller)) as session:
            found = await use_cases.list_disclosures(
                session,
                vaults,
                caller,
                municipality,
                pupil_id,
                today=danish_date(clock()),
                order=order,
                after=after,
                size=page_size + 1,
            )
        note_objects(request, "pupil_ids", {each.pupil_id for each in found[:page_size]})
        return lists.answer(
            "name-disclosures",
            order,
            found,
            page_size,
            model=NameDisclosureListed,
            item=NameDisclosureListed.model_validate,
            place=lambda each: Place(getattr(each, order.name).isoformat(), str(each.disclosure_id)),
        )

    @router.get(
        "/name-protections",
        summary="When the protection of pupils' names began or ended",
        response_model=Page[NameProtectionOut],
        responses=LISTED,
    )
    async def protections(
        *,
        request: Request,
        caller: ResourceTeam,
        municipality: _Municipality,
        lists: Lists,
        sort: Annotated[str, sortable("changed_at")] = "-changed_at",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[NameProtectionOut] | Response:
        """By which receipt, so that a protection which ended by mistake is found."""
        require_municipality(caller, municipality, pointer="/query/municipality")
        order = Order.read(sort)
        after = lists.after(page_token, "name-protections", order)
        async with db.read(scope_of(caller)) as session:
            found = await use_cases.list_changes(
                session,
                caller,
                municipality,
                today=danish_date(clock()),
                order=order,
                after=after,
                size=page_size + 1,
            )
        note_objects(request, "pupil_ids", {each.pupil_id for each in found[:page_size]})
        return lists.answer(
            "name-protections",
            order,
            found,
            page_size,
            model=NameProtectionOut,
            item=NameProtectionOut.model_validate,
            place=lambda each: Place(each.changed_at.isoformat(), str(each.change_id)),
        )

    return router
