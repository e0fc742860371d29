"""A consumer in a process of its own that prints its peak memory in bytes.

``python -m tests.contract.events.heavy_reader LOG PREFIX DATABASE COUNT`` reads until COUNT events are taken.
"""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.events import WatchedHandling
from benchmarks.memory import pss_bytes
from benchmarks.throughput import NOTHING
from libs.shared.db.database import Database
from libs.shared.eventlog.factory import open_event_log
from libs.shared.events.arrivals import Arrival
from libs.shared.events.consumer import Consumer
from libs.shared.runtime.collector import calm_collector
from tests.factories.own_topics import OwnTopics
from tests.realparts.eventlogs import QUICK

GROUP = "evaluation_export"


async def main(log_url: str, prefix: str, database_url: str, count: int) -> int:
    """The peak memory in bytes. Raises ``TimeoutError`` after two minutes."""
    calm_collector()
    inner, db, stop = (
        open_event_log(log_url, client_id="test-heavy", times=QUICK),
        Database(database_url),
        asyncio.Event(),
    )
    log, left, peak = OwnTopics(inner), count, 0
    log.prefix = prefix

    def seen(arrivals: Sequence[Arrival]) -> None:
        nonlocal left, peak
        left -= len(arrivals)
        peak = max(peak, pss_bytes(Path("/proc/self/smaps_rollup").read_text(encoding="ascii")))
        if left <= 0:
            stop.set()

    async with asyncio.timeout(120):
        await Consumer(log, WatchedHandling(db, GROUP, NOTHING, seen=seen)).run(stop)
    await inner.close()
    await db.close()
    return peak


if __name__ == "__main__":
    sys.stdout.write(str(asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))))
