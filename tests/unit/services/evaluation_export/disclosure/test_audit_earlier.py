"""Several releases, each of which is safe by itself, while all together are not."""

import random
from itertools import product

import numpy as np
import pytest

from services.evaluation_export.disclosure.audit import audit
from services.evaluation_export.disclosure.release import Cell, Group
from services.evaluation_export.disclosure.rules import DisclosureRules
from tests.unit.services.evaluation_export.disclosure.publishing import NONE, Halves, Published, Pupil, publish
from tests.unit.services.evaluation_export.disclosure.storing import Pupils, keys, stored
from tests.unit.services.evaluation_export.disclosure.test_audit import VARIED
from tests.unit.services.evaluation_export.disclosure.test_audit_enumerated import few_of, interval, shown_mean

RULES = DisclosureRules()


def some(name: str, number: int, variant: str | None, days: tuple[Halves, ...] = (NONE,), grade: int = 2) -> Pupils:
    return {
        f"{name}{one}": Pupil(variant, grade, 4, days[one % len(days)], days[one % len(days)]) for one in range(number)
    }


def found(pupils: Pupils, tables: Published, earlier: tuple[Group, ...] = (), hidden: frozenset[Cell] = frozenset()):
    return audit(tables.hide(*hidden).files, tables.snapshot, RULES, earlier=earlier, persons=keys(pupils), seconds=120)


def released(pupils: Pupils, *, types: str = "AB", earlier: tuple[Group, ...] = ()) -> Published:
    """The tables with all helpers hidden."""
    tables = publish(list(pupils.values()), types=types)
    while exposures := found(pupils, tables, earlier):
        assert all(one.helpers for one in exposures)
        tables = tables.hide(*(cell for one in exposures for cell in one.helpers))
    return tables


def test_the_same_release_again_tells_nothing_more():
    pupils = some("a", 30, "A1", VARIED) | some("b", 20, "B", VARIED) | some("o", 40, None, VARIED)
    tables = released(pupils)
    assert found(pupils, tables, stored(pupils, tables)) == ()


def test_a_hidden_count_that_stayed_is_narrowed_by_two_totals():
    """First: A1 is shown as 10 (8–12), and of at most 17 enrolled at least six are in B, so A2 is 0–3.

    Then nine join A1, shown as 15 (13–17), and A as 20 (18–22): A2 is at least 1. It is the same pupil.
    """
    stays = some("x", 1, "A2", grade=8) | some("a", 8, "A1") | some("b", 6, "B", VARIED)
    first = publish(list(stays.values()))
    later = stays | some("n", 9, "A1")
    second = publish(list(later.values()))
    alone = {one.target for pupils, tables in ((stays, first), (later, second)) for one in found(pupils, tables)}
    together = found(later, second, stored(stays, first))
    assert any(one.target.startswith("participants A") and one.target not in alone for one in together)
    safe = second.hide(*(cell for one in together for cell in one.helpers))
    assert found(later, safe, stored(stays, first)) == ()


def test_days_of_a_few_who_stayed_are_bounded_by_two_releases():
    """First A has 31 pupils and 30 days, shown as 30 and 1.0; with B's two it is 33 and 31 days, shown as 35 and 0.9.

    So B's days are less than 0.95 for each of its pupils. Then 13 left A, and both A and all are shown as 20: B has at
    most four pupils. Together that is less than 3.8 days; each release by itself leaves five.
    """
    lives: tuple[Halves, ...] = ((0, 0, 0), (0, 0, 1), (0, 0, 2), (0, 0, 3), (0, 0, 4), (0, 0, 2))
    stays = some("a", 18, "A1", lives) | some("b", 2, "B", ((0, 0, 1),))
    before = stays | some("l", 13, "A1", lives)
    first, second = (only(publish(list(pupils.values())), "unauthorised") for pupils in (before, stays))
    assert not [one for one in found(before, first) if one.target.startswith("days")]
    assert not [one for one in found(stays, second) if one.target.startswith("days")]
    together = found(stays, second, stored(before, first))
    assert any("beside earlier ones" in one.target for one in together)
    assert all(one.helpers for one in together)
    safe = second.hide(*(cell for one in together for cell in one.helpers))
    assert found(stays, safe, stored(before, first)) == ()


def test_an_earlier_figure_that_stands_tells_that_the_group_is_near_it():
    """35 were enrolled, and four more are now. A1, B and C are at least 8, 13 and 18, so 39.

    Shown as 40 all are at most 42, and A2 may have 0–3. If 35 is shown instead, a reader who knows the gate concludes:
    at most 37 + 4.
    """
    before = some("b", 13, "B") | some("c", 18, "C") | some("a", 4, "A1")
    now = before | some("n", 4, "A1")
    first, second = (publish(list(pupils.values()), types="ABC") for pupils in (before, now))
    kept = frozenset({("flow", "left", "0"), ("flow", "in", "1")})
    stands = second.show(("flow", "left", "0"), 35).show(("flow", "in", "1"), 35)
    assert found(now, second, stored(before, first)) == ()
    exposures = audit(
        stands.files, stands.snapshot, RULES, kept=kept, earlier=stored(before, first), persons=keys(now), seconds=60
    )
    assert any(one.target.startswith("participants A") for one in exposures)
    assert all(one.helpers for one in exposures)


