"""The country's roster over HTTP, end to end: schools, classes and pupils of municipality after municipality, until
each receipt says completed.

By then the rows are parsed, judged, encrypted and stored, the change feed has its entries, and the events are in the
outbox. The service runs as in the embedded deployment; the other services are stopped, and the relay publishes nothing
(see ``absence``). Municipalities send at the same time, a few of them (``AT_ONCE``), each its files one after another.
The time is that from the first byte to the last final receipt. The peer is COPY of what was stored (``roster_copy``).

The small size is one average municipality, the large one ten. ``roster-country`` is all 98, and takes minutes, so it
runs only when it is named.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from benchmarks import roster_copy
from benchmarks.figures import Figure, Size, middle
from benchmarks.report import Report
from benchmarks.service_alone import PATIENT_SECONDS, ServiceAlone, at_once, service_alone
from libs.shared.base.municipalities import municipality_codes
from libs.shared.client.registration.client import Registration
from synthetic import country
from synthetic.layout import Layout, lay_out

SERVICE = "registration"
LIMIT_MB, UNCHANGED_SECONDS = 300.0, 2.0
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
        rosters = [
            await _prepared(service, layout) for layout in country.layouts(pupils, municipalities=municipalities)
        ]
        service.look_seconds = PATIENT_SECONDS
        began = time.perf_counter()
        taken = await at_once([partial(_take_in, service, roster, report) for roster in rosters])
        seconds = time.perf_counter() - began
        by_copy = await roster_copy.copied(service)
    rows = sum(each.rows for each in taken)
    size = f"{rows:,} rows"
    roster_copy.add(report, "roster from CSV over HTTP", rows, seconds, by_copy)
    most = max(each.megabytes for each in taken)
    report.add(Figure(f"{SERVICE}: most memory", size, most, "MB", "limit", LIMIT_MB, 1.0, scale=rows))


@dataclass(frozen=True, slots=True)
class _Roster:
    """A municipality's files, by kind in the order in which they are sent."""

    code: str
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class _Taken:
    """A municipality's roster that was imported."""

    rows: int
    megabytes: float


async def _prepared(service: ServiceAlone, layout: Layout) -> _Roster:
    """The files of a municipality that takes part from now on."""
    secretariat = await service.platform.caller("secretariat")
    await Registration(secretariat).set_municipality(layout.code, "accepted")
    return _Roster(layout.code, {kind: country.csv(layout, kind) for kind in KINDS})


async def _take_in(service: ServiceAlone, roster: _Roster, report: Report) -> _Taken:
    rows, megabytes, began = 0, 0.0, time.perf_counter()
    for kind, content in roster.files.items():
        count = content.count(b"\n") - 1
        sent = await service.send(content, code=roster.code, counts=(count, 0), kind=kind)
        rows, megabytes = rows + count, max(megabytes, sent.megabytes)
    report.say(f"{roster.code}: {rows:,} rows in {time.perf_counter() - began:.1f} s, {megabytes:.0f} MB")
    return _Taken(rows, megabytes)


async def _unchanged(service: ServiceAlone, report: Report) -> None:
    """A complete snapshot of a school that has not changed, against the limit."""
    layout = lay_out(municipality_codes()[0], 2 * SCHOOL_PUPILS, SEED, schools=2)
    await _take_in(service, await _prepared(service, layout), report)
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
