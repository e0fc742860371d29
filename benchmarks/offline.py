"""The check of a file without a server: a million rows of absence, compared with reading them by ``csv.reader`` alone.

The peer only splits the lines into fields. The check also decodes the character set, parses every value, applies every
rule about one row and finds rows with the key of an earlier one. Both read the same file from the disk.
"""

import asyncio
import csv
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.figures import Figure, Size, middle
from benchmarks.municipality import Municipality
from benchmarks.report import Report
from libs.shared.files.checking import check_file
from libs.shared.privacy.keys import KeyRing

ROWS = {Size.SMALL: 100_000, Size.LARGE: 1_000_000}
LIMIT_SECONDS = {Size.SMALL: 1.5, Size.LARGE: 15.0}
ROUNDS = 3


async def run(sizes: Sequence[Size], report: Report) -> None:
    """Report seconds against the limit, and rows a second against the peer."""
    await asyncio.to_thread(_run, sizes, report)


def _run(sizes: Sequence[Size], report: Report) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            rows = ROWS[size]
            path = Path(folder) / f"{size}.csv"
            path.write_bytes(Municipality.of(rows, 0, KeyRing.generate().export()).file())
            checked, read = [], []
            for _ in range(ROUNDS):
                checked.append(_checked(path, rows))
                read.append(_read(path, rows))
            seconds = middle(checked)
            report.add(
                Figure(
                    "check without a server",
                    f"{rows:,} rows",
                    seconds,
                    "s",
                    "limit",
                    LIMIT_SECONDS[size],
                    goal=1.0,
                    scale=rows,
                )
            )
            report.add(
                Figure(
                    "check without a server, rate",
                    f"{rows:,} rows",
                    rows / seconds,
                    "rows/s",
                    "csv.reader alone",
                    rows / middle(read),
                    more_is_better=True,
                    scale=rows,
                )
            )


def _checked(path: Path, rows: int) -> float:
    began = time.perf_counter()
    check = check_file(path)
    seconds = time.perf_counter() - began
    if (check.rows, check.refused, check.problem) != (rows, 0, None):
        raise RuntimeError(f"{rows} rows were written, {check.fine} of {check.rows} are fine: {check.problem}")
    return seconds


def _read(path: Path, rows: int) -> float:
    began = time.perf_counter()
    with path.open(newline="", encoding="utf-8") as opened:
        found = sum(1 for _ in csv.reader(opened, delimiter=";")) - 1
    seconds = time.perf_counter() - began
    if found != rows:
        raise RuntimeError(f"{rows} rows were written, {found} were read")
    return seconds
