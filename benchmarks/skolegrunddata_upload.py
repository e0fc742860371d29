"""SkoleGrunddata over HTTP, end to end: the file of each school of a municipality, sent as it is, until its receipt
says completed. The service and the peer, COPY of what was stored, are those of ``registration``; a row is a class or a
pupil. Then a school's file is sent again and again, each a day newer and without a change.
"""

import asyncio
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.figures import Figure, Size, middle
from benchmarks.registration import BOUND_SECONDS, GOAL, LIMIT_MB, SERVICE, TRIES, UNCHANGED_SECONDS, copied
from benchmarks.report import Report
from benchmarks.service_alone import Sent, ServiceAlone, service_alone
from libs.shared.base.municipalities import municipality_codes
from libs.shared.client.registration.client import Registration
from synthetic import country
from synthetic.layout import lay_out
from synthetic.skolegrunddata import files
from synthetic.skolegrunddata.forecast import SnapshotForecast

CODE, SEED = municipality_codes()[0], 7
PUPILS = {Size.SMALL: 2_000, Size.LARGE: 20_000}
SCHOOL_PUPILS = 700
_MOMENT = re.compile(rb'sourceDateTime="2023-05-02')


async def run(sizes: Sequence[Size], report: Report) -> None:
    """Report rows a second beside COPY, the memory, and the time of a school's file without a change."""
    for size in sizes:
        await _whole(PUPILS[size], report)
    await _unchanged(report)


async def _whole(pupils: int, report: Report) -> None:
    async with asyncio.timeout(BOUND_SECONDS), service_alone(SERVICE) as service, service.relay_at_rest():
        with tempfile.TemporaryDirectory() as folder:
            written = await _prepared(service, Path(folder), pupils)
            sent = [await _send(service, (Path(folder) / each.path).read_bytes(), each) for each in written]
        rows, seconds = sum(each.classes + each.pupils for each in written), sum(each.seconds for each in sent)
        report.say(f"{len(written)} files, {rows:,} rows in {seconds:.1f} s")
        by_copy = await copied(service)
    size = f"{rows:,} rows"
    report.add(
        Figure("SkoleGrunddata over HTTP", size, rows / seconds, "rows/s", "COPY", rows / by_copy, GOAL, True, rows)
    )
    most = max(each.megabytes for each in sent)
    report.add(Figure("SkoleGrunddata: most memory", size, most, "MB", "limit", LIMIT_MB, 1.0, scale=rows))


async def _unchanged(report: Report) -> None:
    async with asyncio.timeout(BOUND_SECONDS), service_alone(SERVICE) as service:
        with tempfile.TemporaryDirectory() as folder:
            told = (await _prepared(service, Path(folder), 2 * SCHOOL_PUPILS, schools=2))[0]
            content = (Path(folder) / told.path).read_bytes()
        await _send(service, content, told)
        seconds = []
        for day in range(3, 3 + TRIES):
            newer = _MOMENT.sub(f'sourceDateTime="2023-05-{day:02}'.encode(), content)
            seconds.append((await _send(service, newer, told, changed=False)).seconds)
    size = f"{told.pupils:,} pupils"
    report.add(Figure("unchanged SkoleGrunddata", size, middle(seconds), "s", "limit", UNCHANGED_SECONDS, 1.0))


async def _prepared(
    service: ServiceAlone, folder: Path, pupils: int, schools: int | None = None
) -> list[SnapshotForecast]:
    """The files of a municipality that takes part and whose schools are registered."""
    secretariat = await service.platform.caller("secretariat")
    await Registration(secretariat).set_municipality(CODE, "accepted")
    content = country.csv(lay_out(CODE, pupils, SEED, schools=schools), "schools")
    await service.send(content, code=CODE, counts=(content.count(b"\n") - 1, 0), kind="schools")
    packages, years = ("fullmyndighed",), (1,)
    return await asyncio.to_thread(
        files.write,
        folder,
        code=CODE,
        pupils=pupils,
        seed=SEED,
        packages=packages,
        years=years,
        dirty=False,
        schools=schools,
    )


async def _send(service: ServiceAlone, content: bytes, told: SnapshotForecast, *, changed: bool = True) -> Sent:
    rows = told.classes + told.pupils
    counts = (rows, 0) if changed else (0, rows)
    return await service.send(content, code=CODE, counts=counts, content_type="application/xml", kind="skolegrunddata")
