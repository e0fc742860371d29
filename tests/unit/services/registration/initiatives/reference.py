"""The slow reference: it divides a pool by exact fractions, from the outside, and knows nothing of the product's code.

By the rule each part is the pool's share of what is left, and never less than what was released. The reference does not
repeat divisions: it looks for the set of municipalities that stay at their released amount, the smallest one first.
"""

from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations


def by_remainder(kroner: int, shares: Mapping[str, Fraction]) -> dict[str, int]:
    """Whole kroner, one at a time: each goes to the one that is furthest below its exact part, ties by code."""
    total = sum(shares.values(), Fraction(0))
    exact = {code: kroner * share / total for code, share in shares.items()}
    parts = {code: exact[code].numerator // exact[code].denominator for code in shares}
    for _ in range(kroner - sum(parts.values())):
        code = min(parts, key=lambda each: (parts[each] - exact[each], each))
        parts[code] += 1
    return parts


def reference(pool: int, shares: Mapping[str, Fraction], released: Mapping[str, int]) -> dict[str, int]:
    """The only division in which nobody is below what was released, and as few as possible stay at it."""
    bound = sorted(code for code in shares if released.get(code, 0))
    for number in range(len(bound) + 1):
        for kept in combinations(bound, number):
            left = pool - sum(released[code] for code in kept)
            free = {code: share for code, share in shares.items() if code not in kept}
            if left < 0 or (not free and left):
                continue
            parts = by_remainder(left, free) if free else {}
            if all(part >= released.get(code, 0) for code, part in parts.items()):
                return {**parts, **{code: released[code] for code in kept}}
    raise AssertionError("more was released than the pool has")
