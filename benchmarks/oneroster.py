"""OneRoster read without a server: all schools of an invented municipality, compared with ``zipfile`` and ``csv``.

The peer reads the same files and looks up the user of each enrolment, without limits, rules or rows.
"""

import asyncio
import csv
import io
import tempfile
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Figure, Size, middle
from benchmarks.report import Report
from libs.shared.files.oneroster.archive.source import OpenFile
from libs.shared.files.oneroster.checking import check_roster
from libs.shared.files.oneroster.reader import RosterReader
from synthetic.oneroster import files

PUPILS = {Size.SMALL: 2_000, Size.LARGE: 20_000}
NOW = datetime(2023, 9, 1, tzinfo=UTC)
ROUNDS = 3
_MEMORY_MEBIBYTES = 32.0
_MEBIBYTE = 1024 * 1024


async def run(sizes: Sequence[Size], report: Report) -> None:
    """Report pupils a second against the peer, and the most memory of reading one zip."""
    await asyncio.to_thread(_run, sizes, report)


def _run(sizes: Sequence[Size], report: Report) -> None:
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            pupils = PUPILS[size]
            one, *_ = files.write(Path(folder), code="101", pupils=pupils, seed=7, years=(1,), dirty=False)
            _add(report, pupils, one.pupils, Path(folder) / one.path)


def _add(report: Report, pupils: int, rows: int, path: Path) -> None:
    peer = pupils / middle([_seconds(_peer, path, rows) for _ in range(ROUNDS)])
    for name, work in (("OneRoster, read", _read), ("OneRoster, checked", _checked)):
        rate = pupils / middle([_seconds(work, path, rows) for _ in range(ROUNDS)])
        figure = Figure(
            name, f"{pupils:,} pupils", rate, "pupils/s", "zipfile and csv", peer, more_is_better=True, scale=pupils
        )
        report.add(figure)
    tracemalloc.start()
    _read(path)
    most = tracemalloc.get_traced_memory()[1] / _MEBIBYTE
    tracemalloc.stop()
    report.add(Figure("OneRoster, memory", f"{pupils:,} pupils", most, "MiB", "limit", _MEMORY_MEBIBYTES, goal=1.0))


def _seconds(work: Callable[[Path], int], path: Path, rows: int) -> float:
    began = time.perf_counter()
    found = work(path)
    seconds = time.perf_counter() - began
    if found != rows:
        raise RuntimeError(f"{rows} rows of pupils were written, {found} were read")
    return seconds


def _read(path: Path) -> int:
    with path.open("rb") as opened, RosterReader(OpenFile(opened), NOW) as reader:
        reader.begin()
        return sum(row.kind == "pupils" for row in reader.rows())


def _checked(path: Path) -> int:
    check = check_roster(path, now=NOW)
    if not check.ok:
        raise RuntimeError(f"a clean zip was refused: {check.problem}")
    return check.files[1].rows


def _peer(path: Path) -> int:
    with zipfile.ZipFile(path) as archive:

        def rows(name: str) -> "csv.DictReader[str]":
            return csv.DictReader(io.TextIOWrapper(archive.open(name), "utf-8", newline=""))

        homerooms = {each["sourcedId"] for each in rows("classes.csv") if each["classType"] == "homeroom"}
        students = {each["userSourcedId"] for each in rows("roles.csv") if each["role"] == "student"}
        users = {each["sourcedId"]: each for each in rows("users.csv") if each["sourcedId"] in students}
        for name in archive.namelist():
            archive.read(name)
        return sum(
            each["role"] == "student" and each["classSourcedId"] in homerooms and each["userSourcedId"] in users
            for each in rows("enrollments.csv")
        )
