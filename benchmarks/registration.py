"""The country's roster over HTTP, end to end: schools, classes and pupils of municipality after municipality, until
each receipt says completed.

By then the rows are parsed, judged, encrypted and stored, the change feed has its entries, and the events are in the
outbox. The service runs as in the embedded deployment; the other services are stopped, and the relay publishes nothing
(see ``absence``). The peer is PostgreSQL's COPY of the rows that were stored, right afterwards, into empty tables with
the same indexes and checks: a pupil's row of the file is a row in three tables, with two or three keys.

The small size is one average municipality, the large one ten. ``roster-country`` is all 98, and takes minutes, so it
runs only when it is named.
"""

import asyncio
import io
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.figures import Figure, Size, middle
from benchmarks.report import Report
from benchmarks.service_alone import ServiceAlone, service_alone
from libs.shared.base.municipalities import municipality_codes
from libs.shared.client.registration.client import Registration
from synthetic import country
from synthetic.layout import Layout, lay_out

SERVICE = "registration"
GOAL, LIMIT_MB, UNCHANGED_SECONDS = 0.1, 300.0, 2.0
TABLES = ("school", "class_", "pupil", "pupil_key", "membership")
KINDS = ("schools", "classes", "pupils")
MUNICIPALITIES = {Size.SMALL: 1, Size.LARGE: 10}
AVERAGE = country.PUPILS // len(municipality_codes())
SCHOOL_PUPILS, SEED = 700, 7
TRIES = 3
BOUND_SECONDS = 3600


async def run(sizes: Sequence[Size], report: Report) -> None:
    """Report rows a second beside COPY, the memory, and the time of a school's complete snapshot without a change."""
    for size in sizes:
        await _whole(MUNICIPALITIES[size], MUNICIPALITIES[size] * AVERAGE, report)
    async with asyncio.timeout(BOUND_SECONDS), service_alone(SERVICE) as service:
        await _unchanged(service, report)


async def run_country(_sizes: Sequence[Size], report: Report) -> None:
    """The same for all municipalities; there is one size."""
    await _whole(len(municipality_codes()), country.PUPILS, report)


async def _whole(municipalities: int, pupils: int, report: Report) -> None:
    async with asyncio.timeout(BOUND_SECONDS), service_alone(SERVICE) as service, service.relay_at_rest():
        laid_out = list(country.layouts(pupils, municipalities=municipalities))
        taken = [await _take_in(service, layout, report) for layout in laid_out]
        rows, seconds = sum(each.rows for each in taken), sum(each.seconds for each in taken)
        by_copy = await copied(service)
    size = f"{rows:,} rows"
    report.add(
        Figure("roster from CSV over HTTP", size, rows / seconds, "rows/s", "COPY", rows / by_copy, GOAL, True, rows)
    )
    most = max(each.megabytes for each in taken)
    report.add(Figure(f"{SERVICE}: most memory", size, most, "MB", "limit", LIMIT_MB, 1.0, scale=rows))


@dataclass(frozen=True, slots=True)
class _Taken:
    """A municipality's roster that was imported."""

    rows: int
    seconds: float
    megabytes: float


async def _take_in(service: ServiceAlone, layout: Layout, report: Report) -> _Taken:
    secretariat = await service.platform.caller("secretariat")
    await Registration(secretariat).set_municipality(layout.code, "accepted")
    rows, seconds, megabytes = 0, 0.0, 0.0
    for kind in KINDS:
        content = country.csv(layout, kind)
        count = content.count(b"\n") - 1
        sent = await service.send(content, code=layout.code, counts=(count, 0), kind=kind)
        rows, seconds, megabytes = rows + count, seconds + sent.seconds, max(megabytes, sent.megabytes)
    report.say(f"{layout.code}: {rows:,} rows in {seconds:.1f} s, {megabytes:.0f} MB")
    return _Taken(rows, seconds, megabytes)


async def copied(service: ServiceAlone) -> float:
    """Seconds PostgreSQL takes to COPY what was stored into empty tables with the same definitions."""
    connection = await service.made.database(SERVICE)
    try:
        seconds = 0.0
        for table in TABLES:
            stored = io.BytesIO()
            await connection.copy_from_table(table, output=stored)
            taken = []
            for _ in range(TRIES):
                await connection.execute("DROP TABLE IF EXISTS peer")
                await connection.execute(f"CREATE TABLE peer (LIKE {table} INCLUDING ALL)")
                stored.seek(0)
                began = time.perf_counter()
                await connection.copy_to_table("peer", source=stored)
                taken.append(time.perf_counter() - began)
            await connection.execute("DROP TABLE peer")
            seconds += middle(taken)
        return seconds
    finally:
        await connection.close()


async def _unchanged(service: ServiceAlone, report: Report) -> None:
    """A complete snapshot of a school that has not changed, against the limit."""
    layout = lay_out(municipality_codes()[0], 2 * SCHOOL_PUPILS, SEED, schools=2)
    await _take_in(service, layout, report)
    school = layout.schools[0].institution_number
    head, *lines = country.csv(layout, "pupils").splitlines(keepends=True)
    own = [line for line in lines if f";{school};".encode() in line]
    content = head + b"".join(own)
    parameters = {"kind": "pupils", "scope": "complete", "institution": school, "school_year": "2022/2023"}
    seconds = []
    for number in range(TRIES):
        sent = await service.send(
            content,
            code=layout.code,
            counts=(0, len(own)),
            source="benchmark",
            source_moment=f"2023-05-0{number + 1}T06:00:00+02:00",
            **parameters,
        )
        seconds.append(sent.seconds)
    size = f"{len(own):,} pupils"
    report.add(Figure("unchanged snapshot", size, middle(seconds), "s", "limit", UNCHANGED_SECONDS, 1.0))