def test_what_an_earlier_release_tells_by_itself_is_no_finding():
    """The earlier tables were not protected; the new ones hide every cell, so nothing more can be done."""
    pupils = some("b", 6, "B", VARIED) | some("a", 40, "A1", VARIED)
    tables = publish(list(pupils.values()))
    assert found(pupils, tables)
    hidden = frozenset((*tables.counts, *tables.means))
    assert found(pupils, tables, stored(pupils, tables), hidden) == ()


YEAR, CATEGORY = "2022", "illness"
CODES = {"A": "co_teaching", "B": "peer_learning", "all": "all"}
Told = list[tuple[Published, dict[str, str]]]
"""Releases, and where each region of persons stands, ``A`` or ``B``, by region; ``c'`` are c with other days."""


def width(releases: Told, sizes: dict[str, int], most: int) -> int:
    """The width of the possible half-days of B's region ``b``, over all sizes and days of all regions."""
    versions = sorted({version for _, places in releases for version in places})
    days = dict(zip(versions, np.indices((most,) * len(versions), dtype=np.int16), strict=True))
    names = sorted(sizes)
    possible: set[int] = set()
    for numbers in product(*(range(1, 6 if name == "b" else 20) for name in names)):
        persons = dict(zip(names, numbers, strict=True))
        good = np.full((most,) * len(versions), True)
        for tables, places in releases:
            for group, code in CODES.items():
                own = [version for version, place in places.items() if group in ("all", place)]
                size, halves = sum(persons[one[0]] for one in own), sum(days[one] for one in own)
                low, high = interval(tables.counts["absence", "participants", code, "pupils"])
                mean = tables.means["absence", "participants", code, YEAR, CATEGORY]
                if not low <= size <= high or not good.any():
                    good = np.zeros_like(good)
                    break
                good &= shown_mean(mean, halves, size)
                if mean is not None and group == "all":
                    good &= few_of(days["b"], sizes["b"], halves)
        possible |= set(days["b"][good].tolist())
    return max(possible) - min(possible)


def illness(number: int, name: str, variant: str, chance: random.Random) -> Pupils:
    lives = tuple((chance.choice((0, 0, 1, 1, 2)), 0, 0) for _ in range(number))
    return {key: Pupil(one.variant, 2, 4, NONE, one.after) for key, one in some(name, number, variant, lives).items()}


def agrees(before: Pupils, now: Pupils, told: Told, sizes: dict[str, int], most: int) -> None:
    """Check that the audit finds days exactly if both releases together leave too narrow a range."""
    (first, _), (second, _) = told
    together = width(told, sizes, most)
    by_themselves = min(width([one], sizes, most) for one in told)
    for days in range(1, most // 2):
        if 2 * days <= together or 2 * days <= by_themselves:
            exposures = audit(
                second.files,
                second.snapshot,
                DisclosureRules(days=days),
                earlier=stored(before, first),
                persons=keys(now),
                seconds=120,
            )
            names = [one.target for one in exposures if one.target.startswith("days B") and CATEGORY in one.target]
            assert not names or together < 2 * days
            assert exposures or together >= 2 * days


@pytest.mark.parametrize("seed", range(6))
def test_days_of_those_who_stay_agree_with_enumeration(seed: int):
    """Pupils of A leave between the releases."""
    chance = random.Random(seed)  # noqa: S311 - a seed, not a secret
    sizes = {"s": chance.randint(6, 14), "l": chance.randint(5, 9), "b": chance.randint(1, 3)}
    now = illness(sizes["s"], "s", "A1", chance) | illness(sizes["b"], "b", "B", chance)
    before = now | illness(sizes["l"], "l", "A1", chance)
    first, second = (only(publish(list(pupils.values())), CATEGORY, counts=False) for pupils in (before, now))
    told: Told = [(first, {"s": "A", "l": "A", "b": "B"}), (second, {"s": "A", "b": "B"})]
    agrees(before, now, told, sizes, 24)


@pytest.mark.parametrize("seed", range(6))
def test_days_beside_corrected_ones_agree_with_enumeration(seed: int):
    """The days of pupils of A are corrected between the releases, so that the new ones reveal nothing about the old."""
    chance = random.Random(100 + seed)  # noqa: S311 - a seed, not a secret
    sizes = {"c": chance.randint(6, 9), "b": chance.randint(1, 3)}
    few = illness(sizes["b"], "b", "B", chance)
    before = few | illness(sizes["c"], "c", "A1", chance)
    now = few | {
        name: Pupil(one.variant, 2, 4, NONE, (one.after[0] + 1, 0, 0))
        for name, one in before.items()
        if name not in few
    }
    first, second = (only(publish(list(pupils.values())), CATEGORY, counts=False) for pupils in (before, now))
    told: Told = [(first, {"c": "A", "b": "B"}), (second, {"c'": "A", "b": "B"})]
    agrees(before, now, told, sizes, 30)


def only(tables: Published, category: str, *, counts: bool = True) -> Published:
    """The tables with only the means of one category, and with all counts or only those of analysed participants."""
    return tables.hide(
        *(cell for cell in tables.means if cell[-1] != category),
        *(cell for cell in tables.counts if not counts and cell[:2] != ("absence", "participants")),
    )
