"""Divides the pool among the municipalities that accepted, and shows how. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from libs.shared.rules.funding.division_again import divide_again
from services.registration.initiatives.allocations.errors import NobodyAccepted, PoolTooSmall


class Basis(StrEnum):
    """Why a part is what it is: by the formula, as more was released, or what one that withdrew has spent."""

    SHARE = "share"
    RELEASED = "released"
    SPENT = "spent"


@dataclass(frozen=True, slots=True)
class Claim:
    """A municipality that has a part: its share, what was released, and whether it takes part or withdrew."""

    municipality_code: str
    share_percent: Decimal
    released: int
    takes_part: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A municipality's part. By the formula it is ``whole_kroner``, and one more if ``remainder_order`` is among the
    kroner that are left.
    """

    municipality_code: str
    share_percent: Decimal
    basis: Basis
    amount: int
    whole_kroner: int | None = None
    remainder: int | None = None
    remainder_order: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A division of the pool: ``kept`` by those that withdrew, ``divided`` by the sum of shares ``share_sum``."""

    pool: int
    kept: int
    divided: int
    share_sum: Decimal
    parts: Sequence[Part]


def plan(pool: int, claims: Iterable[Claim]) -> Plan:
    """Divide the pool; the parts add up to it exactly. Raises ``NobodyAccepted`` and ``PoolTooSmall``."""
    claims = sorted(claims, key=lambda each: each.municipality_code)
    withdrawn = [each for each in claims if not each.takes_part and each.released]
    accepted = {each.municipality_code: each for each in claims if each.takes_part}
    if not accepted:
        raise NobodyAccepted
    released = sum(each.released for each in claims)
    if released > pool:
        raise PoolTooSmall(released=released)
    kept = sum(each.released for each in withdrawn)
    division = divide_again(
        pool - kept,
        {code: Fraction(each.share_percent) for code, each in accepted.items()},
        {code: each.released for code, each in accepted.items()},
    )
    hundredths = {code: int(accepted[code].share_percent * 100) for code in division.by_share}
    formula = _formula(division.divided, hundredths)
    parts = [
        *(Part(each.municipality_code, each.share_percent, Basis.SPENT, each.released) for each in withdrawn),
        *(
            Part(code, each.share_percent, Basis.SHARE, division.amounts[code], *formula[code])
            if code in formula
            else Part(code, each.share_percent, Basis.RELEASED, division.amounts[code])
            for code, each in accepted.items()
        ),
    ]
    share_sum = Decimal(sum(hundredths.values())) / 100
    return Plan(pool, kept, division.divided, share_sum, sorted(parts, key=lambda each: each.municipality_code))


def _formula(divided: int, hundredths: Mapping[str, int]) -> dict[str, tuple[int, int, int]]:
    """For each municipality the whole kroner of its part, the remainder, and its place when remainders are served."""
    total = sum(hundredths.values())
    exact = {code: divmod(divided * share, total) for code, share in hundredths.items()}
    served = sorted(exact, key=lambda code: (-exact[code][1], code))
    return {code: (*exact[code], order) for order, code in enumerate(served, 1)}
