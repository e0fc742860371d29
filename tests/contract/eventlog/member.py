"""A member in its own process, to be killed: ``python -m tests.contract.eventlog.member URL GROUP TOPIC``."""

import asyncio
import sys

from libs.shared.eventlog.factory import open_event_log
from tests.realparts.eventlogs import QUICK


async def main(url: str, group: str, topic: str) -> None:
    log = open_event_log(url, client_id="test-killed", times=QUICK)
    await log.start()
    member = log.consumer(group, [topic])
    await member.start()
    for _ in range(600):
        found = await member.poll(max_records=10, wait_seconds=0.1)
        if found:
            sys.stdout.write(f"read {len(found)}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
