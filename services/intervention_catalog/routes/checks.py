"""``/v1/checks``."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query
from starlette.responses import Response

from libs.shared.base.date_window import DaysInside
from libs.shared.privacy.free_text import FreeTexts
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.plan_check import PlanJudgement
from services.intervention_catalog.checks.use_cases import PlanChecks

_PLAN: dict[str, Any] = {
    "start": "2023-08-14",
    "last_day": "2024-06-21",
    "efforts": [
        {
            "variant": "C",
            "group_size": 5,
            "weekly_amount": "4",
            "unit": "sessions",
            "weeks": 12,
            "minutes_per_session": 30,
        }
    ],
    "anchoring": True,
}


def checks_router(checks: PlanChecks) -> APIRouter:
    """Judging plans; open, as what it judges by is, and nothing of the plan is kept."""
    router = APIRouter(prefix="/v1/checks", tags=["checks"])

    @router.post("", summary="Judge a plan / Bedøm en plan", response_model=PlanJudgement)
    async def check(
        body: Annotated[Plan, Body(examples=[_PLAN]), DaysInside, FreeTexts],
        at_start: Annotated[bool, Query(description="As on the day the plan starts (C-PARENTS).")] = False,
    ) -> Response:
        """Every verdict by the rules in force on the plan's start date; the same function judges a submission.

        The plan is not stored. `skoleloeft check plan.yaml` does the same without a network.
        """
        judgement = await checks.judge(body, at_start=at_start)
        return Response(judgement.model_dump_json(), media_type="application/json")

    return router
