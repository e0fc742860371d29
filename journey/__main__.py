"""``python -m journey --base-port N --event-log URL``: run the journey on a platform that is already running.

The services answer on four consecutive ports from ``--base-port``, the development issuer on the fifth. Exits 0 only if
every number is the expected one.
"""

import argparse
import asyncio
import sys
from pathlib import Path

from journey.account import Account
from journey.journey import Journey
from journey.platform import Platform
from libs.shared.client.addresses import Addresses
from libs.shared.eventlog.factory import open_event_log
from synthetic import municipality


async def walk(base: int, event_log: str, folder: Path) -> int:
    """Write the files to ``folder`` and run the journey; returns the exit code."""
    account = Account(sys.stdout.write)
    forecast = municipality.write(folder, code="101", pupils=600, seed=7)
    log = open_event_log(event_log, client_id="journey")
    await log.start()
    try:
        async with Platform(Addresses.local(base)) as platform:
            await Journey(account, platform, forecast, folder, log).walk()
    finally:
        await log.close()
    return 0 if account.fine else 1


def main() -> int:
    """Return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m journey", description=__doc__)
    parser.add_argument("--base-port", type=int, default=8001)
    parser.add_argument("--event-log", required=True, help="where the services' events are, to count them")
    parser.add_argument("--files", type=Path, default=Path("demo-files"))
    given = parser.parse_args()
    return asyncio.run(walk(given.base_port, given.event_log, given.files))


if __name__ == "__main__":
    sys.exit(main())
