"""A country's school year of absence, file after file: memory must stay within its limit, and the last rows must cost
about as much as the first.

By default seven million rows of 350,000 pupils are sent in files of 350,000 rows, over HTTP to the embedded deployment,
while the relay publishes nothing (see ``absence``). Pupils are written directly to the service's tables. It takes some
minutes and about ten gigabytes of disk, so it runs only when it is named.
"""

import asyncio
from collections.abc import Sequence

from benchmarks.absence import AGAIN_GOAL, LIMIT_MB
from benchmarks.absence_service import SERVICE, absence_service
from benchmarks.directory import make_known
from benchmarks.figures import Figure, Size, middle
from benchmarks.report import Report

FILES = {Size.SMALL: 5, Size.LARGE: 20}
ROWS = 350_000
EDGE = 3
"""The number of files at the start and at the end that are compared, by the median of each group."""

GOAL = 1.2
BOUND_SECONDS = 3600


async def run(sizes: Sequence[Size], report: Report) -> None:
    """Report memory, and the cost of a row at the end beside that at the start; the small size is a quarter of the
    country.
    """
    files = FILES[sizes[-1]]
    async with asyncio.timeout(BOUND_SECONDS), absence_service() as service:
        connection = await service.alone.made.database(SERVICE)
        try:
            municipalities = [service.municipality(ROWS) for _ in range(files)]
            for municipality in municipalities:
                await make_known(connection, municipality)
            await connection.execute("ANALYZE")
        finally:
            await connection.close()
        async with service.alone.relay_at_rest():
            costs, megabytes = [], []
            for number, municipality in enumerate(municipalities, start=1):
                sent = await service.send(municipality.file(), accepted=ROWS)
                costs.append(1e6 * sent.seconds / ROWS)
                megabytes.append(sent.megabytes)
                report.say(f"file {number} of {files}: {costs[-1]:.1f} µs per row, {megabytes[-1]:.0f} MB")
            again = await service.send(municipalities[-1].file(), accepted=0, unchanged=ROWS)
    size = f"{files * ROWS:,} rows"
    start, end = middle(costs[:EDGE]), middle(costs[-EDGE:])
    report.add(Figure("a row at the end", size, end, "µs", "a row at the start", start, GOAL))
    report.add(Figure(f"{SERVICE}: most memory", size, max(megabytes), "MB", "limit", LIMIT_MB, 1.0))
    first = 1e6 / costs[-1]
    report.add(
        Figure("the last file again", size, ROWS / again.seconds, "rows/s", "first time", first, AGAIN_GOAL, True)
    )
