"""The walk over other possible tables, compared with a solver we did not write."""

import random
from collections.abc import Sequence

import numpy as np
import pytest
from scipy.optimize import linprog

from services.evaluation_export.disclosure.alternatives import Alternatives


class Look:
    """Keeps every table shown and never stops the walk."""

    def __init__(self, seen: list[Sequence[int]]) -> None:
        self._seen = seen

    def __call__(self, table: Sequence[int]) -> bool:
        self._seen.append(list(table))
        return False


def random_system(seed: int) -> tuple[list[int], list[int], list[list[tuple[int, int]]]]:
    """A true table, its bounds, and sums over neighbours, whose corners are all whole numbers."""
    chance = random.Random(seed)  # noqa: S311 - a seed, not a secret
    size = chance.randint(2, 9)
    truth = [chance.randint(1, 20) for _ in range(size)]
    equations = []
    for _ in range(chance.randint(1, 5)):
        first = chance.randrange(size)
        sign = chance.choice((1, -1))
        equations.append([(place, sign) for place in range(first, min(size, first + chance.randint(1, 4)))])
    return truth, [chance.randint(0, 1) for _ in range(size)], equations


@pytest.mark.parametrize("seed", range(150))
def test_the_ends_of_the_walk_are_those_a_solver_finds(seed: int) -> None:
    truth, least, equations = random_system(seed)
    matrix = np.zeros((len(equations), len(truth)))
    for row, terms in enumerate(equations):
        for place, sign in terms:
            matrix[row, place] = sign
    right = matrix @ np.array(truth)
    for place in range(len(truth)):
        ends: dict[bool, int] = {}
        for upwards in (False, True):
            seen: list[Sequence[int]] = []
            Alternatives(truth, least, equations).walk(place, upwards=upwards, far=1000, seen=Look(seen))
            for table in seen:
                assert (matrix @ np.array(table) == right).all()
                assert all(value >= low for value, low in zip(table, least, strict=True))
            ends[upwards] = (max if upwards else min)(table[place] for table in seen)
        aim = np.zeros(len(truth))
        aim[place] = 1
        bounds = [(low, 5000) for low in least]
        assert ends[False] == round(linprog(aim, A_eq=matrix, b_eq=right, bounds=bounds).fun)
        highest = round(-linprog(-aim, A_eq=matrix, b_eq=right, bounds=bounds).fun)
        assert ends[True] == highest or (highest == 5000 and ends[True] >= 1000)


def test_what_is_shown_is_always_a_table_of_whole_numbers() -> None:
    # Three pairs of three that add up alike: the highest x[0] lies at a corner of halves.
    seen: list[Sequence[int]] = []
    pairs = [[(0, 1), (1, 1), (3, 1)], [(1, 1), (2, 1), (4, 1)], [(0, 1), (2, 1), (5, 1)]]
    for place in range(6):
        for upwards in (True, False):
            walk = Alternatives([1, 1, 1, 1, 1, 1], [0] * 6, pairs)
            walk.walk(place, upwards=upwards, far=5, seen=Look(seen))
    assert seen
    for table in seen:
        assert all(type(value) is int for value in table)
        assert [sum(table[place] for place, _ in terms) for terms in pairs] == [3, 3, 3]


def test_a_truth_that_breaks_its_own_bounds_is_refused() -> None:
    with pytest.raises(ValueError, match="outside its own bounds"):
        Alternatives([0], [1], [])


def test_where_there_is_no_highest_a_table_far_above_is_seen() -> None:
    seen: list[Sequence[int]] = []
    Alternatives([3, 3], [1, 1], [[(0, 1), (1, -1)]]).walk(0, upwards=True, far=5, seen=Look(seen))
    assert max(table[0] for table in seen) >= 6
