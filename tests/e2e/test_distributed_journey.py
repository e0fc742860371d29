"""The journey on Apache Kafka with separate processes, of which some are killed six times at the worst moments."""

import asyncio
from pathlib import Path

import pytest

from deploy.embedded.composition import Deployment
from deploy.embedded.environment import Ports
from deploy.embedded.settings import EmbeddedSettings
from journey.account import Account
from journey.flow import settle
from journey.journey import Journey
from journey.platform import Platform
from libs.shared.base.settings import Profile
from libs.shared.client.addresses import Addresses
from libs.shared.eventlog.factory import open_event_log
from synthetic import municipality
from synthetic.forecast import FileForecast, Forecast
from tests.e2e.faults import Faults
from tests.e2e.phases import CODE, STEPS, PhaseKills

PIECE = "2048"


class Killer:
    """Causes its faults before chosen files are sent, one after the other, and waits until each is done.

    Killing the relay may take several files; the other faults follow after it.
    """

    def __init__(self, faults: Faults, forecast: Forecast, folder: Path) -> None:
        self.faults = faults
        self.last = [file.path for file in forecast.files if file.kind == "absence"][-1]
        self.hunt: asyncio.Task[None] | None = None
        self.phases = PhaseKills(faults, folder, worker="absence_ingest-worker", api="absence_ingest-api")
        self.harm = [*self.phases.harm, self.evaluation_begins]

    async def __call__(self, file: FileForecast) -> None:
        if file.kind != "absence":
            return
        if self.hunt is None:
            await settle(self.faults.platform)  # otherwise a current batch would count as older records
            before = await self.faults.log_ahead_of_outbox()
            self.hunt = asyncio.create_task(self.relay(before))
        elif self.hunt.done() and self.harm:
            await self.hunt
            await self.harm.pop(0)(file)
        if file.path == self.last:
            await self.hunt
            await self.faults.kill_behind("evaluation", "evaluation_export-worker", "evaluation_export")

    async def relay(self, before: int) -> None:
        """Kill absence_ingest's relay in the middle of a batch, while files are processed."""
        await self.faults.kill_when(
            "relay", "absence_ingest-worker", lambda: self.faults.in_the_middle_of_a_batch(before), seconds=180
        )

    async def evaluation_begins(self, file: FileForecast) -> None:
        """Halt evaluation's worker, so that it falls behind."""
        await self.faults.halt("evaluation_export-worker")


@pytest.mark.kafka
@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_the_journey_on_kafka_survives_six_kills_with_the_same_numbers(
    kafka_bootstrap: str, home: Path, port_base: int, tmp_path: Path
) -> None:
    account = Account(lambda text: print(text, end=""))
    bus = f"kafka://{kafka_bootstrap}"
    deployment = Deployment(
        home,
        Ports(port_base),
        Profile.DEVELOPMENT,
        report=account.say,
        event_log=bus,
        split=True,
        more={"IMPORT_CHUNK_BYTES": PIECE, "IMPORT_TOGETHER_BYTES": "0"},
        settings=EmbeddedSettings(live_answer=600),  # a halted process must stay halted until it is killed
    )
    log = open_event_log(bus, client_id="e2e")
    try:
        await deployment.start()
        await log.start()
        forecast = municipality.write(tmp_path, code=CODE, pupils=600, seed=7)
        async with Platform(Addresses.local(port_base)) as platform:
            faults = Faults(deployment, platform, log)
            killer = Killer(faults, forecast, tmp_path)
            try:
                await Journey(account, platform, forecast, tmp_path, log, before=killer).walk()
            finally:
                await faults.close()
        print("hit:", faults.hit)
        assert set(faults.hit) == {"relay", "receiving", *STEPS, "evaluation"}
        assert account.mismatches == []
        assert account.checks > 100
    finally:
        await log.close()
        await deployment.stop()
