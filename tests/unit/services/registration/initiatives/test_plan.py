"""The division of the pool through any sequence of answers, releases and withdrawals, against a slow reference."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libs.shared.rules.funding.allocation import allocate
from libs.shared.rules.funding.facts import FundingFacts, MunicipalityShare
from libs.shared.rules.library import library_rule_set
from services.registration.initiatives.allocations.domain import Basis, Claim, Plan, plan
from services.registration.initiatives.allocations.errors import NobodyAccepted, PoolTooSmall
from services.registration.initiatives.domain import funding_of
from tests.unit.services.registration.initiatives.reference import reference

CODES = [str(101 + place) for place in range(7)]
HAPPENINGS = st.tuples(
    st.sampled_from(["decline", "accept", "release", "withdraw", "pool"]),
    st.sampled_from(CODES),
    st.integers(0, 100),
)


class Told:
    """What an initiative's municipalities have said so far, kept without the product's code."""

    def __init__(self, pool: int, hundredths: dict[str, int]) -> None:
        self.pool = pool
        self.shares = {code: Fraction(share, 100) for code, share in hundredths.items()}
        self.taking_part = set(hundredths)
        self.released = dict.fromkeys(hundredths, 0)
        self.spent: dict[str, int] = {}

    def happens(self, what: str, code: str, amount: int, granted: dict[str, int]) -> None:
        if code not in self.shares or code in self.spent:
            return
        if what == "decline" and not self.released[code]:
            self.taking_part.discard(code)
        elif what == "accept":
            self.taking_part.add(code)
        elif what == "release" and code in self.taking_part:
            self.released[code] = max(granted.get(code, 0), self.released[code])
        elif what == "withdraw" and self.released[code]:
            self.taking_part.discard(code)
            self.spent[code] = self.released[code] * amount // 100
        elif what == "pool":
            self.pool += amount

    def planned(self) -> Plan:
        return plan(
            self.pool,
            [
                Claim(
                    code,
                    Decimal(share.numerator) / share.denominator,
                    self.spent.get(code, self.released[code]),
                    takes_part=code in self.taking_part,
                )
                for code, share in self.shares.items()
            ],
        )

    def expected(self) -> dict[str, int]:
        shares = {code: self.shares[code] for code in self.taking_part}
        released = {code: self.released[code] for code in self.taking_part}
        spent = {code: amount for code, amount in self.spent.items() if amount}
        return {**reference(self.pool - sum(spent.values()), shares, released), **spent}


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 3_000),
    st.dictionaries(st.sampled_from(CODES), st.integers(1, 10_000), min_size=1),
    st.lists(HAPPENINGS, max_size=14),
)
def test_whatever_happens_the_parts_add_up_to_the_krone_and_are_those_of_the_reference(
    pool: int, hundredths: dict[str, int], happenings: list[tuple[str, str, int]]
) -> None:
    told = Told(pool, hundredths)
    granted: dict[str, int] = {}
    for what, code, amount in [("pool", "", 0), *happenings]:
        told.happens(what, code, amount, granted)
        if not told.taking_part:
            with pytest.raises(NobodyAccepted):
                told.planned()
            continue
        made = told.planned()
        granted = {each.municipality_code: each.amount for each in made.parts}
        assert sum(granted.values()) == made.pool == told.pool
        assert granted == told.expected()
        _require_shown(made)


def _require_shown(made: Plan) -> None:
    """Whoever repeats the calculation from what is shown finds the same amounts."""
    by_share = [each for each in made.parts if each.basis is Basis.SHARE]
    assert made.share_sum == sum(each.share_percent for each in by_share)
    left = made.divided
    for each in by_share:
        assert each.whole_kroner is not None
        assert each.remainder is not None
        assert made.divided * each.share_percent * 100 == each.whole_kroner * made.share_sum * 100 + each.remainder
        left -= each.whole_kroner
    for each in by_share:
        assert each.whole_kroner is not None
        assert each.remainder_order is not None
        assert each.amount == each.whole_kroner + (each.remainder_order <= left)
    kept = sum(each.amount for each in made.parts if each.basis is Basis.SPENT)
    assert kept == made.kept
    assert made.divided + kept + sum(each.amount for each in made.parts if each.basis is Basis.RELEASED) == made.pool


@given(
    st.dictionaries(st.sampled_from(CODES), st.integers(1, 10_000), min_size=1),
    st.sets(st.sampled_from(CODES)),
    st.integers(0, 10**9),
)
def test_without_released_grants_it_is_the_rule_s_own_allocation(
    hundredths: dict[str, int], declined: set[str], pool: int
) -> None:
    rule_set = funding_of(
        library_rule_set("funding-2021"), pool=pool, invited=len(hundredths), comparison_from_percent="14"
    )
    shares = {code: Decimal(share) / 100 for code, share in hundredths.items()}
    facts = FundingFacts(
        reference_date=rule_set.valid_from,
        shares=tuple(MunicipalityShare(municipality_code=code, share_percent=share) for code, share in shares.items()),
        declined=frozenset(declined & shares.keys()),
    )
    if declined >= shares.keys():
        return
    made = plan(pool, [Claim(code, share, 0, takes_part=code not in declined) for code, share in shares.items()])
    assert {each.municipality_code: each.amount for each in made.parts} == allocate(rule_set, facts).grants


def test_a_pool_below_what_was_released_is_refused() -> None:
    with pytest.raises(PoolTooSmall):
        plan(9, [Claim("101", Decimal(1), 10, takes_part=True)])
