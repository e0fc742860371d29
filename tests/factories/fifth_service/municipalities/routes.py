"""``/v1/names``: the municipalities' names."""

from fastapi import APIRouter

from libs.shared.db.database import Database
from libs.shared.db.scope import Scope
from tests.factories.fifth_service.access import Integration
from tests.factories.fifth_service.municipalities.use_cases import listed


def municipalities_router(db: Database) -> APIRouter:
    """The caller's own municipalities."""
    router = APIRouter(prefix="/v1/names", tags=["municipalities"])

    @router.get("", summary="The names of the caller's municipalities")
    async def names(caller: Integration) -> list[str]:
        async with db.read(Scope(caller.municipality_codes)) as session:
            return await listed(session)

    return router
