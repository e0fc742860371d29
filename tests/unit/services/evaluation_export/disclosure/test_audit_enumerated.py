"""The audit agrees with plain enumeration of every population that fits tiny tables."""

import random
from itertools import combinations_with_replacement, product

import numpy as np
import pytest

from services.evaluation_export.disclosure.audit import audit
from services.evaluation_export.disclosure.rules import DisclosureRules
from tests.unit.services.evaluation_export.disclosure.publishing import NONE, Cell, Published, Pupil, publish

FINEST = [("A", "A1", 2), ("A", "A1", 8), ("A", "A2", 2), ("A", "A2", 8), ("B", "B", 2), ("B", "B", 8)]
MOST = 8
MOST_ENROLLED = 22


def exposed(tables: Published) -> set[str]:
    """Every target that the audit finds if no figure may be hidden."""
    fixed = frozenset((*tables.counts, *tables.means))
    return {one.target for one in audit(tables.files, tables.snapshot, DisclosureRules(), fixed=fixed, seconds=60)}


def interval(printed: int | None) -> tuple[int, int]:
    if printed is None:
        return 0, 1000
    return max(5, printed - 2), printed + 2


def fits(values: np.ndarray, printed: int | None) -> np.ndarray:
    low, high = interval(printed)
    return (low <= values) & (values <= high)


def possible_counts(tables: Published) -> dict[Cell, set[int]]:
    """The possible values of every cell, over all populations: pupils by variant and grade, flows, and analysed
    pupils.
    """
    grid = np.indices((MOST + 1,) * len(FINEST), dtype=np.int8).reshape(len(FINEST), -1)
    sums: dict[Cell, np.ndarray] = {}
    for letter, variant, grade in product("AB", ("all", "A1", "A2", "B"), ("all", "2", "8")):
        own = [
            number
            for number, (its, one, at) in enumerate(FINEST)
            if its == letter and variant in ("all", one) and grade in ("all", str(at))
        ]
        if ("participants", letter, variant, grade) in tables.counts:
            sums["participants", letter, variant, grade] = grid[own].sum(axis=0)
    good = np.logical_and.reduce([fits(values, tables.counts[cell]) for cell, values in sums.items()])
    sums = {cell: values[good] for cell, values in sums.items()}
    types = set(
        zip(
            sums["participants", "A", "all", "all"].tolist(),
            sums["participants", "B", "all", "all"].tolist(),
            strict=True,
        )
    )
    flows = [
        left[::-1]
        for left in combinations_with_replacement(range(MOST_ENROLLED + 1), 5)
        if flow_fits(tables, left[::-1])
    ]
    ends = {(left[0], left[-1]) for left in flows}
    analysed = [
        (a, b, first, second)
        for a, b in types
        for first in range(a + 1)
        for second in range(b + 1)
        if (a + b, first + second) in ends
        and inside(first, tables.counts["absence", "participants", "co_teaching", "pupils"])
        and inside(second, tables.counts["absence", "participants", "peer_learning", "pupils"])
        and inside(first + second, tables.counts["absence", "participants", "all", "pupils"])
    ]
    found: dict[Cell, set[int]] = {}
    joint = {(a, b) for a, b, _, _ in analysed}
    keep = np.array(
        [
            pair in joint
            for pair in zip(
                sums["participants", "A", "all", "all"].tolist(),
                sums["participants", "B", "all", "all"].tolist(),
                strict=True,
            )
        ]
    )
    found.update({cell: set(values[keep].tolist()) for cell, values in sums.items()})
    pairs = {(a + b, first + second) for a, b, first, second in analysed}
    for left in flows:
        if (left[0], left[-1]) in pairs:
            for cell, value in flow_of(left).items():
                found.setdefault(cell, set()).add(value)
    found["absence", "participants", "co_teaching", "pupils"] = {first for _, _, first, _ in analysed}
    found["absence", "participants", "peer_learning", "pupils"] = {second for _, _, _, second in analysed}
    found["absence", "participants", "all", "pupils"] = {first + second for _, _, first, second in analysed}
    return found


def inside(value: int, printed: int | None) -> bool:
    low, high = interval(printed)
    return low <= value <= high


def flow_of(left: tuple[int, ...]) -> dict[Cell, int]:
    cells: dict[Cell, int] = {("flow", "left", "0"): left[0]}
    for step in range(1, len(left)):
        cells["flow", "in", str(step)] = left[step - 1]
        cells["flow", "out", str(step)] = left[step - 1] - left[step]
        cells["flow", "left", str(step)] = left[step]
    return cells


def flow_fits(tables: Published, left: tuple[int, ...]) -> bool:
    return all(inside(value, tables.counts[cell]) for cell, value in flow_of(left).items())


