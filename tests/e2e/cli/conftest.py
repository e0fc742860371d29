"""One platform for all of these tests, and a folder for each."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from deploy.embedded.composition import Deployment
from deploy.embedded.environment import Ports
from journey.flow import settle
from journey.platform import Platform
from libs.shared.base.settings import Profile
from libs.shared.client.addresses import Addresses
from libs.shared.client.registration.client import Registration
from tests.e2e.cli.commanding import CODE, Shell
from tests.realparts.ports import free_ports
from tests.realparts.postgres import reachable_folder


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def running(programs: Path) -> AsyncIterator[tuple[Ports, Platform]]:
    """A platform whose municipality 101 has accepted."""
    with reachable_folder() as folder:
        ports = Ports(free_ports())
        deployment = Deployment(folder / "home", ports, Profile.DEVELOPMENT, report=lambda _: None)
        try:
            await deployment.start()
            async with Platform(Addresses.local(ports.base)) as platform:
                secretariat = await platform.caller("secretariat")
                await Registration(secretariat).set_municipality(CODE, "accepted")
                await settle(platform)
                yield ports, platform
        finally:
            await deployment.stop()


@pytest.fixture
def shell(running: tuple[Ports, Platform], tmp_path: Path) -> Shell:
    return Shell(tmp_path, *running)
