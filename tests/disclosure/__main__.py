"""``python -m tests.disclosure``: attacks random populations, histories and planted cases, and measures the utility.

The exit code is 1 if the attacker wins anything against the whole product, misses too many planted cases, or is wrong.
"""

import argparse
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from services.evaluation_export.products.aggregate.primary import Part
from tests.disclosure.populations import population
from tests.disclosure.runs import Attempt, Result, on_every_core, planted, several, single, single_large
from tests.disclosure.sizes import LEAST_WON, SHORT, WHOLE, Size
from tests.unit.services.evaluation_export.utility import BEFORE, LARGE, SMALL, measure, region

HEAD = ("what", "tried", "releases refused", "attacker won", "wrong", "may win", "seconds")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. The attacker must win at least ``least`` and at most ``most`` attempts."""

    what: str
    tried: int
    found: Counter[str]
    least: int
    most: int
    seconds: float

    @property
    def met(self) -> bool:
        """Whether the number of wins is within its limits and no claim was wrong."""
        return self.least <= self.found["won"] <= self.most and not self.found["wrong"]

    def cells(self) -> tuple[str, ...]:
        """The cells of the line as text."""
        limit = f"at least {self.least}" if self.least else f"at most {self.most}"
        numbers = (self.tried, self.found["refused"], self.found["won"], self.found["wrong"])
        return (self.what, *map(str, numbers), limit + ("" if self.met else ": MISSED"), f"{self.seconds:.0f}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all attempts on every core; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.disclosure")
    parser.add_argument("--short", action="store_true", help="the size of `make test`")
    parser.add_argument("--only", default="", help="lines whose name has this text")
    asked = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the process pool is then shut down too
    with on_every_core() as run:
        lines = list(_lines(SHORT if asked.short else WHOLE, run, asked.only))
    _print([HEAD, *(one.cells() for one in lines)])
    if asked.only:
        return 0 if all(one.met for one in lines) else 1
    print("\nShare of figures of at least five pupils that are shown, before (exact counts, suppression) and now:")
    for name, make, seeds in (("small", population, SMALL), ("large", region, LARGE)):
        _print_utility(name, measure(map(make, seeds[: (SHORT if asked.short else WHOLE).utility]))[0])
    return 0 if all(one.met for one in lines) else 1


def _print_utility(name: str, now: Counter[str]) -> None:
    told = []
    for kind, (shown, of) in BEFORE[name].items():
        told.append(f"{kind} {shown / of:.1%} → {now[f'{kind} shown'] / now[kind]:.1%}")
    print(f"{now['bundles']} {name} populations ({now['losers']} lose a total): {', '.join(told)}")


def _lines(size: Size, run: Callable[[Attempt, int], Iterator[Result]], only: str) -> Iterator[Line]:
    def line(what: str, tried: int, attempt: Attempt, *, off: bool = False) -> Iterator[Line]:
        if only not in what:
            return
        print(f"{what} …", file=sys.stderr, flush=True)
        began, found = time.monotonic(), Counter[str]()
        for seed, (outcome, refused) in enumerate(run(attempt, tried)):
            found.update(won=outcome.won, wrong=bool(outcome.wrong), refused=refused)
            if seed % 100 == 99:
                print(f"  {seed + 1}", file=sys.stderr, flush=True)
            if outcome.wrong or outcome.won != off:
                print(f"{what}, seed {seed}: {'; '.join(outcome.lines()) or 'not won'}", flush=True)
        least = -int(-LEAST_WON * tried // 1) if off else 0
        yield Line(what, tried, found, least, tried if off else 0, time.monotonic() - began)

    yield from line("random populations", size.populations, single)
    yield from line("large populations", size.large, single_large)
    yield from line("histories of 2–12 releases", size.histories, several)
    for part in Part:
        yield from line(f"planted for {part}, all parts on", size.planted, planted(part, off=False))
        yield from line(f"planted for {part}, {part} off", size.planted, planted(part, off=True), off=True)


def _print(rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    for row in rows:
        print(" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    sys.exit(main())
