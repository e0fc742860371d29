"""Absence over HTTP, end to end: a file sent to ``absence_ingest`` until its receipt says completed.

By then the rows are parsed, validated and stored and their events are in the outbox. The service runs as in the
embedded deployment (API and worker in one process). The other services are stopped, so that they use no processor time.
Schools, calendars and pupils reach the service as events beforehand, as registration publishes them. Two peers are
measured in the same run on the same server:

- PostgreSQL's COPY of the rows that were stored, right afterwards, into an empty table with the same indexes and
  checks. It is measured with the rows in the file's order, and again with the rows sorted by the primary key. The
  sorting is not measured.
- A plain FastAPI and SQLModel service that stores row by row (``peers``), with a smaller file.

Then the same file is sent again.

The relay normally publishes events while the file is written, and uses processor time for it. The first figures include
that. The figures with a goal are measured while another connection holds the relay's lock, as where several workers
run, so they are the cost of the file alone.
"""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from benchmarks import stages
from benchmarks.absence_service import AbsenceService, Order, absence_service
from benchmarks.figures import Figure, Size, middle
from benchmarks.peers.running import row_by_row
from benchmarks.report import Report

GOAL, AGAIN_GOAL, PEER_GOAL = 0.3, 2.0, 15.0
"""The least ratio to COPY, to the first time, and to the service that stores row by row."""

LIMIT_MB = 300.0
ROWS = {Size.SMALL: 20_000, Size.LARGE: 200_000}
WARM_UP_ROWS = 1_000
PEER_ROWS = 2_000
COPIES = AGAIN = 3
BOUND_SECONDS = 900


async def run(sizes: Sequence[Size], report: Report) -> None:
    """Report rows a second at each size beside both peers, the memory, and the time of each stage."""
    async with asyncio.timeout(BOUND_SECONDS), absence_service() as service:
        plain = await _row_by_row(service)
        report.say(f"row by row: {plain:,.0f} rows/s")
        await _take_in(service, WARM_UP_ROWS)
        for size in sizes:
            report.add(_of_copy("absence over HTTP, relay at work", await _take_in(service, ROWS[size])))
        async with service.alone.relay_at_rest():
            await _take_in(service, WARM_UP_ROWS)
            for size in sizes:
                await _measure(service, ROWS[size], plain, report)
    await stages.run(ROWS[sizes[-1]], report)


class _Taken(NamedTuple):
    """A file of new pupils: its number of rows; rows a second of the service, of COPY and of COPY of sorted rows; the
    service's highest memory in MB.
    """

    content: bytes
    rows: int
    rate: float
    copied: float
    sorted: float
    megabytes: float


async def _measure(service: AbsenceService, rows: int, plain: float, report: Report) -> None:
    taken = await _take_in(service, rows)
    again = [await service.send(taken.content, accepted=0, unchanged=rows) for _ in range(AGAIN)]
    size, rate = f"{rows:,} rows", rows / middle(sent.seconds for sent in again)
    most = max(taken.megabytes, *(sent.megabytes for sent in again))
    report.add(_of_copy("absence over HTTP", taken, goal=GOAL))
    report.add(Figure("absence over HTTP", size, taken.rate, "rows/s", "COPY of sorted rows", taken.sorted, None, True))
    report.add(
        Figure("absence over HTTP", size, taken.rate, "rows/s", "row by row", plain, PEER_GOAL, more_is_better=True)
    )
    report.add(Figure("the same file again", size, rate, "rows/s", "first time", taken.rate, AGAIN_GOAL, True, rows))
    report.add(Figure("absence_ingest: most memory", size, most, "MB", "limit", LIMIT_MB, 1.0, scale=rows))


def _of_copy(name: str, taken: _Taken, *, goal: float | None = None) -> Figure:
    size, copied = f"{taken.rows:,} rows", taken.copied
    return Figure(name, size, taken.rate, "rows/s", "COPY", copied, goal, more_is_better=True, scale=taken.rows)


async def _take_in(service: AbsenceService, rows: int) -> _Taken:
    """Import a file of new pupils, and measure COPY of the rows that were stored.

    Raises ``RuntimeError`` unless the outbox has one event for each pupil-month.
    """
    municipality = service.municipality(rows)
    await service.make_known(municipality)
    content, before = municipality.file(), await service.events()
    sent = await service.send(content, accepted=rows)
    written = await service.events() - before
    if written != municipality.months():
        raise RuntimeError(f"{written} events in the outbox, {municipality.months()} pupil-months were sent")
    copied = {order: middle([await service.copy(municipality, rows, order) for _ in range(COPIES)]) for order in Order}
    rates = (rows / sent.seconds, rows / copied[Order.FILE], rows / copied[Order.KEY])
    return _Taken(content, rows, *rates, sent.megabytes)


async def _row_by_row(service: AbsenceService) -> float:
    """Rows a second of the peer."""
    environment = service.alone.environment
    async with row_by_row(environment.admin_url, environment.base(), service.alone.made.home) as peer:
        await peer.take_in(service.municipality(PEER_ROWS))
        return PEER_ROWS / await peer.take_in(service.municipality(PEER_ROWS))
