"""The route with the counts for ops (``operations.flow``)."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends

from libs.shared.auth.principal import Principal, Role
from libs.shared.operations.flow import Flow
from libs.shared.web.access import require

Count = Callable[[], Awaitable[Flow]]


def flow_router(count: Count) -> APIRouter:
    """``GET /v1/operations/flow``, for role ops."""
    router = APIRouter(tags=["operations"])

    @router.get("/v1/operations/flow", summary="Events written, taken in, and rows kept / Hændelser og rækker i tal")
    async def flow(_: Annotated[Principal, Depends(require(Role.OPS))]) -> Flow:
        """Numbers to reconcile: events written here equal those in the log and those in each subscriber's inbox."""
        return await count()

    return router
