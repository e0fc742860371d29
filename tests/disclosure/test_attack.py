"""The attacker attacks the product (X1 and X2 of the quality goals, at the size of a test run)."""

from collections.abc import Callable, Iterator

import pytest

from services.evaluation_export.products.aggregate.primary import Part
from tests.disclosure.runs import Attempt, Result, on_every_core, planted, several, single
from tests.disclosure.sizes import LEAST_WON, of_test_run

SIZE = of_test_run()
Run = Callable[[Attempt, int], Iterator[Result]]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]  # a loaded machine needs several times as long


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    with on_every_core() as started:
        yield started


def nothing_won(results: Iterator[Result]) -> int:
    """The number of refused releases; fails at the first attempt that the attacker wins or in which it is wrong."""
    refused = 0
    for seed, (outcome, not_released) in enumerate(results):
        assert not outcome.won, (seed, outcome.lines())
        assert not outcome.wrong, (seed, outcome.lines())
        refused += not_released
    return refused


def test_the_attacker_wins_nothing_of_random_populations(run: Run) -> None:
    refused = nothing_won(run(single, SIZE.populations))
    assert refused <= 0.02 * SIZE.populations, "a product that releases nothing is safe and useless"


def test_the_attacker_wins_nothing_of_several_releases(run: Run) -> None:
    nothing_won(run(several, SIZE.histories))


@pytest.mark.parametrize("part", Part)
def test_without_the_part_the_attacker_wins_what_only_it_protects(part: Part, run: Run) -> None:
    won = 0
    for seed, (outcome, _) in enumerate(run(planted(part, off=True), SIZE.planted)):
        assert not outcome.wrong, (seed, outcome.wrong)
        won += outcome.won
    assert won >= LEAST_WON * SIZE.planted, f"{won} of {SIZE.planted}"


@pytest.mark.parametrize("part", Part)
def test_with_the_part_the_attacker_wins_none_of_them(part: Part, run: Run) -> None:
    refused = nothing_won(run(planted(part, off=False), SIZE.planted))
    assert refused <= 0.1 * SIZE.planted, "the cases are to be released, not refused"
