"""``python -m benchmarks.checks_server``: the catalog's API with two bare routes added on the same server."""

import sys
from dataclasses import replace

from fastapi import APIRouter

from libs.shared.rules.composition.plan import Plan
from libs.shared.runtime.main import main
from libs.shared.runtime.service import Core, Wiring
from services.intervention_catalog.wiring import SERVICE

EMPTY, READING = "/bare/empty", "/bare/reading"


def bare_router() -> APIRouter:
    """A route that does nothing, and one that only parses a plan."""
    router = APIRouter()

    @router.get(EMPTY)
    async def empty() -> dict[str, bool]:
        """Nothing at all."""
        return {"blocks_submission": False}

    @router.post(READING)
    async def reading(body: Plan) -> dict[str, bool]:
        """Read the plan, as FastAPI does, and judge nothing."""
        return {"blocks_submission": body.last_day is None}

    return router


def wire(core: Core) -> Wiring:
    """The service's own wiring and the bare routes."""
    wiring = SERVICE.wire(core)
    return replace(wiring, routers=[*wiring.routers, bare_router()])


if __name__ == "__main__":
    sys.exit(main(replace(SERVICE, wire=wire), sys.argv[1:]))
