"""SkoleGrunddata over HTTP, end to end: the file of each school of a municipality, sent as it is, until its receipt
says completed. The service and the peer, COPY of what was stored, are those of ``registration``; a row is a class or a
pupil. Municipalities send at the same time, as there, each the files of its schools one after another. Then a school's
file is sent again and again, each a day newer and without a change.
"""

import asyncio
import re
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks import roster_copy
from benchmarks.figures import Figure, Size, middle
from benchmarks.registration import BOUND_SECONDS, LIMIT_MB, SERVICE, TRIES, UNCHANGED_SECONDS
from benchmarks.report import Report
from benchmarks.service_alone import PATIENT_SECONDS, Sent, ServiceAlone, at_once, service_alone
from libs.shared.base.municipalities import municipality_codes
from libs.shared.client.registration.client import Registration
from synthetic import country
from synthetic.layout import lay_out
from synthetic.skolegrunddata import files
from synthetic.skolegrunddata.forecast import SnapshotForecast

CODE, SEED = municipality_codes()[0], 7
PUPILS = {Size.SMALL: 2_000, Size.LARGE: 20_000}
MUNICIPALITY_PUPILS = 1_000
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
            codes = municipality_codes()[: max(1, pupils // MUNICIPALITY_PUPILS)]
            senders, first = [], 0
            for code in codes:
                written = await _prepared(service, Path(folder), code, pupils // len(codes), first=first)
                first = lay_out(code, pupils // len(codes), SEED, first).next_number
                senders.append(partial(_send_all, service, Path(folder) / code, code, written))
            service.look_seconds = PATIENT_SECONDS
            began = time.perf_counter()
            sent = [each for of_one in await at_once(senders) for each in of_one]
            seconds = time.perf_counter() - began
        rows = sum(each.receipt["accepted"] for each in sent)
        report.say(f"{len(sent)} files of {len(codes)} municipalities, {rows:,} rows in {seconds:.1f} s")
        by_copy = await roster_copy.copied(service)
    roster_copy.add(report, "SkoleGrunddata over HTTP", rows, seconds, by_copy)
    most = max(each.megabytes for each in sent)
    report.add(Figure("SkoleGrunddata: most memory", f"{rows:,} rows", most, "MB", "limit", LIMIT_MB, 1.0, scale=rows))


async def _send_all(service: ServiceAlone, folder: Path, code: str, written: Sequence[SnapshotForecast]) -> list[Sent]:
    """Send the files of a municipality's schools in turn."""
    return [await _send(service, (folder / each.path).read_bytes(), each, code) for each in written]


async def _unchanged(report: Report) -> None:
    async with asyncio.timeout(BOUND_SECONDS), service_alone(SERVICE) as service:
        with tempfile.TemporaryDirectory() as folder:
            told = (await _prepared(service, Path(folder), CODE, 2 * SCHOOL_PUPILS, schools=2))[0]
            content = (Path(folder) / CODE / told.path).read_bytes()
        await _send(service, content, told, CODE)
        seconds = []
        for day in range(3, 3 + TRIES):
            newer = _MOMENT.sub(f'sourceDateTime="2023-05-{day:02}'.encode(), content)
            seconds.append((await _send(service, newer, told, CODE, changed=False)).seconds)
    size = f"{told.pupils:,} pupils"
    report.add(Figure("unchanged SkoleGrunddata", size, middle(seconds), "s", "limit", UNCHANGED_SECONDS, 1.0))


async def _prepared(
    service: ServiceAlone, folder: Path, code: str, pupils: int, *, first: int = 0, schools: int | None = None
) -> list[SnapshotForecast]:
    """The files, in ``folder / code``, of a municipality that takes part and whose schools are registered; its pupils
    are numbered from ``first`` on.
    """
    secretariat = await service.platform.caller("secretariat")
    await Registration(secretariat).set_municipality(code, "accepted")
    content = country.csv(lay_out(code, pupils, SEED, first, schools), "schools")
    await service.send(content, code=code, counts=(content.count(b"\n") - 1, 0), kind="schools")
    packages, years = ("fullmyndighed",), (1,)
    return await asyncio.to_thread(
        files.write,
        folder / code,
        code=code,
        pupils=pupils,
        seed=SEED,
        first_pupil=first,
        packages=packages,
        years=years,
        dirty=False,
        schools=schools,
    )


async def _send(
    service: ServiceAlone,
    content: bytes,
    told: SnapshotForecast,
    code: str,
    *,
    changed: bool = True,
) -> Sent:
    rows = told.classes + told.pupils
    counts = (rows, 0) if changed else (0, rows)
    return await service.send(content, code=code, counts=counts, content_type="application/xml", kind="skolegrunddata")
