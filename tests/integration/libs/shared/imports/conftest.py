"""The bench of this folder's tests, and its routes."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from libs.shared.eventlog.memory import MemoryEventLog
from tests.factories.import_app import app_with, router_of, token
from tests.factories.import_bench import Bench, bench_tables
from tests.realparts.databases import MakeDatabase


@pytest.fixture
async def bench(make_database: MakeDatabase) -> Bench:
    return Bench(await make_database(bench_tables))


@pytest.fixture
def log() -> MemoryEventLog:
    return MemoryEventLog()


@pytest.fixture
def app(bench: Bench, log: MemoryEventLog) -> FastAPI:
    return app_with(router_of(bench, log))


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://imports") as client:
        client.headers.update(token("101"))
        yield client
