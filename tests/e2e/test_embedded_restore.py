"""A backup is made while files arrive, the home is destroyed, and the platform is restored on other ports and
continues.
"""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from deploy.embedded.backups import after_restore
from deploy.embedded.backups.making import back_up
from deploy.embedded.backups.restoring import restore
from deploy.embedded.composition import Deployment
from deploy.embedded.environment import Ports
from journey import initiative
from journey.account import Account
from journey.flow import count, read_at_rest, reconcile, settle
from journey.initiative import Secretariat
from journey.platform import Platform
from journey.sending import Sent, send_files
from libs.shared.base.settings import Profile
from libs.shared.client.addresses import Addresses
from libs.shared.client.imports.client import Imports
from libs.shared.client.imports.models import Receipt
from libs.shared.contracts.topics import SERVICES
from libs.shared.eventlog.factory import open_event_log
from synthetic import municipality
from synthetic.forecast import FileForecast, Forecast
from tests.e2e.apart import assert_apart
from tests.e2e.faults import start_upload
from tests.realparts.ports import free_ports

CODE = "101"


async def upload(platform: Platform, folder: Path, file: FileForecast) -> Receipt:
    """Send a file; returns the receipt that acknowledges it."""
    caller = await platform.caller("municipality_integration", CODE)
    return await start_upload(caller, file, (folder / file.path).read_bytes(), CODE)


async def before(deployment: Deployment, forecast: Forecast, folder: Path, keys: Path) -> dict[str, Any]:
    """Send rosters, and then absence while the backup is made; returns the receipts and counts from before it began."""
    account = Account(lambda text: print(text, end=""))
    absence = [file for file in forecast.files if file.kind == "absence" and file.stage == "first"]
    async with Platform(Addresses.local(deployment.ports.base)) as platform:
        await initiative.divide(Secretariat(account, platform))
        caller = await platform.caller("municipality_integration", CODE)
        for service in ("registration", "absence_ingest"):
            first = [file for file in forecast.files if file.stage == "first" and file.service == service]
            files = [file for file in first if file not in absence]
            await send_files(account, caller, files, municipality=CODE, folder=folder, sent=Sent())
            await settle(platform)
        known = [(await upload(platform, folder, file)).id for file in absence[:2]]
        tables = (await count(platform)).tables
        making = asyncio.create_task(
            asyncio.to_thread(
                back_up, deployment.home, folder / "backup", keys, keys_in_folder=False, report=account.say
            )
        )
        for file in absence[2:-1]:
            await upload(platform, folder, file)
        await making
    assert account.fine
    return {"receipts": known, "pupils": tables["registration"]["pupil"]}


async def after(deployment: Deployment, forecast: Forecast, folder: Path, known: dict[str, Any]) -> Account:
    """Check that all acknowledged files are there, that the databases agree, and that later files are processed."""
    account = Account(lambda text: print(text, end=""))
    absence = [file for file in forecast.files if file.kind == "absence" and file.stage == "first"]
    async with Platform(Addresses.local(deployment.ports.base)) as platform:
        caller = await platform.caller("municipality_integration", CODE)
        imports = Imports(caller, "absence_ingest")
        for receipt_id in known["receipts"]:
            await imports.final(await imports.receipt(receipt_id), seconds=60)
        tables = (await settle(platform)).tables
        account.check("pupils", tables["registration"]["pupil"], known["pupils"])
        account.check("pupils in absence_ingest", tables["absence_ingest"]["pupil"], known["pupils"])
        account.check("pupils in evaluation", tables["evaluation_export"]["pupil"], known["pupils"])
        months = tables["absence_ingest"]["pupil_month"]
        assert months > 0
        # A sender that lost its answers sends everything again: known rows are unchanged.
        await send_files(Account(print), caller, absence, municipality=CODE, folder=folder, sent=Sent())
        assert deployment.environment is not None
        log = open_event_log(deployment.environment.bus, client_id="e2e")
        await log.start()
        try:
            counts, on_the_log = await read_at_rest(platform, log, "restored")
        finally:
            await log.close()
        reconcile(account, counts, on_the_log)
        later = counts.tables["absence_ingest"]["pupil_month"]
        assert later > months, "later changes were taken"
        account.check("pupil-months in evaluation", counts.tables["evaluation_export"]["pupil_month"], later)
        account.check("pupil-months in registration", counts.tables["registration"]["pupil_month"], later)
    return account


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_a_destroyed_home_is_restored_from_a_backup_made_while_files_came_in(
    home: Path, port_base: int, tmp_path: Path
) -> None:
    forecast = municipality.write(tmp_path, code=CODE, pupils=150, seed=7)
    keys = tmp_path / "elsewhere" / "keys.json"
    deployment = Deployment(home, Ports(port_base), Profile.DEVELOPMENT, report=print)
    try:
        await deployment.start()
        assert_apart(deployment)
        other = Ports(free_ports())
        known = await before(deployment, forecast, tmp_path, keys)
    finally:
        await deployment.stop()
    shutil.rmtree(home)
    restore(home, tmp_path / "backup", keys, replace=False, report=print)
    again = Deployment(home, other, Profile.DEVELOPMENT, report=print)
    try:
        await again.start()
        assert_apart(again)
        account = await after(again, forecast, tmp_path, known)
        assert await raised(again) == list(SERVICES)
    finally:
        await again.stop()
    assert account.mismatches == []
    assert after_restore.owing(home) == []


async def raised(deployment: Deployment) -> list[str]:
    """The services whose versions have been raised."""
    assert deployment.environment is not None
    found = []
    for service in SERVICES:
        connection = await asyncpg.connect(deployment.environment.address(service, "owner"))
        try:
            if await connection.fetchval("SELECT raised_by FROM version_raise"):
                found.append(service)
        finally:
            await connection.close()
    return found