@pytest.mark.parametrize("seed", range(8))
def test_counts_agree_with_enumeration(seed: int):
    """The audit finds only hidden counts with fewer than four possible values, and finds some if there are any."""
    chance = random.Random(seed)  # noqa: S311 - a seed, not a secret
    pupils = [
        Pupil(variant, grade, chance.choice((0, 1, 2, 3, 4, 4, 4, 4)))
        for _, variant, grade in FINEST
        for _ in range(chance.choice((0, 0, 1, 3, 5, 6)))
    ]
    if not 1 <= len(pupils) <= MOST_ENROLLED - 3:
        pupils = pupils[: MOST_ENROLLED - 3] or [Pupil("A1")]
    tables = publish(pupils)
    shown = [cell for cell, value in tables.counts.items() if value is not None]
    tables = tables.hide(*chance.sample(shown, min(len(shown), chance.choice((0, 2, 5)))))
    possible = possible_counts(tables)
    few = {" ".join(cell) for cell, found in possible.items() if tables.counts[cell] is None and len(found) < 4}
    found = {name for name in exposed(tables) if name.split()[0] != "days"}
    assert found <= few
    assert bool(found) == bool(few)


YEAR, CATEGORY = "2022", "illness"
MOST_HALVES = 60


def days_possible(tables: Published, pupils: list[Pupil]) -> dict[str, int]:
    """The width of the possible half-days of each small set of pupils, over all numbers and days of A and B."""
    sizes = {letter: sum(one.variant is not None and one.variant[0] == letter for one in pupils) for letter in "AB"}
    codes = {"A": "co_teaching", "B": "peer_learning", "AB": "all"}
    printed = {key: tables.means["absence", "participants", code, YEAR, CATEGORY] for key, code in codes.items()}
    number = {key: interval(tables.counts["absence", "participants", code, "pupils"]) for key, code in codes.items()}
    smallest = {
        letter: min(
            (
                size
                for one, variant, grade in FINEST
                if one == letter
                and 0 < (size := sum(pupil.variant == variant and pupil.grade == grade for pupil in pupils)) < 5
            ),
            default=0,
        )
        for letter in "AB"
    }
    first, second = np.indices((MOST_HALVES, MOST_HALVES))
    found: dict[str, list[int]] = {}
    for a, b in product(range(18), repeat=2):
        if not all(number[key][0] <= size <= number[key][1] for key, size in (("A", a), ("B", b), ("AB", a + b))):
            continue
        good = (first <= 200 * a) & (second <= 200 * b)
        for key, halves, size in (("A", first, a), ("B", second, b), ("AB", first + second, a + b)):
            good &= shown_mean(printed[key], halves, size)
        for letter, halves in (("A", first), ("B", second)):
            if printed["AB"] is not None and 0 < sizes[letter] < 5:
                good &= few_of(halves, sizes[letter], first + second)
        for name, halves in (("A", first), ("B", second), ("A+B", first + second)):
            found.setdefault(name, []).extend(halves[good].tolist())
        for letter, halves in (("A", first), ("B", second)):
            if smallest[letter]:
                within = np.arange(MOST_HALVES)[:, None, None]
                fine = good & (within <= halves)
                for key, whole in ((letter, halves), ("AB", first + second)):
                    if printed[key] is not None:
                        fine &= few_of(within, smallest[letter], whole)
                found.setdefault(f"inside {letter}", []).extend(np.nonzero(fine)[0].tolist())
    return {name: max(values) - min(values) for name, values in found.items() if values}


def shown_mean(mean: str | None, halves: np.ndarray, size: int) -> np.ndarray:
    if mean is None:
        return np.full(halves.shape, True)
    tenths = round(10 * float(mean))
    exact = 5 * halves
    return (2 * exact >= (2 * tenths - 1) * size) & (2 * exact < (2 * tenths + 1) * size) & (halves >= 5) & (size >= 6)


def few_of(few: np.ndarray, size: int, whole: np.ndarray) -> np.ndarray:
    good = whole - few >= 5 - size
    if size == 1:
        good &= whole >= 1.1 * few - 1e-9
    if size == 2:
        good &= whole >= 1.05 * few - 1e-9
    return good


@pytest.mark.parametrize("seed", range(8))
def test_days_agree_with_enumeration(seed: int):
    """Only the means of illness and the numbers of A, B and both are printed."""
    chance = random.Random(seed)  # noqa: S311 - a seed, not a secret
    pupils = [
        Pupil(variant, chance.choice((2, 2, 2, 8)), 4, NONE, (chance.choice((0, 0, 1, 1, 2, 3, 5)), 0, 0))
        for variant, most in (("A1", 13), ("B", chance.choice((3, 9, 12))))
        for _ in range(chance.randint(1, most))
    ]
    published = publish(pupils)
    shown = {
        cell
        for cell in (*published.counts, *published.means)
        if cell[:2] == ("absence", "participants") and cell[3:] in (("pupils",), (YEAR, CATEGORY))
    }
    tables = published.hide(*(cell for cell in (*published.counts, *published.means) if cell not in shown))
    widths = days_possible(tables, pupils)
    found = {
        name.removeprefix("days ").removesuffix(f" {YEAR} {CATEGORY}")
        for name in exposed(tables)
        if name.startswith("days ")
    }
    narrow = {name for name, width in widths.items() if width < 10}
    assert found <= narrow
    for letter in "AB":
        size = sum(one.variant is not None and one.variant[0] == letter for one in pupils)
        assert (letter in found) >= (letter in narrow and 0 < size < 5)
        assert (f"inside {letter}" in found) == (f"inside {letter}" in narrow)
