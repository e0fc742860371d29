"""The utility of bundles: the share of totals, of single cells and of means that they show.

``python -m tests.unit.services.evaluation_export.utility`` prints it for 150 small and 20 large seeded populations.
Only figures about at least five pupils are counted, because others are never shown. Totals are the steps of the flow,
the types, the variants, and both groups of the absence table; cells are the counts by grade, the absence groups by
type, and those who leave at a step.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from services.evaluation_export.disclosure.release import Cell
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.products.aggregate.building import build
from services.evaluation_export.products.aggregate.facts import facts_of
from services.evaluation_export.products.aggregate.figures import sources
from services.evaluation_export.products.aggregate.protecting import NotProtectable
from services.evaluation_export.products.aggregate.snapshot import Course, Participation, Person, Snapshot
from tests.disclosure.attacker.reading import rows
from tests.disclosure.populations import TYPES, population
from tests.factories.bundles import zipped
from tests.unit.services.evaluation_export.orders import order

BEFORE = {
    "small": {"totals": (1313, 1775), "cells": (1187, 1576), "means": (3800, 5128)},
    "large": {"totals": (380, 380), "cells": (2454, 2536), "means": (1112, 1120)},
}
"""Shown of all under decision 0007: exact counts, with suppression. Taken once, by this module's command on the same
populations at the last revision that had it (44b670b), which did not read enrolments of earlier years; a pupil counted
in each of their types then, so there were more figures. In 134 of the 150 small bundles a total was lost.
"""
LEAST = 5
SMALL, LARGE = range(150), range(20)
_SIZES = {"A1": (16, 27), "A2": (16, 27), "B": (10, 26), "C": (2, 4), "D1": (8, 20), "D2": (8, 16), "D3": (5, 12),
          "E1": (1, 6), "E2": (3, 20)}  # fmt: skip


def region(seed: int, *, schools: int = 60) -> Snapshot:
    """Schools of 80 to 220 pupils with two to six courses each: several thousand participants."""
    chance = random.Random(seed)  # noqa: S311 - a seed, not a secret
    persons: list[Person] = []
    taking: list[Participation] = []
    courses: list[Course] = []
    for _ in range(schools):
        first, size = len(persons), chance.randint(80, 220)
        joined: set[int] = set()
        for _ in range(chance.randint(2, 6)):
            variant, grade = chance.choice(sorted(_SIZES)), chance.randint(0, 10)
            autumn = chance.random() < 0.8
            members = chance.sample(range(first, first + size), chance.randint(*_SIZES[variant]))
            start = "2022-09-01" if autumn else "2023-02-01"
            taking += [Participation(one, variant, grade, start, autumn) for one in members]
            joined.update(members)
            met = chance.choice(("met", "at_risk"))
            delivered = Decimal(chance.randint(20, 400)) / 2
            courses.append(Course(variant, "lessons", delivered, 30, "met", met, tuple(sorted(members))))
        for one in range(first, first + size):
            known = (chance.random() < share for share in (0.98, 0.95, 0.92))
            has, ordinary, measured = known
            persons.append(Person(one, one in joined, has, ordinary, measured, absence(chance), absence(chance)))
    return Snapshot("2022/2023", TYPES, tuple(taking), tuple(persons), tuple(courses), {"A1": 1}, ())


def absence(chance: random.Random) -> tuple[int, int, int]:
    """Random half-days: most pupils are ill for some days, and few have unauthorised absence."""
    illness = int(chance.expovariate(1 / 9))
    authorised = chance.choice((0, 0, 0, 2, 2, 4, 10))
    unauthorised = chance.choice((0,) * 12 + (1, 2, 4, 30))
    return illness, authorised, unauthorised


def shown(snapshot: Snapshot) -> Counter[str]:
    """The number of figures by kind (``totals``, ``cells``, ``means``), and the number that is shown."""
    true: dict[Cell, int] = {
        cell: len(source.members)
        for source in sources(facts_of(snapshot), DisclosureRules())
        for cell in source.cells.values()
    }
    bundle = zipped(build(order(snapshot)))
    found: Counter[str] = Counter()
    single = {type_.letter for type_ in snapshot.types if len(type_.variants) == 1}
    for row in rows(bundle, "data/participants.csv"):
        if row["letter"] not in single or row["variant"] != "all":
            behind = true["participants", row["letter"], row["variant"], row["grade"]]
            tell(found, "totals" if row["grade"] == "all" else "cells", behind, row["pupils"])
    for row in rows(bundle, "population_flow.csv"):
        tell(found, "totals", true["flow", "left", row["step"]], row["pupils_left"])
        if row["step"] != "0":
            tell(found, "cells", true["flow", "out", row["step"]], row["pupils_out"])
    for row in rows(bundle, "data/absence.csv"):
        behind = true["absence", row["group"], row["intervention_type"], "pupils"]
        if row["category"] == "total" and row["autumn"] == "before":
            tell(found, "totals" if row["intervention_type"] == "all" else "cells", behind, row["pupils"])
        tell(found, "means", behind, row["mean_days"])
    return found


def tell(found: Counter[str], kind: str, true: int, text: str) -> None:
    if true >= LEAST:
        found[kind] += 1
        found[f"{kind} shown"] += text != ""


def measure(snapshots: Iterator[Snapshot]) -> tuple[Counter[str], float]:
    """The sums over the bundles, with ``bundles``, ``losers`` (bundles that hide a total) and ``refused``; and the
    seconds of the slowest build.
    """
    summed: Counter[str] = Counter()
    slowest = 0.0
    for snapshot in snapshots:
        began = time.monotonic()
        try:
            found = shown(snapshot)
        except NotProtectable:
            summed["refused"] += 1
            continue
        slowest = max(slowest, time.monotonic() - began)
        summed.update(found)
        summed["bundles"] += 1
        summed["losers"] += found["totals shown"] < found["totals"]
    return summed, slowest


def share(shown: int, of: int) -> str:
    """The share as text, such as ``74.0% (1313 of 1775)``."""
    return f"{shown / of:.1%} ({shown} of {of})"


def main() -> int:
    """Print the shares."""
    for name, snapshots in (("small", map(population, SMALL)), ("large", map(region, LARGE))):
        summed, slowest = measure(snapshots)
        shares = "; ".join(
            f"{kind} {share(summed[f'{kind} shown'], summed[kind])}, before {share(*BEFORE[name][kind])}"
            for kind in ("totals", "cells", "means")
        )
        print(
            f"{name}: {summed['bundles']} bundles ({summed['refused']} refused, {summed['losers']} lose a total,"
            f" slowest {slowest:.1f} s): {shares}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
