"""SkoleGrunddata read without a server: every school of an invented municipality, compared with ElementTree.

The peer reads the same elements by ``iterparse`` and forgets each person at its end, without limits, rules or rows.
"""

import asyncio
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

from benchmarks.figures import Figure, Size, middle
from benchmarks.report import Report
from libs.shared.files.skolegrunddata.checking import check_snapshot
from libs.shared.files.skolegrunddata.reader import SnapshotReader
from libs.shared.files.unpack import PIECE
from synthetic.skolegrunddata import files

PUPILS = {Size.SMALL: 2_000, Size.LARGE: 20_000}
TODAY = date(2023, 9, 1)
ROUNDS = 3
_MEMORY_MEBIBYTES = 8.0
_MEBIBYTE = 1024 * 1024


async def run(sizes: Sequence[Size], report: Report) -> None:
    """Report pupils a second against the peer, and the most memory of reading one file."""
    await asyncio.to_thread(_run, sizes, report)


def _run(sizes: Sequence[Size], report: Report) -> None:
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            pupils = PUPILS[size]
            years, package = (1,), ("fullmyndighed",)
            written = files.write(
                Path(folder), code="101", pupils=pupils, seed=7, packages=package, years=years, dirty=False
            )
            paths = [Path(folder) / each.path for each in written]
            _add(report, pupils, paths)


def _add(report: Report, pupils: int, paths: Sequence[Path]) -> None:
    peer = pupils / middle([_seconds(_peer, paths, pupils) for _ in range(ROUNDS)])
    for name, work in (("SkoleGrunddata, read", _read), ("SkoleGrunddata, checked", _checked)):
        rate = pupils / middle([_seconds(work, paths, pupils) for _ in range(ROUNDS)])
        figure = Figure(
            name, f"{pupils:,} pupils", rate, "pupils/s", "ElementTree", peer, more_is_better=True, scale=pupils
        )
        report.add(figure)
    tracemalloc.start()
    _read(paths[0])
    most = tracemalloc.get_traced_memory()[1] / _MEBIBYTE
    tracemalloc.stop()
    report.add(
        Figure("SkoleGrunddata, memory", f"{pupils:,} pupils", most, "MiB", "limit", _MEMORY_MEBIBYTES, goal=1.0)
    )


def _seconds(work: Callable[[Path], int], paths: Sequence[Path], pupils: int) -> float:
    began = time.perf_counter()
    found = sum(work(path) for path in paths)
    seconds = time.perf_counter() - began
    if found != pupils:
        raise RuntimeError(f"{pupils} pupils were written, {found} were read")
    return seconds


def _read(path: Path) -> int:
    reader, found = SnapshotReader(TODAY), 0
    with path.open("rb") as opened:
        while piece := opened.read(PIECE):
            found += len(reader.feed(piece))
    return found + sum(row.kind == "pupils" for row in reader.end())


def _checked(path: Path) -> int:
    check = check_snapshot(path, today=TODAY)
    if not check.ok:
        raise RuntimeError(f"a clean file was refused: {check.problem}")
    return check.files[1].rows


def _peer(path: Path) -> int:
    found = 0
    for _, element in ElementTree.iterparse(path):  # noqa: S314 - a file of ours
        if element.tag.endswith("}InstitutionPerson"):
            roles = [each.text for each in element.iter() if each.tag.endswith("}Role")]
            found += "Elev" in roles
            element.clear()
    return found
