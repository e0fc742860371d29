"""A country's school year of absence, file after file: memory stays where it is, and a row costs at the end what it
costs at the start.

Seven million rows of 350,000 pupils by default, in files of 350,000 rows, over HTTP into the embedded deployment while
nobody publishes (see ``absence``). Pupils are put straight into the service's tables. It takes some minutes and some
ten gigabytes of disk, so it runs by its name alone.
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
"""So many files at the start and at the end are held against each other, and the middle one of them counts."""

GOAL = 1.2
BOUND_SECONDS = 3600


async def run(sizes: Sequence[Size], report: Report) -> None:
    """Report memory, and the cost of a row at the end beside that at the start; a fifth of the country is small."""
    files = FILES[sizes[-1]]
    async with asyncio.timeout(BOUND_SECONDS), absence_service() as service:
        connection = await service.made.database(SERVICE)
        try:
            municipalities = [service.municipality(ROWS) for _ in range(files)]
            for municipality in municipalities:
                await make_known(connection, municipality)
            await connection.execute("ANALYZE")
        finally:
            await connection.close()
        async with service.relay_at_rest():
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
