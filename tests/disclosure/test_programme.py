"""The attacker's solver finds the same narrow targets as plain enumeration."""

from itertools import product

import pytest

from tests.disclosure.attacker.programme import Contradiction, Found, Programme, Target
from tests.disclosure.catalog import seeded

MOST = 6


def random_programme(seed: int) -> tuple[Programme, list[Target], list[dict[str, int]]]:
    chance = seeded("programme", seed)
    names = [f"x{number}" for number in range(chance.randint(2, 5))]
    made = Programme()
    for name in names:
        made.variable(name, 0, MOST)
    for number in range(chance.randint(1, 4)):
        terms = {name: chance.choice((-1, 1, 1, 2)) for name in chance.sample(names, chance.randint(1, len(names)))}
        low = chance.randint(-3, 6)
        made.row(f"row {number}", terms, low, low + chance.randint(0, 6))
    targets = []
    for number in range(4):
        terms = dict.fromkeys(chance.sample(names, chance.randint(1, len(names))), 1)
        targets.append(Target(f"target {number}", terms, chance.choice((2, 3, 10))))
    points = [dict(zip(names, values, strict=True)) for values in product(range(MOST + 1), repeat=len(names))]
    return made, targets, [point for point in points if not made.broken(point)]


@pytest.mark.parametrize("seed", range(60))
def test_what_the_solver_finds_is_what_enumeration_finds(seed: int) -> None:
    made, targets, possible = random_programme(seed)
    if not possible:
        with pytest.raises(Contradiction):
            made.narrow(targets)
        return
    expected = []
    for target in targets:
        values = [sum(factor * point[str(name)] for name, factor in target.terms.items()) for point in possible]
        if max(values) - min(values) < target.width:
            expected.append(Found(target.name, int(min(values)), int(max(values))))
    assert sorted(made.narrow(targets), key=lambda one: one.name) == expected


def test_a_false_claim_is_noticed() -> None:
    made = Programme()
    made.variable("pupils", 0, 10)
    made.row("at least six", {"pupils": 1}, low=6)
    assert made.broken({"pupils": 6}) == []
    assert made.broken({"pupils": 5}) == ["at least six: 5 not in 6 to inf"]
    assert len(made.broken({"pupils": 11})) == 1
