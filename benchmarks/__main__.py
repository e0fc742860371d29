"""``python -m benchmarks [NAME…] [--size small|large]``: run the benchmarks and print each figure beside its peer.

A missed goal does not change the exit code, which is 1 only when a benchmark could not be run.
"""

import argparse
import asyncio
import logging
import os
import platform
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Sequence

from benchmarks import (
    absence,
    checks,
    compaction,
    country,
    dosage,
    hostile,
    latency,
    memory,
    offline,
    oneroster,
    registration,
    screening,
    skolegrunddata,
    skolegrunddata_upload,
    throughput,
)
from benchmarks.figures import Size
from benchmarks.report import Report, growth_lines, table
from libs.shared.base.errors import Problem

Benchmark = Callable[[Sequence[Size], Report], Awaitable[None]]

BENCHMARKS: dict[str, tuple[str, Benchmark]] = {
    "memory": ("an idle service's memory, and the time until it is ready", memory.run),
    "latency": ("from the outbox to a consumer, on Kafka", latency.run),
    "throughput": ("events through relay and consumer, on Kafka", throughput.run),
    "offline": ("a file of a million rows checked without a server", offline.run),
    "oneroster": ("OneRoster zips read and checked without a server", oneroster.run),
    "skolegrunddata": ("SkoleGrunddata XML read and checked without a server", skolegrunddata.run),
    "checks": ("plans judged in process and over HTTP", checks.run),
    "compaction": ("an hour's new records on an embedded log of one and of ten million", compaction.run),
    "hostile": ("hostile bodies against a running service, in turn and at once", hostile.run),
    "absence": ("a file of absence over HTTP until its receipt is final", absence.run),
    "skolegrunddata-upload": ("SkoleGrunddata XML over HTTP until its receipts are final", skolegrunddata_upload.run),
    "registration": ("rosters over HTTP until their receipts are final", registration.run),
    "dosage": ("the dosage list of a municipality over HTTP", dosage.run),
    "country": ("a country's school year of absence; by its name alone", country.run),
    "screening": ("outcomes of the gross list by set, and a school's list over HTTP", screening.run),
    "screening-country": ("outcomes of the whole country's gross list; by its name alone", screening.run_country),
    "roster-country": ("the whole country's roster; by its name alone", registration.run_country),
}
BY_NAME = frozenset({"country", "roster-country", "screening-country"})
"""Benchmarks that run only when they are named, because they take long."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks that ``arguments`` name; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Each figure is printed beside a named limit, or a peer measured in the same run.",
        epilog="; ".join(f"{name}: {what}" for name, (what, _) in BENCHMARKS.items()),
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"{', '.join(BENCHMARKS)} (all but {', '.join(sorted(BY_NAME))})"
    )
    parser.add_argument("--size", type=Size, choices=list(Size), help="one size only (both)")
    asked = parser.parse_args(arguments)
    if unknown := [name for name in asked.names if name not in BENCHMARKS]:
        parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    sizes = [asked.size] if asked.size else list(Size)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it logs errors while a broker is starting
    print(
        f"Python {platform.python_version()} on {platform.machine()}, {os.cpu_count()} cores,"
        f" {os.getloadavg()[0]:.1f} processes wanting them before we began"
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that our child processes are stopped too
    return max([_one(name, sizes) for name in asked.names or [each for each in BENCHMARKS if each not in BY_NAME]])


def _one(name: str, sizes: Sequence[Size]) -> int:
    what, run = BENCHMARKS[name]
    print(f"\n{name}: {what}", flush=True)
    report, began = Report(lambda line: print(f"  {line}", file=sys.stderr, flush=True)), time.monotonic()
    failed = ""
    try:
        asyncio.run(_awaited(run(sizes, report)))
    except Problem as problem:
        failed = problem.messages["en"]
    except Exception as failure:
        failed = "; ".join(f"{type(found).__name__}: {found}" for found in _all(failure))
    if report.figures:
        print(table(report.figures))
    for line in growth_lines(report.figures):
        print(line)
    print(f"failed: {failed}" if failed else f"({time.monotonic() - began:.0f} s)", flush=True)
    return 1 if failed else 0


def _all(failure: BaseException) -> list[BaseException]:
    """The failures of a group, one by one."""
    if isinstance(failure, BaseExceptionGroup):
        return [found for inner in failure.exceptions for found in _all(inner)]
    return [failure]


async def _awaited(work: Awaitable[None]) -> None:
    await work


if __name__ == "__main__":
    sys.exit(main())
