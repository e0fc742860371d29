"""Routes for the platform and not for callers: health and metrics. They are not in the OpenAPI document."""

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from libs.shared.observability.logs import get_logger
from libs.shared.observability.metrics import Metrics
from libs.shared.operations.health import Liveness, Readiness

_log = get_logger("skoleloeft.health")


def operations_router(readiness: Readiness, liveness: Liveness, metrics: Metrics) -> APIRouter:
    """``/health/startup``, ``/health/live``, ``/health/ready`` (200 or 503, JSON) and ``/metrics``."""
    router = APIRouter(include_in_schema=False)

    @router.get("/health/startup")
    async def startup() -> Response:
        return _answer(fine=readiness.has_started, started=readiness.has_started)

    @router.get("/health/live")
    async def live() -> Response:
        stuck = liveness.stuck()
        if stuck:
            _log.error("health.stuck", parts=stuck)
        return _answer(fine=not stuck, stuck=stuck)

    @router.get("/health/ready")
    async def ready() -> Response:
        state = await readiness.state()
        return _answer(
            fine=state.ready,
            started=state.started,
            draining=state.draining,
            checks=state.checks,
            reasons=state.reasons,
        )

    @router.get("/metrics")
    async def exposition() -> Response:
        await readiness.state()  # updates the gauge, also if readiness is never requested
        body, content_type = metrics.exposition()
        return Response(body, headers={"Content-Type": content_type})

    return router


def _answer(*, fine: bool, **details: object) -> Response:
    return JSONResponse({"status": "ok" if fine else "unavailable", **details}, status_code=200 if fine else 503)
