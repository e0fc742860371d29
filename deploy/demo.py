"""``python -m deploy.demo``: set up and start the four services, run the journey, report what happened, and keep
serving.
"""

import asyncio
import os
import shutil
import signal
import sys
import time
from pathlib import Path

from deploy.embedded.composition import Deployment
from deploy.embedded.environment import Ports
from deploy.embedded.home import default_home
from journey.account import Account
from journey.journey import Journey
from journey.platform import SERVICES, Platform
from libs.shared.base.errors import Problem
from libs.shared.base.settings import Profile
from libs.shared.client.addresses import Addresses
from libs.shared.eventlog.factory import open_event_log
from synthetic import municipality

FILES = Path("demo-files")
CODE, PUPILS, SEED = "101", 600, 7
ROLES = (
    ("municipality_integration", True),
    ("resource_team", True),
    ("secretariat", False),
    ("evaluator", False),
    ("ops", False),
)


async def show_addresses(account: Account, platform: Platform) -> None:
    """Write the addresses of the APIs' documentation, and tokens to try them with."""
    account.head("The services keep running; try them")
    for service in SERVICES:
        account.say(f"{service:<22}{platform.addresses.of(service)}/docs")
    account.say("development tokens, good for eight hours (Authorization: Bearer …):")
    for role, bound in ROLES:
        caller = await platform.caller(role, *([CODE] if bound else []))
        account.say(f"{role}:\n   {await caller.tokens.token()}")


async def walk(deployment: Deployment, account: Account) -> None:
    """Start the deployment, write the files and run the journey."""
    began = time.monotonic()
    account.head("Starting four services on an embedded PostgreSQL")
    environment = await deployment.start()
    account.head("A municipality's files")
    forecast = municipality.write(FILES, code=CODE, pupils=PUPILS, seed=SEED)
    async with Platform(Addresses.local(deployment.ports.base)) as platform:
        log = open_event_log(environment.bus, client_id="demo")
        await log.start()
        try:
            await Journey(account, platform, forecast, FILES, log).walk()
        finally:
            await log.close()
        account.say(f"All of it took {time.monotonic() - began:.0f} s.")
        if account.fine and not os.environ.get("ONCE"):
            await show_addresses(account, platform)


async def run(home: Path, ports: Ports) -> int:
    """Run the demo. Returns 0 if every number was the expected one, 1 if not, 130 if it was stopped before the end."""
    account = Account(lambda text: print(text, end="", flush=True))
    deployment = Deployment(home, ports, Profile.DEVELOPMENT, report=account.say)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    journey = asyncio.ensure_future(walk(deployment, account))

    def end() -> None:
        stop.set()
        journey.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)
    try:
        deployment.wipe()
        await journey
        if account.fine and not os.environ.get("ONCE"):
            account.say("Ctrl-C stops.")
            await stop.wait()
    except asyncio.CancelledError:
        account.say("Stopped.")
        return 130
    finally:
        await deployment.stop()
    return 0 if account.fine else 1


def main() -> int:
    """Return the exit code of ``run``, or 2 if the deployment could not start."""
    home = default_home(os.environ) / "demo"
    shutil.rmtree(FILES, ignore_errors=True)
    try:
        return asyncio.run(run(home, Ports(int(os.environ.get("PORT_BASE") or "8001"))))
    except Problem as problem:
        sys.stderr.write(f"{problem.messages['da']}\n{problem.messages['en']}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
