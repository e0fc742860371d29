import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from libs.shared.auth.principal import Principal, Role
from libs.shared.base.errors import Conflict
from libs.shared.observability.metrics import Metrics
from libs.shared.observability.tracing import current_traceparent
from libs.shared.operations.health import Liveness, Readiness
from libs.shared.web.access import require
from libs.shared.web.pages import Page, Pages, PageSize, PageToken
from tests.factories.service import Tokens, app_of


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Thing(BaseModel):
    """A body with fields of every kind."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=2, max_length=10)
    grade: int = Field(ge=0, le=10)
    colour: Colour = Colour.RED
    parts: list[int] = []


class Checked(BaseModel):
    """A body with a rule of its own."""

    lessons: int

    @field_validator("lessons")
    @classmethod
    def _even(cls, lessons: int) -> int:
        if lessons == 13:
            raise ValueError("Canary 13")
        if lessons % 2:
            raise PydanticCustomError("lessons.odd", "Plan pairs of lessons.", {"da": "Planlæg lektionerne parvis."})
        return lessons


class SameProblem(Conflict):
    """A use case's own problem."""

    code = "thing.same"
    da = "Tingen med {count} dele findes. Brug en anden."
    en = "The thing with {count} parts exists. Use another."


class UniqueViolation(Exception):
    """Like asyncpg's exception, recognised by its SQLSTATE."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__("Key (name)=(Canary Jensen)")
        self.sqlstate = sqlstate


def things() -> APIRouter:
    """Routes with every fault that a route can have."""
    router = APIRouter(prefix="/things", tags=["things"])

    @router.post("")
    async def make(thing: Thing) -> Thing:
        return thing

    @router.get("/own")
    async def own(caller: Annotated[Principal, Depends(require(Role.SCHOOL))]) -> str:
        return caller.subject

    @router.get("/any")
    async def anybodys(caller: Annotated[Principal, Depends(require())]) -> str:
        return caller.subject

    @router.get("/page")
    async def page(pages: Pages, page_size: PageSize = 50, page_token: PageToken = None) -> Page[int]:
        after = pages.read(page_token, "things", (int,))
        first = int(after[0]) + 1 if after else 0
        found = range(first, min(first + page_size + 1, 8))
        return pages.page("things", found, page_size, item=int, key=lambda number: (number,))

    @router.get("/{thing_id}/parts")
    async def parts(
        thing_id: int, caller: Annotated[Principal, Depends(require())], pages: Pages, page_token: PageToken = None
    ) -> Page[str]:
        after = pages.read(page_token, "parts", (str,))
        return Page(items=[caller.subject], next_page_token=pages.write("parts", [after[0] if after else "Ærø"]))

    @router.get("/trace")
    async def trace() -> str | None:
        return current_traceparent()

    @router.get("/conflict")
    async def conflict() -> None:
        raise SameProblem(count=3, pointer="/parts", extra={"limit": 2, "status": 200})

    @router.get("/broken")
    async def broken() -> None:
        raise ValueError("Canary Jensen 6101120008")

    @router.get("/database/{sqlstate}")
    async def database(sqlstate: str) -> None:
        raise UniqueViolation(sqlstate)

    @router.get("/away")
    async def away() -> None:
        raise ConnectionRefusedError(111, "Canary")

    @router.get("/wrong-answer")
    async def wrong_answer() -> Thing:
        return {"name": "Canary Jensen"}  # type: ignore[return-value] # the failure under test

    @router.post("/custom")
    async def custom(checked: Checked) -> None:
        del checked

    @router.post("/stream")
    async def stream(request: Request) -> int:
        return sum([len(part) async for part in request.stream()])

    @router.get("/{thing_id}")
    async def one(thing_id: int) -> int:
        return thing_id

    return router


def imports() -> APIRouter:
    router = APIRouter(prefix="/imports")

    @router.post("")
    async def receive(request: Request) -> int:
        return sum([len(part) async for part in request.stream()])

    return router


@pytest.fixture(scope="session")
def tokens() -> Tokens:
    return Tokens()


@pytest.fixture
def token(tokens: Tokens) -> Callable[..., dict[str, str]]:
    """A function that gives the header of a request with these roles."""
    return tokens.headers


@pytest.fixture
def readiness() -> Readiness:
    return Readiness(keep=0)


@pytest.fixture
def liveness() -> Liveness:
    return Liveness()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(process=False)


def app_of_things(tokens: Tokens, metrics: Metrics, **more: Any) -> FastAPI:
    """A service with the routes above; ``more`` are parameters of ``create_app``."""
    v1 = APIRouter(prefix="/v1")
    v1.include_router(things())
    v1.include_router(imports())
    return app_of("Things <of> Skoleløft", [v1], tokens, metrics=metrics, **more)


@pytest.fixture
def app(tokens: Tokens, readiness: Readiness, liveness: Liveness, metrics: Metrics) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await asyncio.sleep(0)
        readiness.started()
        yield

    return app_of_things(
        tokens,
        metrics,
        readiness=readiness,
        liveness=liveness,
        lifespan=lifespan,
        max_body_bytes=1000,
        max_import_bytes=5000,
    )


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://things") as client:
        yield client
