"""The peer of imported rosters: PostgreSQL's COPY of the rows that an import has stored, right afterwards.

The rows are those that are there after the import, encrypted as they are, in the order in which it wrote them. They are
copied into empty tables with the same indexes and checks, without foreign keys, row-level security and triggers. The
import writes each pupil twice and its staged rows besides; COPY writes every row once.
"""

import io
import time
from dataclasses import dataclass

from benchmarks.figures import Figure, middle
from benchmarks.report import Report
from benchmarks.service_alone import ServiceAlone

ROSTER = ("school", "class_", "pupil", "pupil_key", "membership")
BESIDE = ("person", "roster_change", "outbox")
"""What the same rows of a file also give: the person behind a CPR number, the entries of the change feed, and the
events.
"""
WHAT = f"COPY: the stored rows of {', '.join(ROSTER)}, and those of {', '.join(BESIDE)} if not said otherwise"
GOAL = 0.1
TRIES = 3


@dataclass(frozen=True, slots=True)
class Copied:
    """Seconds that COPY takes."""

    roster: float
    beside: float


async def copied(service: ServiceAlone) -> Copied:
    """COPY what was stored; each table takes the middle time of ``TRIES``."""
    return Copied(await _seconds(service, ROSTER), await _seconds(service, BESIDE))


def add(report: Report, name: str, rows: int, seconds: float, by_copy: Copied) -> None:
    """Report rows a second beside COPY of all these rows, and, without a goal, of the roster's alone."""
    size, rate = f"{rows:,} rows", rows / seconds
    every = rows / (by_copy.roster + by_copy.beside)
    report.say(WHAT)
    report.add(Figure(name, size, rate, "rows/s", "COPY", every, GOAL, True, rows))
    roster = rows / by_copy.roster
    report.add(Figure(f"{name}, roster alone", size, rate, "rows/s", "COPY", roster, None, True))


async def _seconds(service: ServiceAlone, tables: tuple[str, ...]) -> float:
    connection = await service.made.database(service.name)
    try:
        seconds = 0.0
        for table in tables:
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
