"""One platform with two municipalities for all tests of access."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.e2e.security.openapi import Route, routes_of
from tests.e2e.security.platform import Running, running_platform
from tests.e2e.security.tokens import Forger
from tests.e2e.security.world import World, made_world
from tests.realparts.postgres import reachable_folder


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def platform() -> AsyncIterator[Running]:
    """The four services, embedded."""
    with reachable_folder() as folder:
        async with running_platform(folder) as running:
            yield running


@pytest.fixture(scope="package")
def forger(platform: Running) -> Forger:
    return Forger(platform.issuer.key, platform.issuer.address)


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def world(platform: Running, forger: Forger) -> World:
    """Two municipalities with objects of every kind."""
    return await made_world(platform, forger)


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def routes(platform: Running) -> list[Route]:
    """Every documented route of every service."""
    return list(routes_of(await platform.documents()))
