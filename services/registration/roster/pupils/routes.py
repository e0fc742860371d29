"""``/v1/pupils``: finds pupils by a source system's own ids; ``/v1/identity-cases``: ids that came with another name,
and decisions about them.
"""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, Response

from libs.shared.base.clock import Clock, danish_date
from libs.shared.db.database import Database
from libs.shared.db.order import Order, Place
from libs.shared.db.scope import Scope, scope_of
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.once import once
from libs.shared.imports.parked import Parking
from libs.shared.imports.single import RowRefused, Single
from libs.shared.privacy.keys import LookupKeys
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.values.codes import MunicipalityCode
from libs.shared.web.idempotency import MayRepeat, MustRepeat
from libs.shared.web.lists import LISTED, Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken
from libs.shared.web.request_log import note_objects
from services.registration.access import (
    Integration,
    ResourceTeam,
    SchoolStaff,
    institutions_listed,
    require_municipality,
)
from services.registration.roster.identity.sealing import PupilVault
from services.registration.roster.pupils.schemas import (
    IdentityCaseOut,
    IdentityDecisionIn,
    IdentityDecisionOut,
    PupilFound,
    PupilIn,
    PupilsAsked,
    PupilsFound,
    PupilTaken,
)
from services.registration.roster.pupils.snapshots import RosterComparison
from services.registration.roster.pupils.use_cases.decisions import decide, open_cases
from services.registration.roster.pupils.use_cases.lookup import find_by_local_id
from services.registration.roster.pupils.use_cases.single import Sent, heed_refused, read, take


def pupils_router(db: Database, lookup_keys: LookupKeys, clock: Clock) -> APIRouter:
    """The route that finds pupils by local id."""
    router = APIRouter(prefix="/v1/pupils", tags=["pupils"])

    @router.post("/look-ups", summary="Find pupils by the source system's own ids")
    async def look_up(
        request: Request,
        asked: PupilsAsked,
        caller: SchoolStaff,
    ) -> PupilsFound:
        """A school finds pupils who are at it today, with their times there; a resource team all of the municipality.

        Nothing is created, so it needs no key.
        """
        require_municipality(caller, asked.municipality_code, pointer="/municipality_code")
        async with db.read(scope_of(caller)) as session:
            found = await find_by_local_id(
                session,
                lookup_keys,
                caller,
                asked.municipality_code,
                asked.local_ids,
                today=danish_date(clock()),
            )
        note_objects(request, "pupil_ids", (each.pupil_id for each in found))
        return PupilsFound(items=[PupilFound.model_validate(each) for each in found])

    return router


def single_pupils_router(db: Database, single: Single[RosterComparison], parking: Parking, clock: Clock) -> APIRouter:
    """One row about one pupil, for the system that sends files. Identifiers are in the body alone."""
    router = APIRouter(prefix="/v1/pupils", tags=["pupils"])

    @router.post("", summary="Send one row about a pupil / Send én række om en elev")
    async def send(request: Request, body: PupilIn, caller: Integration, asked: MustRepeat) -> PupilTaken:
        """A new pupil, a new time in a class, or a correction: judged as a row of the file of pupils, and refused with
        the same codes. What waits in a file that was sent before is written after it.
        """
        require_municipality(caller, body.municipality_code, pointer="/municipality_code")
        now, scope = clock(), Scope.of(body.municipality_code)
        row = body.model_dump(mode="json", exclude={"municipality_code"})
        sent = Sent(row, body.municipality_code, institutions_listed(caller), uuid4(), now, caller.subject)

        async def newly() -> PupilTaken:
            batch = read(single, sent)
            return PupilTaken.model_validate(await take(session, single, parking, caller, batch))

        async def again(taken: str) -> PupilTaken:
            return PupilTaken.model_validate_json(taken)

        try:
            async with db.write(scope) as session:
                attempt = Attempt.of(asked, caller, scope, now)
                shown = await once(session, attempt, create=newly, reference=PupilTaken.model_dump_json, again=again)
        except RowRefused as refused:
            async with db.write(scope) as session:
                refusal = await heed_refused(session, single, sent, refused)
            raise refusal from None
        note_objects(request, "pupil_ids", [shown.pupil_id] if shown.pupil_id else [])
        return shown

    return router


_LIST = "identity-cases"


_Code = Annotated[MunicipalityCode, Query(description="The municipality's code.")]


def identity_cases_router(db: Database, vault: PupilVault, names: SealedTexts, clock: Clock) -> APIRouter:
    """The routes for the municipality's own staff, who can ask the schools; no integration decides who a child is."""
    router = APIRouter(prefix="/v1/identity-cases", tags=["identity cases"])

    @router.get(
        "",
        summary="Ids that came with another name, and wait for a decision",
        response_model=Page[IdentityCaseOut],
        responses=LISTED,
    )
    async def identity_cases(
        *,
        request: Request,
        caller: ResourceTeam,
        municipality: _Code,
        lists: Lists,
        sort: Annotated[str, sortable("since", "institution_number", "rows")] = "since",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[IdentityCaseOut] | Response:
        """A source system's id came alone with a name of which no part is the known pupil's. Nothing is changed until
        somebody has decided; the rows wait, once per pupil and name however often they are sent.
        """
        require_municipality(caller, municipality, pointer="/query/municipality")
        order = Order.read(sort)
        after = lists.after(page_token, _LIST, order)
        async with db.read(scope_of(caller)) as session:
            found = await open_cases(
                session,
                vault,
                names,
                caller,
                municipality,
                today=danish_date(clock()),
                order=order,
                after=after,
                size=page_size + 1,
            )
        note_objects(request, "pupil_ids", (each.pupil_id for each in found[:page_size]))
        return lists.answer(
            _LIST,
            order,
            found,
            page_size,
            model=IdentityCaseOut,
            item=IdentityCaseOut.model_validate,
            place=lambda each: Place(str(getattr(each, order.name)), str(each.case_id)),
        )

    @router.post("/{case_id}/decision", summary="Decide whether the two names are one child's")
    async def decided(
        case_id: UUID, body: IdentityDecisionIn, caller: ResourceTeam, asked: MayRepeat
    ) -> IdentityDecisionOut:
        """The rows that wait are taken by it a moment later, and later files are read by it, too. The same decision
        again changes nothing; the other one is refused.
        """
        now, scope = clock(), scope_of(caller)
        async with db.write(scope) as session:

            async def newly() -> IdentityDecisionOut:
                await decide(session, caller, case_id, body.decision, now=now, today=danish_date(now))
                return IdentityDecisionOut(case_id=case_id, decision=body.decision)

            async def again(taken: str) -> IdentityDecisionOut:
                return IdentityDecisionOut.model_validate_json(taken)

            attempt = Attempt.of(asked, caller, scope, now)
            reference = IdentityDecisionOut.model_dump_json
            return await once(session, attempt, create=newly, reference=reference, again=again)

    return router
