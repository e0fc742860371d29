"""The pool divided again: it adds up, no released grant gets smaller, and everyone else follows the formula."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.shared.rules.funding.allocation import divided
from libs.shared.rules.funding.division_again import divide_again

CODES = [str(101 + place) for place in range(12)]


@st.composite
def released_pools(draw: st.DrawFn) -> tuple[int, dict[str, Fraction], dict[str, int]]:
    shares = draw(
        st.dictionaries(st.sampled_from(CODES), st.integers(1, 10_000).map(lambda n: Fraction(n, 100)), min_size=1)
    )
    pool = draw(st.integers(0, 5_000))
    left, released = pool, {}
    for code in draw(st.permutations(sorted(shares))):
        released[code] = draw(st.integers(0, left))
        left -= released[code]
    return pool, shares, released


@given(released_pools())
def test_the_parts_add_up_and_each_follows_the_formula_or_was_released(
    case: tuple[int, dict[str, Fraction], dict[str, int]],
) -> None:
    pool, shares, released = case
    found = divide_again(pool, shares, released)
    assert sum(found.amounts.values()) == pool
    assert all(found.amounts[code] >= released[code] for code in shares)
    free = {code: shares[code] for code in found.by_share}
    assert divided(found.divided, free) == {code: found.amounts[code] for code in sorted(free)}
    for code in shares.keys() - found.by_share:
        assert found.amounts[code] == released[code]
        # Had it taken part in the last division, the formula would have given it less than was released.
        assert divided(found.divided + released[code], {**free, code: shares[code]})[code] <= released[code]


def test_nothing_released_is_the_formula_alone() -> None:
    shares = {"101": Fraction(20), "147": Fraction(16), "151": Fraction("15.4")}
    found = divide_again(69_000_000, shares, {})
    assert found.amounts == divided(69_000_000, shares)
    assert (found.by_share, found.divided) == (frozenset(shares), 69_000_000)


def test_after_a_decline_a_released_grant_grows_with_the_others() -> None:
    shares = {"101": Fraction(2), "147": Fraction(1)}
    assert divide_again(900, shares, {"101": 450}).amounts == {"101": 600, "147": 300}


def test_after_a_late_yes_a_released_grant_stays_and_the_others_share_the_rest() -> None:
    shares = {"101": Fraction(1), "147": Fraction(1), "151": Fraction(1)}
    found = divide_again(900, shares, {"101": 450})
    assert (found.amounts, found.by_share) == ({"101": 450, "147": 225, "151": 225}, {"147", "151"})


def test_one_that_is_kept_can_bring_another_below_what_was_released() -> None:
    """By the formula 101, 147 and 151 would get 300 each; without 101 the others would get 225, less than 280."""
    shares = {"101": Fraction(1), "147": Fraction(1), "151": Fraction(1)}
    assert divide_again(900, shares, {"101": 450, "147": 280}).amounts == {"101": 450, "147": 280, "151": 170}


@pytest.mark.parametrize(
    ("shares", "released"),
    [({}, {}), ({"101": Fraction(0)}, {}), ({"101": Fraction(1)}, {"101": 11})],
    ids=["nobody", "a share of 0", "more released than the pool"],
)
def test_what_cannot_be_divided_is_refused(shares: dict[str, Fraction], released: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"pool|share"):
        divide_again(10, shares, released)
