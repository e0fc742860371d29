"""``/v1/checks``."""

from typing import Annotated

from fastapi import APIRouter, Body, Query
from starlette.responses import Response

from libs.shared.base.date_window import DaysInside
from libs.shared.descriptions.document import ProjectDocument
from libs.shared.descriptions.judging import DocumentJudgement, of_parts
from libs.shared.privacy.free_text import FreeTexts
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.plan_check import PlanJudgement
from services.intervention_catalog.checks.schemas import PLAN_EXAMPLE, PROJECT_EXAMPLE
from services.intervention_catalog.checks.use_cases import PlanChecks


def checks_router(checks: PlanChecks) -> APIRouter:
    """Checks plans. No token is needed: the rules are public, and the plan is not stored."""
    router = APIRouter(prefix="/v1/checks", tags=["checks"])

    @router.post("", summary="Judge a plan / Bedøm en plan", response_model=PlanJudgement)
    async def check(
        body: Annotated[Plan, Body(examples=[PLAN_EXAMPLE]), DaysInside, FreeTexts],
        at_start: Annotated[
            bool, Query(description="Judge as on the day the plan starts; rules such as C-PARENTS then apply.")
        ] = False,
    ) -> Response:
        """Every verdict by the rules in force on the plan's start date; the same function judges a submission.

        The plan is not stored. `skoleloeft check plan.yaml` does the same without a network.
        """
        judgement = await checks.judge(body, at_start=at_start)
        return Response(judgement.model_dump_json(), media_type="application/json")

    @router.post(
        "/projects",
        summary="Judge a project description / Bedøm en projektbeskrivelse",
        response_model=DocumentJudgement,
    )
    async def check_project(
        body: Annotated[ProjectDocument, Body(examples=[PROJECT_EXAMPLE])],
        at_start: Annotated[bool, Query(description="As for a plan.")] = False,
    ) -> Response:
        """What the description lacks, and every verdict on its plan, as its submission would find them. The grant is
        not known here.

        The description is not stored. `skoleloeft check project.yaml` does the same without a network.
        """
        plan = body.judged_plan
        judgement = of_parts(body, None if plan is None else await checks.judge(plan, at_start=at_start))
        return Response(judgement.model_dump_json(), media_type="application/json")

    return router
