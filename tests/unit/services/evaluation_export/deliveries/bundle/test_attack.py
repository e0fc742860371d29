"""The released files against an attacker with a solver (X1 of the quality goals, at the size of a test run)."""

import pytest

from services.evaluation_export.deliveries.bundle.building import build
from services.evaluation_export.deliveries.bundle.counting import count
from services.evaluation_export.deliveries.bundle.facts import facts_of
from services.evaluation_export.disclosure.counts import Key, LinkedCounts
from services.evaluation_export.disclosure.suppression import Suppression, suppress
from tests.unit.services.evaluation_export.attacker import Knowledge, learn
from tests.unit.services.evaluation_export.populations import population

SEEDS = 240
WIDTH = 5


def pinned(known: Knowledge) -> list[tuple[object, int, int]]:
    """The empty fields whose number the attacker knows too well, until the first is found."""
    for name in sorted(known.empty):
        low, high = known.interval(name)
        if high - low < WIDTH:
            return [(name, low, high)]
    return []


def nobody_twice(seed: int) -> tuple[int | None, int | None]:
    """What the attacker may know: that nobody among the enrolled, or the analysed, takes part in two types."""
    facts = facts_of(population(seed))
    enrolled = sum(map(len, facts.first.values())) - len(facts.flow[0])
    analysed = sum(map(len, facts.analysed.values())) - len(facts.flow[-1])
    return (0 if enrolled == 0 else None), (0 if analysed == 0 else None)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_the_attacker_narrows_no_empty_field_below_five(part: int) -> None:
    for seed in range(part, SEEDS, 4):
        known = learn(build(population(seed)), twice=nobody_twice(seed))
        assert pinned(known) == [], seed
        assert not [name for name, value in known.printed.items() if 0 < value < WIDTH and name[0] != "twice"], seed


@pytest.mark.slow
def test_no_small_difference_of_printed_numbers_follows_either() -> None:
    for seed in range(0, SEEDS, 3):
        snapshot = population(seed)
        counts = count(facts_of(snapshot))
        known = learn(build(snapshot), twice=nobody_twice(seed))
        letters = [type_.letter for type_ in snapshot.types]
        pairs: list[tuple[Key, Key]] = [(("rest", "p", x, "all", "all", "n", x), ("not analysed", x)) for x in letters]
        pairs += [(("rest", "left", "0", "p", x, "all", "all"), ("in other types only", x)) for x in letters]
        pairs += [(("rest", "left", "4", "n", x), ("analysed in other types only", x)) for x in letters]
        for theirs, ours in pairs:
            if 0 < counts.value(ours) < WIDTH:
                low, high = known.interval(theirs)
                assert high - low >= WIDTH, (seed, ours, low, high)


@pytest.mark.slow
def test_without_complementary_suppression_the_attacker_wins() -> None:
    def only_small(counts: LinkedCounts) -> Suppression:
        return Suppression(suppress(counts).small, frozenset())

    tried = won = 0
    for seed in range(0, SEEDS, 2):
        snapshot = population(seed)
        found = suppress(count(facts_of(snapshot)))
        if not found.small or not found.complementary:
            continue
        tried += 1
        won += bool(pinned(learn(build(snapshot, only_small), twice=nobody_twice(seed))))
    assert tried >= 20
    assert won >= 0.95 * tried, f"{won} of {tried}"
