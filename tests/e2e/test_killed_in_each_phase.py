"""A municipality's files while the process that works on them is killed in each phase; everything adds up."""

from pathlib import Path

import pytest

from deploy.embedded.composition import Deployment
from deploy.embedded.environment import Ports
from deploy.embedded.settings import EmbeddedSettings
from deploy.journey import municipal
from deploy.journey.account import Account
from deploy.journey.flow import read_log, reconcile, settle
from deploy.journey.municipal import Municipal
from deploy.journey.platform import Addresses, Platform
from deploy.journey.sending import Sent
from libs.shared.base.settings import Profile
from libs.shared.eventlog.factory import open_event_log
from synthetic import municipality
from tests.e2e.faults import Faults
from tests.e2e.phases import CODE, STEPS, PhaseKills

PIECE = "4096"


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_files_add_up_though_their_process_is_killed_while_receiving_staging_settling_and_applying(
    home: Path, port_base: int, tmp_path: Path
) -> None:
    account = Account(lambda text: print(text, end=""))
    deployment = Deployment(
        home,
        Ports(port_base),
        Profile.DEVELOPMENT,
        report=account.say,
        more={"IMPORT_CHUNK_BYTES": PIECE},
        settings=EmbeddedSettings(live_answer=600),  # what is halted here is to stay so until it is killed
    )
    try:
        environment = await deployment.start()
        forecast = municipality.write(tmp_path, code=CODE, pupils=150, seed=7)
        log = open_event_log(environment.bus, client_id="e2e")
        await log.start()
        try:
            async with Platform(Addresses.local(port_base)) as platform:
                faults = Faults(deployment, platform, log)
                kills = PhaseKills(faults, tmp_path, worker="absence_ingest", api="absence_ingest")
                work = Municipal(account, platform, forecast, tmp_path, Sent(), kills)
                await municipal.invite(work)
                await municipal.send_first(work)
                await municipal.correct(work)
                await municipal.send_late(work)
                reconcile(account, await settle(platform), await read_log(log, "killed"))
        finally:
            await log.close()
        print("hit:", faults.hit)
        assert set(faults.hit) == {"receiving", *STEPS}
        assert account.mismatches == []
    finally:
        await deployment.stop()
