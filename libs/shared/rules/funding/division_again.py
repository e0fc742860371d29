"""Divides the pool again when grants have been released: no released grant gets smaller."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from libs.shared.rules.funding.allocation import divided


@dataclass(frozen=True, slots=True)
class Division:
    """The amounts in whole kroner by municipality code. Those of ``by_share`` follow the formula, which divides
    ``divided`` kroner among them; every other one is what was released.
    """

    amounts: dict[str, int]
    by_share: frozenset[str]
    divided: int


def divide_again(pool: int, shares: Mapping[str, Fraction], released: Mapping[str, int]) -> Division:
    """Divide ``pool`` by the formula of ``divided``, with what was released as each one's least amount (C).

    A municipality whose part is below what was released keeps what was released, and the rest is divided among the
    others; this repeats until no part is below. Without released grants it is ``divided``. All shares are above 0.
    Raises ``ValueError`` if there is none, or more was released than the pool has.
    """
    if not shares or min(shares.values()) <= 0:
        raise ValueError("every share is above 0, and there is one")
    if sum(released.values()) > pool:
        raise ValueError("more was released than the pool has")
    kept: dict[str, int] = {}
    while True:
        left = pool - sum(kept.values())
        parts = divided(left, {code: share for code, share in shares.items() if code not in kept})
        below = {code: released[code] for code, part in parts.items() if released.get(code, 0) > part}
        if not below:
            return Division(dict(sorted({**parts, **kept}.items())), frozenset(parts), left)
        kept |= below
