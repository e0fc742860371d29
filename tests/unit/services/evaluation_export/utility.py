"""What a reader gets: the share of totals, of single cells and of means that a bundle shows.

``python -m tests.unit.services.evaluation_export.utility`` prints it for 150 small and 20 large seeded populations.
Counted are figures that at least five pupils stand behind; what fewer stand behind is never shown. Totals are the
steps of the flow, the types, the variants, and both groups of the absence table; cells are everything by grade, the
absence groups by type, and those who leave at a step.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from services.evaluation_export.deliveries.bundle.building import build
from services.evaluation_export.deliveries.bundle.counting import count
from services.evaluation_export.deliveries.bundle.facts import facts_of
from services.evaluation_export.deliveries.snapshot import Course, Participation, Person, Snapshot
from services.evaluation_export.disclosure.suppression import NotProtectable
from tests.unit.services.evaluation_export.attacker import rows
from tests.unit.services.evaluation_export.populations import TYPES, population

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
            courses.append(Course(variant, "lessons", Decimal(chance.randint(20, 400)) / 2, 30, "met", met))
        for one in range(first, first + size):
            known = (chance.random() < share for share in (0.98, 0.95, 0.92))
            has, ordinary, measured = known
            persons.append(Person(one, one in joined, has, ordinary, measured, absence(chance), absence(chance)))
    return Snapshot("2022/2023", TYPES, tuple(taking), tuple(persons), tuple(courses), {"A1": 1}, ())


def absence(chance: random.Random) -> tuple[int, int, int]:
    """Half-days: most pupils are ill for some days, and few are away without leave."""
    illness = int(chance.expovariate(1 / 9))
    authorised = chance.choice((0, 0, 0, 2, 2, 4, 10))
    unauthorised = chance.choice((0,) * 12 + (1, 2, 4, 30))
    return illness, authorised, unauthorised


def shown(snapshot: Snapshot) -> Counter[str]:
    """How many figures there are by kind (``totals``, ``cells``, ``means``), and how many of them are shown."""
    facts = facts_of(snapshot)
    value = count(facts).value
    bundle = build(snapshot)
    found: Counter[str] = Counter()
    variants = {type_.letter: [one.variant for one in type_.variants] for type_ in facts.types}
    for row in rows(bundle, "data/participants.csv"):
        variant = row["variant"]
        if len(variants[row["letter"]]) == 1:
            if variant == "all":
                continue
        true = value(("participants", row["letter"], variant, row["grade"]))
        tell(found, "totals" if row["grade"] == "all" else "cells", true, row["pupils"])
    for step, row in enumerate(rows(bundle, "population_flow.csv")):
        tell(found, "totals", value(("flow", "left", str(step))), row["pupils_left"])
        if step:
            tell(found, "cells", value(("flow", "out", str(step))), row["pupils_out"])
    letters = {type_.code: type_.letter for type_ in facts.types}
    for row in rows(bundle, "data/absence.csv"):
        if row["group"] == "non_participants":
            true, kind = len(facts.others), "totals"
        elif row["intervention_type"] == "all":
            true, kind = len(facts.flow[-1]), "totals"
        else:
            true, kind = len(facts.analysed[letters[row["intervention_type"]]]), "cells"
        if row["category"] == "total" and row["autumn"] == "before":
            tell(found, kind, true, row["pupils"])
        tell(found, "means", true, row["mean_days"])
    return found


def tell(found: Counter[str], kind: str, true: int, text: str) -> None:
    if true >= LEAST:
        found[kind] += 1
        found[f"{kind} shown"] += text != ""


def measure(snapshots: Iterator[Snapshot]) -> tuple[Counter[str], float]:
    """The sums over the bundles, with ``bundles``, ``losers`` (of a total) and ``refused``; seconds of the slowest."""
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


def main() -> int:
    """Print the shares."""
    for name, snapshots in (("small", map(population, SMALL)), ("large", map(region, LARGE))):
        summed, slowest = measure(snapshots)
        shares = ", ".join(
            f"{summed[f'{kind} shown']} of {summed[kind]} {kind} ({summed[f'{kind} shown'] / summed[kind]:.1%})"
            for kind in ("totals", "cells", "means")
        )
        print(
            f"{name}: {summed['bundles']} bundles ({summed['refused']} refused, {summed['losers']} lose a total,"
            f" slowest {slowest:.1f} s): {shares}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
