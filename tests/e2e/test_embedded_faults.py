"""The journey on the embedded deployment while its database server, a process and the network between them fail.

Each fault comes while a file is processed, and all counts add up afterwards. The process that works on files is also
killed in each of their phases (receiving, staging, settling, applying), and when all steps of a small file are done in
one transaction. With ``SKOLELOEFT_FULL=1`` the standstills are longer and the network loses its connections for good,
which takes minutes.
"""

import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import make_url

from deploy.embedded.composition import Deployment
from deploy.embedded.environment import Ports
from deploy.embedded.settings import EmbeddedSettings
from journey.account import Account
from journey.journey import Journey
from journey.platform import Platform
from libs.shared.base.settings import Profile
from libs.shared.client.addresses import Addresses
from libs.shared.eventlog.factory import open_event_log
from libs.shared.eventlog.port import EventLog
from synthetic import municipality
from synthetic.forecast import FileForecast
from tests.e2e.faults import Faults
from tests.e2e.phases import CODE, STEPS, PhaseKills
from tests.e2e.silent_network import SilentNetwork, silent_network

FULL = os.environ.get("SKOLELOEFT_FULL") == "1"
PUPILS, STANDSTILL = (600, 20.0) if FULL else (150, 3.0)
WATCHED = EmbeddedSettings(
    server_period=0.5, server_answer=4.0, server_failures=2, live_period=0.5, live_answer=4.0, live_failures=2
)
ADDRESS = "ABSENCE_INGEST_DATABASE_URL"
TOGETHER = "ABSENCE_INGEST_IMPORT_TOGETHER_BYTES"


Fault = Callable[[FileForecast], Awaitable[None]]


class Harm:
    """Causes faults while files of absence are processed, some of them for each file."""

    def __init__(self, faults: Faults, network: SilentNetwork, folder: Path) -> None:
        self.faults = faults
        self.network = network
        self.phases = phases = PhaseKills(faults, folder, worker="absence_ingest", api="absence_ingest")
        self.harm: list[list[Fault]] = [
            [phases.receiving, self.sent, self.server_killed],
            [phases.working],
            [
                self.network_put_between,
                phases.together,
                self.network_silent,
                *([self.network_loses_all] if FULL else []),
            ],
            [self.sent, self.server_stands_still, self.postmaster_hangs, self.service_hangs],
        ]

    async def __call__(self, file: FileForecast) -> None:
        if file.kind != "absence" or not self.harm:
            return
        for fault in self.harm.pop(0):
            await fault(file)

    async def sent(self, file: FileForecast) -> None:
        """Send the file, so that its processing begins."""
        await self.phases.start(file)

    async def server_killed(self, _: FileForecast) -> None:
        await self.faults.kill_server()

    async def server_stands_still(self, _: FileForecast) -> None:
        await self.faults.stop_server(STANDSTILL)

    async def network_put_between(self, _: FileForecast) -> None:
        child = self.faults.deployment.children["absence_ingest"]
        address = make_url(child.environment[ADDRESS]).set(port=self.network.port)
        child.environment[ADDRESS] = address.render_as_string(hide_password=False)
        del child.environment[TOGETHER]  # from here on the steps of a small file are done together
        await self.faults.replace("absence_ingest", signal.SIGKILL)

    async def network_silent(self, _: FileForecast) -> None:
        await self.network.silent(STANDSTILL)
        await self.faults.all_ready()

    async def network_loses_all(self, _: FileForecast) -> None:
        assert self.network.lose() > 0
        await self.faults.all_ready()

    async def postmaster_hangs(self, _: FileForecast) -> None:
        await self.faults.hang_postmaster()

    async def service_hangs(self, _: FileForecast) -> None:
        await self.faults.replace("absence_ingest", signal.SIGSTOP)


@pytest.mark.slow
@pytest.mark.timeout(900 if FULL else 420)
async def test_the_journey_adds_up_over_faults_of_server_processes_and_network(
    home: Path, port_base: int, tmp_path: Path
) -> None:
    account = Account(lambda text: print(text, end=""))
    deployment = Deployment(
        home,
        Ports(port_base),
        Profile.DEVELOPMENT,
        report=account.say,
        settings=WATCHED,
        more={"IMPORT_CHUNK_BYTES": "2048", "IMPORT_TOGETHER_BYTES": "0"},
    )
    log: EventLog | None = None
    try:
        environment = await deployment.start()
        forecast = municipality.write(tmp_path, code=CODE, pupils=PUPILS, seed=7)
        log = open_event_log(environment.bus, client_id="e2e")
        await log.start()
        port = make_url(environment.admin_url).port
        assert port is not None
        async with Platform(Addresses.local(port_base)) as platform, silent_network(port) as network:
            harm = Harm(Faults(deployment, platform, log), network, tmp_path)
            await Journey(account, platform, forecast, tmp_path, log, before=harm).walk()
        print("hit:", harm.faults.hit)
        assert (harm.harm, set(harm.faults.hit)) == ([], {"receiving", *STEPS, "together"}), "every fault was made"
        assert account.mismatches == []
        assert account.checks > 100
    finally:
        if log is not None:
            await log.close()
        await deployment.stop()
