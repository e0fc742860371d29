"""How a single number may be printed, at every boundary."""

from decimal import Decimal
from itertools import product

import pytest

from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.products.aggregate.primary import mean_days, rests_on_enough, rounded_count, share

RULES = DisclosureRules()


@pytest.mark.parametrize(
    ("true", "printed"),
    [(0, None), (1, None), (4, None), (5, 5), (7, 5), (8, 10), (12, 10), (13, 15), (1002, 1000), (1003, 1005)],
)
def test_fewer_than_five_are_hidden_and_others_rounded_to_the_nearest_five(true: int, printed: int | None) -> None:
    assert rounded_count(true, RULES) == printed


def test_threshold_and_base_are_settings() -> None:
    rules = DisclosureRules(threshold=8, base=10)
    assert [rounded_count(true, rules) for true in (7, 8, 14, 15, 24, 25)] == [None, 10, 10, 20, 20, 30]
    # A number that a base would round to zero is hidden.
    assert [rounded_count(true, DisclosureRules(base=20)) for true in (5, 9, 10)] == [None, None, 20]


@pytest.mark.parametrize(
    ("numerator", "whole", "printed"),
    [
        (4, 15, None),  # too few in the numerator
        (11, 15, None),  # too few in the rest
        (5, 10, 50),
        (5, 15, 33),  # 33.3 % would reveal more than the two rounded numbers
        (7, 22, 25),  # 5 of 20, though 7 of 22 are 31.8 %
        (8, 13, 67),  # 10 of 15
        (0, 40, None),
        (40, 40, None),
    ],
)
def test_a_share_is_whole_per_cent_of_the_rounded_numbers_where_both_sides_are_enough(
    numerator: int, whole: int, printed: int | None
) -> None:
    assert share(numerator, whole, RULES) == printed


def test_a_share_tells_nothing_beside_the_two_rounded_numbers() -> None:
    seen: dict[tuple[int | None, int | None], set[int]] = {}
    for numerator, whole in product(range(60), range(1, 80)):
        if numerator <= whole and (found := share(numerator, whole, RULES)) is not None:
            beside = rounded_count(numerator, RULES), rounded_count(whole, RULES)
            seen.setdefault(beside, set()).add(found)
    assert seen
    assert all(len(shares) == 1 for shares in seen.values())


def test_a_mean_has_one_decimal_of_the_true_values_and_halves_go_up() -> None:
    assert mean_days([1, 2, 3, 4, 5, 6, 7], RULES) == Decimal("2.0")
    assert mean_days([2, 4, 6, 8, 10, 3], RULES) == Decimal("2.8")  # 33 half-days of 6 pupils: 2.75


def test_a_mean_needs_five_measured_pupils() -> None:
    assert not rests_on_enough([2, 3, 4, 5], RULES)
    assert mean_days([], RULES) is None


def test_a_mean_needs_five_pupils_with_another_value_than_the_commonest() -> None:
    assert not rests_on_enough([0] * 30 + [3, 4, 5, 6], RULES)
    assert rests_on_enough([0] * 30 + [3, 4, 5, 6, 7], RULES)
    # The commonest value need not be zero; pupils without absence are then contributors.
    assert not rests_on_enough([6] * 30 + [0, 0, 2, 4], RULES)
    assert rests_on_enough([6] * 30 + [0, 0, 2, 4, 5], RULES)


def test_a_mean_of_nothing_at_all_is_hidden() -> None:
    assert mean_days([0] * 40, RULES) is None


def test_no_pupil_may_dominate_a_mean() -> None:
    # The largest is 100, the second 10: the others together must be at least 10.
    few = [1, 1, 1, 2, 2, 2]
    assert sum(few) == 9
    assert not rests_on_enough([100, 10, *few], RULES)
    assert rests_on_enough([100, 10, *few, 1], RULES)
    assert not rests_on_enough([101, 10, *few, 1], RULES)
    assert not rests_on_enough([100, 10, *few, 1], DisclosureRules(p=11))
