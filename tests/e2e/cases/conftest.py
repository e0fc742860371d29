"""One platform for all cases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from deploy.embedded.composition import Deployment
from deploy.embedded.environment import Ports
from journey.platform import Platform
from libs.shared.base.settings import Profile
from libs.shared.client.addresses import Addresses
from tests.e2e.cases.municipal_it import MunicipalIt
from tests.realparts.ports import free_ports
from tests.realparts.postgres import reachable_folder


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def it(programs: Path) -> AsyncIterator[MunicipalIt]:
    """The IT department of a municipality that has accepted."""
    with reachable_folder() as folder:
        ports = Ports(free_ports())
        deployment = Deployment(folder / "home", ports, Profile.DEVELOPMENT, report=lambda _: None)
        try:
            await deployment.start()
            async with Platform(Addresses.local(ports.base)) as platform:
                yield await MunicipalIt.of(platform, "101")
        finally:
            await deployment.stop()
