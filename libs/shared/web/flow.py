"""Counts for ops: events written to the outbox, events taken into the inbox, and rows of tables."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from libs.shared.auth.principal import Principal, Role
from libs.shared.web.access import require


class Written(BaseModel):
    """Events of one topic in the outbox."""

    written: int
    published: int


class Flow(BaseModel):
    """Counts of one service. Redelivered events count once."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "outbox": {"registration.school": {"written": 4, "published": 4}},
                    "inbox": {"catalog.rule-set": 3},
                    "tables": {"pupil": 600},
                }
            ]
        }
    )

    outbox: dict[str, Written]
    inbox: dict[str, int]
    tables: dict[str, int]


Count = Callable[[], Awaitable[Flow]]


def flow_router(count: Count) -> APIRouter:
    """``GET /v1/operations/flow``, for role ops."""
    router = APIRouter(tags=["operations"])

    @router.get("/v1/operations/flow", summary="Events written, taken in, and rows kept / Hændelser og rækker i tal")
    async def flow(_: Annotated[Principal, Depends(require(Role.OPS))]) -> Flow:
        """Numbers to reconcile: events written here equal those in the log and those in each subscriber's inbox."""
        return await count()

    return router
