"""``/v1/assessments``: the 13 questions about a pupil or a group, and ``/v1/assessment-questions``."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response, status

from libs.shared.base.clock import Clock, danish_date
from libs.shared.base.date_window import Day
from libs.shared.db.database import Database
from libs.shared.db.order import Order, Place
from libs.shared.db.scope import scope_of
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.once import once
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.values.codes import MunicipalityCode
from libs.shared.web.idempotency import LOCATED, MayRepeat, located
from libs.shared.web.lists import LISTED, Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken
from libs.shared.web.preconditions import ETAG, IfMatch, etag_of, require_match
from libs.shared.web.request_log import note_objects
from services.registration.access import SchoolStaff
from services.registration.screening.assessments import use_cases
from services.registration.screening.assessments.domain import (
    AssessmentFilter,
    ListedAssessment,
    ShownAssessment,
    Status,
)
from services.registration.screening.assessments.schemas import (
    AssessmentChangeIn,
    AssessmentIn,
    AssessmentListItem,
    AssessmentOut,
    AssessmentVersionOut,
    QuestionsOut,
)

_CREATED: dict[int | str, dict[str, Any]] = {201: {**LOCATED, "headers": {**LOCATED["headers"], **ETAG["headers"]}}}


def _shown(request: Request, response: Response, found: ShownAssessment) -> AssessmentOut:
    out = AssessmentOut.of(found)
    note_objects(request, "pupil_ids", out.pupil_ids)
    response.headers["ETag"] = etag_of(out)
    return out


def questions_router(db: Database, clock: Clock) -> APIRouter:
    """The questions of the rule set in force."""
    router = APIRouter(prefix="/v1/assessment-questions", tags=["assessments"])

    @router.get("", summary="The 13 questions and their answers / De 13 spørgsmål og deres svar")
    async def asked(
        caller: SchoolStaff,
        as_of: Annotated[Day | None, Query(description="The day of the assessment; today if not given.")] = None,
    ) -> QuestionsOut:
        async with db.read(scope_of(caller)) as session:
            return QuestionsOut.of(*await use_cases.questions_on(session, as_of or danish_date(clock())))

    return router


def assessments_router(db: Database, vault: SealedTexts, clock: Clock) -> APIRouter:
    """Assessments by the staff of a school and its resource team."""
    router = APIRouter(prefix="/v1/assessments", tags=["assessments"])

    @router.post(
        "",
        status_code=status.HTTP_201_CREATED,
        summary="Begin an assessment of a pupil or a group",
        responses=_CREATED,
    )
    async def begin(
        request: Request, body: AssessmentIn, caller: SchoolStaff, asked: MayRepeat, response: Response
    ) -> AssessmentOut:
        now, scope = clock(), scope_of(caller)
        async with db.write(scope) as session:

            async def begun() -> ShownAssessment:
                return await use_cases.begin(
                    session,
                    vault,
                    caller,
                    school_id=body.school_id,
                    pupil_ids=body.pupil_ids,
                    as_of=body.as_of,
                    status=body.status,
                    answers=[each.read() for each in body.answers],
                    now=now,
                )

            found = await once(
                session,
                Attempt.of(asked, caller, scope, now),
                create=begun,
                reference=lambda shown: str(shown.assessment.assessment_id),
                again=lambda made: use_cases.get(session, vault, caller, UUID(made), danish_date(now)),
            )
        located(response, f"/v1/assessments/{found.assessment.assessment_id}")
        return _shown(request, response, found)

    @router.get(
        "",
        summary="Assessments of the caller's schools / Vurderinger på egne skoler",
        response_model=Page[AssessmentListItem],
        responses=LISTED,
    )
    async def listed(
        *,
        caller: SchoolStaff,
        municipality: Annotated[MunicipalityCode, Query(description="The municipality's code.")],
        lists: Lists,
        school_id: Annotated[UUID | None, Query(description="Those of this school alone.")] = None,
        status: Annotated[Status | None, Query(description="Those with this status alone.")] = None,
        sort: Annotated[str, sortable("changed_at", "as_of", "status")] = "changed_at",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[AssessmentListItem] | Response:
        order = Order.read(sort)
        after = lists.after(page_token, "assessments", order)
        wanted = AssessmentFilter(None, school_id, status)
        async with db.read(scope_of(caller)) as session:
            found = await use_cases.list_assessments(
                session, caller, municipality, wanted, order=order, after=after, size=page_size + 1
            )

        def place(each: ListedAssessment) -> Place:
            values = {"changed_at": each.changed_at.isoformat(), "as_of": each.as_of.isoformat(), "status": each.status}
            return Place(values[order.name], str(each.assessment_id))

        return lists.answer(
            "assessments",
            order,
            found,
            page_size,
            model=AssessmentListItem,
            item=AssessmentListItem.model_validate,
            place=place,
        )

    @router.get("/{assessment_id}", summary="An assessment as it was last saved", responses={200: ETAG})
    async def read(request: Request, assessment_id: UUID, caller: SchoolStaff, response: Response) -> AssessmentOut:
        async with db.read(scope_of(caller)) as session:
            found = await use_cases.get(session, vault, caller, assessment_id, danish_date(clock()))
        return _shown(request, response, found)

    @router.put("/{assessment_id}", summary="Save the answers as a new version", responses={200: ETAG})
    async def save(
        *,
        request: Request,
        assessment_id: UUID,
        body: AssessmentChangeIn,
        caller: SchoolStaff,
        response: Response,
        if_match: IfMatch = None,
    ) -> AssessmentOut:
        """The versions before are kept: `GET …/versions`."""
        async with db.write(scope_of(caller)) as session:
            found = await use_cases.save(
                session,
                vault,
                caller,
                assessment_id,
                status=body.status,
                answers=[each.read() for each in body.answers],
                unchanged=lambda shown: require_match(AssessmentOut.of(shown), if_match, None),
                now=clock(),
            )
        return _shown(request, response, found)

    @router.get(
        "/{assessment_id}/versions",
        summary="The saved versions of an assessment",
        response_model=Page[AssessmentVersionOut],
        responses=LISTED,
    )
    async def versions(
        *,
        assessment_id: UUID,
        caller: SchoolStaff,
        lists: Lists,
        sort: Annotated[str, sortable("version")] = "version",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[AssessmentVersionOut] | Response:
        order = Order.read(sort)
        after = lists.after(page_token, "assessment-versions", order)
        async with db.read(scope_of(caller)) as session:
            found = await use_cases.history(
                session,
                vault,
                caller,
                assessment_id,
                today=danish_date(clock()),
                order=order,
                after=after,
                size=page_size + 1,
            )
        return lists.answer(
            "assessment-versions",
            order,
            found,
            page_size,
            model=AssessmentVersionOut,
            item=AssessmentVersionOut.of,
            place=lambda each: Place(str(each.version), str(assessment_id)),
        )

    return router
