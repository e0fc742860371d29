"""``/v1/indicators`` and ``/v1/pupils/{pupil_id}/indicators``: single results, for the system that sends files."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Path, Query, Request, Response, status

from libs.shared.base.clock import Clock, danish_date
from libs.shared.base.date_window import Day
from libs.shared.db.database import Database
from libs.shared.db.order import Order, Place
from libs.shared.db.scope import Scope, scope_of
from libs.shared.files.kinds.indicator_values import WITHDRAWN, IndicatorKind
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.once import once
from libs.shared.imports.parked import Parking
from libs.shared.imports.single import Single
from libs.shared.values.codes import Grade, MunicipalityCode
from libs.shared.web.idempotency import MustRepeat
from libs.shared.web.lists import LISTED, Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken
from libs.shared.web.preconditions import ETAG, IfMatch, IfNew, etag_of, require_match
from libs.shared.web.request_log import note_objects
from services.registration.access import Integration, institutions_listed, require_municipality
from services.registration.screening.indicators.domain import Result
from services.registration.screening.indicators.errors import ResultOfOnePupil
from services.registration.screening.indicators.schemas import (
    NO_SUBJECT,
    SUBJECT,
    IndicatorIn,
    IndicatorOut,
    IndicatorTaken,
    ValueIn,
)
from services.registration.screening.indicators.use_cases import single as use_cases

_ADDRESS = "/{pupil_id}/indicators/{indicator}/{subject}/{grade}/{day}"
_Indicator = Annotated[IndicatorKind, Path(examples=[IndicatorKind.NATIONAL_TEST])]
_Subject = Annotated[
    str, Path(pattern=SUBJECT, description=f"`{NO_SUBJECT}` for education readiness.", examples=["reading"])
]
_Grade = Annotated[Grade, Path(examples=[4])]
_Day = Annotated[Day, Path(examples=["2022-03-15"])]
_Code = Annotated[MunicipalityCode, Query(description="The municipality's code.")]


def _shown(found: Result) -> IndicatorOut:
    return IndicatorOut(
        pupil_id=found.pupil_id,
        indicator=IndicatorKind(found.indicator),
        subject=found.subject or None,
        grade=found.grade,
        date=found.day,
        value=found.value,
    )


def _row(indicator: IndicatorKind, subject: str | None, grade: int, day: date, value: str) -> dict[str, Any]:
    """The row of the file, about nobody yet."""
    return {
        "cpr_number": use_cases.ANYBODY,
        "indicator": indicator.value,
        "subject": subject or "",
        "grade": str(grade),
        "date": day.isoformat(),
        "value": value,
    }


def single_indicators_router(db: Database, single: Single[Any], parking: Parking, clock: Clock) -> APIRouter:
    """One row of the file. Identifiers are in the body alone."""
    router = APIRouter(prefix="/v1/indicators", tags=["indicators"])

    @router.post("", summary="Send one result of a pupil / Send ét resultat for en elev")
    async def send(request: Request, body: IndicatorIn, caller: Integration, asked: MustRepeat) -> IndicatorTaken:
        """It is judged as a row of the file of indicators, and refused with the same codes. A row about a pupil whom
        the municipality has not sent yet is parked.
        """
        require_municipality(caller, body.municipality_code, pointer="/municipality_code")
        if (body.cpr_number is None) == (body.pupil_id is None):
            raise ResultOfOnePupil(pointer="/cpr_number")
        now, scope = clock(), Scope.of(body.municipality_code)
        row = _row(body.indicator, body.subject, body.grade, body.date, body.value)
        batch = single.read(
            row if body.cpr_number is None else row | {"cpr_number": body.cpr_number},
            municipality_code=body.municipality_code,
            institutions=institutions_listed(caller),
            receipt_id=uuid4(),
            now=now,
        )

        async def newly() -> IndicatorTaken:
            taken = await use_cases.take(session, single, parking, caller, batch, pupil_id=body.pupil_id)
            return IndicatorTaken.model_validate(taken)

        async def again(taken: str) -> IndicatorTaken:
            return IndicatorTaken.model_validate_json(taken)

        async with db.write(scope) as session:
            attempt = Attempt.of(asked, caller, scope, now)
            shown = await once(session, attempt, create=newly, reference=IndicatorTaken.model_dump_json, again=again)
        note_objects(request, "pupil_ids", [body.pupil_id] if body.pupil_id else [])
        return shown

    return router


def results_router(db: Database, single: Single[Any], clock: Clock) -> APIRouter:
    """The results of a pupil who is known by id."""
    router = APIRouter(prefix="/v1/pupils", tags=["indicators"])

    @router.get(
        "/{pupil_id}/indicators",
        summary="The results of a pupil / En elevs resultater",
        response_model=Page[IndicatorOut],
        responses=LISTED,
    )
    async def listed(
        *,
        pupil_id: UUID,
        caller: Integration,
        lists: Lists,
        sort: Annotated[str, sortable("date")] = "date",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[IndicatorOut] | Response:
        order = Order.read(sort)
        after = lists.after(page_token, "indicators", order)
        async with db.read(scope_of(caller)) as session:
            found = await use_cases.results_of(session, caller, pupil_id, danish_date(clock()))

        def place(each: Result) -> Place:
            return Place(each.day.isoformat(), f"{each.indicator}/{each.subject}/{each.grade}")

        placed = sorted(((place(each), each) for each in found), key=lambda one: (one[0].value, one[0].unique))
        if order.descending:
            placed.reverse()
        if after is not None:
            last = (after.value, after.unique)
            placed = [
                one
                for one in placed
                if ((one[0].value, one[0].unique) < last if order.descending else (one[0].value, one[0].unique) > last)
            ]
        rows = [each for _, each in placed[: page_size + 1]]
        return lists.answer("indicators", order, rows, page_size, model=IndicatorOut, item=_shown, place=place)

    @router.get(_ADDRESS, summary="One result of a pupil", responses={200: ETAG})
    async def read(
        *,
        pupil_id: UUID,
        indicator: _Indicator,
        subject: _Subject,
        grade: _Grade,
        day: _Day,
        caller: Integration,
        response: Response,
    ) -> IndicatorOut:
        key = (pupil_id, indicator.value, "" if subject == NO_SUBJECT else subject, grade, day)
        async with db.read(scope_of(caller)) as session:
            shown = _shown(await use_cases.result(session, caller, key, danish_date(clock())))
        response.headers["ETag"] = etag_of(shown)
        return shown

    @router.put(
        _ADDRESS,
        summary="Create, correct or withdraw one result",
        responses={200: ETAG, 201: {**ETAG, "model": IndicatorOut, "description": "Created."}},
    )
    async def put(
        *,
        pupil_id: UUID,
        indicator: _Indicator,
        subject: _Subject,
        grade: _Grade,
        day: _Day,
        municipality: _Code,
        body: ValueIn,
        caller: Integration,
        response: Response,
        if_match: IfMatch = None,
        if_none_match: IfNew = None,
    ) -> IndicatorOut:
        """It is judged as a row of the file of indicators, and refused with the same codes."""
        require_municipality(caller, municipality, pointer="/query/municipality")
        named = "" if subject == NO_SUBJECT else subject
        batch = single.read(
            _row(indicator, named, grade, day, body.value),
            municipality_code=municipality,
            institutions=institutions_listed(caller),
            receipt_id=uuid4(),
            now=clock(),
        )
        key = (pupil_id, indicator.value, named, grade, day)
        async with db.write(Scope.of(municipality)) as session:
            found, created = await use_cases.put(
                session,
                single,
                caller,
                batch,
                key,
                unchanged=lambda before: require_match(
                    None if before is None else _shown(before), if_match, if_none_match
                ),
            )
        shown = _shown(found or Result(*key, WITHDRAWN))
        response.status_code = status.HTTP_201_CREATED if created and found is not None else status.HTTP_200_OK
        response.headers["ETag"] = etag_of(shown)
        return shown

    return router
