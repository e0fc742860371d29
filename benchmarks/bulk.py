"""``python -m benchmarks.bulk ROWS``: import a file of ``ROWS`` rows twice, in this process and without HTTP.

Prints a line of JSON for each time: the receipt's counts, seconds, the highest memory (MB, proportional set size), and
the numbers of days, months and events afterwards. ``BULK_DATABASE`` is the address of a migrated database for the
application role, ``BULK_ADMIN`` its address for a superuser.
"""

import asyncio
import json
import os
import sys
import time
from contextlib import suppress

import asyncpg

from benchmarks.directory import make_known
from benchmarks.in_process import Imports
from benchmarks.memory import proportional_set_size
from benchmarks.municipality import Municipality
from benchmarks.places import running, until
from libs.shared.db.database import Database
from libs.shared.events.outbox import Outbox
from libs.shared.privacy.keys import KeyRing
from libs.shared.runtime.collector import calm_collector
from services.absence_ingest.absence.events import MonthPublisher
from services.absence_ingest.absence.use_cases import AbsenceImport

LOOK_SECONDS = 0.05


async def main(rows: int) -> None:
    """Import the file twice."""
    ring = KeyRing.generate()
    municipality = Municipality.of(rows, 0, ring.export())
    content = municipality.file()
    db = Database(os.environ["BULK_DATABASE"])
    admin = await asyncpg.connect(os.environ["BULK_ADMIN"])
    try:
        await make_known(admin, municipality)
        imports = Imports(db, ring, AbsenceImport(MonthPublisher(Outbox("absence_ingest"))))
        calm_collector()
        async with running(imports.worker().run):
            for _ in range(2):
                told = await _take_in(imports, content)
                for name, table in (("days", "absence_day"), ("months", "pupil_month"), ("events", "outbox")):
                    told[name] = await admin.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608 - tables of ours
                print(json.dumps(told), flush=True)
    finally:
        await admin.close()
        await db.close()


async def _take_in(imports: Imports, content: bytes) -> dict[str, float]:
    watching, began = asyncio.create_task(_most_memory()), time.perf_counter()
    receipt = await imports.receive(content)

    async def final() -> bool:
        return (await imports.receipt(receipt.id)).final

    await until(final, every=LOOK_SECONDS)
    seconds = time.perf_counter() - began
    watching.cancel()
    receipt = await imports.receipt(receipt.id)
    counts = {"accepted": receipt.accepted, "unchanged": receipt.unchanged}
    return {**counts, "seconds": seconds, "megabytes": await watching}


async def _most_memory() -> float:
    most = 0.0
    with suppress(asyncio.CancelledError):
        while True:
            most = max(most, proportional_set_size(os.getpid()) / 1e6)
            await asyncio.sleep(LOOK_SECONDS)
    return most


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
