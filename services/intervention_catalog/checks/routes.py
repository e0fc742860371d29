"""``/v1/checks``."""

from typing import Annotated

from fastapi import APIRouter, Body, Query
from starlette.responses import Response

from libs.shared.base.date_window import DaysInside
from libs.shared.privacy.free_text import FreeTexts
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.plan_check import PlanJudgement
from services.intervention_catalog.checks.schemas import PLAN_EXAMPLE
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

    return router
