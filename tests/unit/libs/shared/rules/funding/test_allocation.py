"""Invitation, the division of the pool, declines and the comparison group."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from libs.shared.rules.errors import NoRuleInForce
from libs.shared.rules.funding.allocation import allocate, divided
from libs.shared.rules.funding.facts import FundingFacts, MunicipalityShare
from libs.shared.rules.library import library_rule_set

SET = library_rule_set("funding-2021")
DAY = date(2019, 12, 31)
POOL = 69_000_000


def facts(shares: dict[str, str], *declined: str, on: date = DAY) -> FundingFacts:
    return FundingFacts(
        reference_date=on,
        shares=tuple(MunicipalityShare(municipality_code=code, share_percent=Decimal(x)) for code, x in shares.items()),
        declined=frozenset(declined),
    )


def many(number: int, first: int = 101) -> dict[str, str]:
    """``number`` municipalities with shares that fall from 25.7 by 0.4 each."""
    return {str(first + place): str(Decimal("25.7") - Decimal("0.4") * place) for place in range(number)}


def test_the_25_with_the_largest_shares_are_invited_and_the_pool_is_divided_among_them() -> None:
    found = allocate(SET, facts(many(40)))
    assert (found.rule_set, found.version, found.pool) == ("funding-2021", 1, POOL)
    assert found.invited == tuple(str(101 + place) for place in range(25))
    assert sum(found.grants.values()) == POOL
    assert list(found.grants) == sorted(found.invited)
    assert found.grants["101"] > found.grants["102"] > found.grants["125"] > 0
    assert found.undivided == 0


def test_of_two_with_the_same_share_at_the_line_the_lower_code_is_invited() -> None:
    shares = {**{str(200 + n): "20" for n in range(24)}, "199": "15.4", "198": "15.4", "197": "15.4"}
    found = allocate(SET, facts(shares))
    assert found.invited[-1] == "197"
    assert found.comparison == ("198", "199")


def test_the_comparison_group_is_just_below_the_line_from_14_percent_and_those_who_declined() -> None:
    shares = {**{str(200 + n): "20" for n in range(25)}, "301": "15.4", "302": "14", "303": "13.99", "304": "14.01"}
    found = allocate(SET, facts(shares, "205", "224", "302"))
    assert found.comparison == ("205", "224", "301", "302", "304")
    assert len(found.grants) == 23


def test_a_decline_divides_the_whole_pool_again_and_invites_nobody_new() -> None:
    before, after = allocate(SET, facts(many(30))), allocate(SET, facts(many(30), "103"))
    assert after.invited == before.invited
    assert "103" not in after.grants
    assert sum(after.grants.values()) == POOL
    assert all(after.grants[code] > before.grants[code] for code in after.grants)


def test_the_krone_left_over_goes_to_the_largest_remainder_and_ties_go_by_code() -> None:
    assert divided(100, {"300": Fraction(1), "100": Fraction(1), "200": Fraction(1)}) == {
        "100": 34,
        "200": 33,
        "300": 33,
    }
    assert divided(11, {"100": Fraction(1), "200": Fraction(2)}) == {"100": 4, "200": 7}
    assert divided(2, {"100": Fraction(1), "200": Fraction(1), "300": Fraction(1)}) == {"100": 1, "200": 1, "300": 0}
    assert list(divided(2, {"300": Fraction(1), "100": Fraction(1)})) == ["100", "300"]


def test_with_nobody_to_give_to_the_pool_is_undivided() -> None:
    assert allocate(SET, facts({"101": "20"}, "101")).undivided == POOL
    assert allocate(SET, facts({"101": "0"})).grants == {}
    assert allocate(SET, facts({})).undivided == POOL


@given(st.dictionaries(st.from_regex(r"[0-9]{3}", fullmatch=True), st.integers(1, 10_000), min_size=1, max_size=98))
def test_the_parts_add_up_to_the_pool_and_each_is_within_a_krone_of_its_exact_part(shares: dict[str, int]) -> None:
    percent = {code: Fraction(share, 100) for code, share in shares.items()}
    parts = divided(POOL, percent)
    assert sum(parts.values()) == POOL
    for code, part in parts.items():
        assert abs(part - POOL * percent[code] / sum(percent.values())) < 1
    for one, other in zip(sorted(shares), sorted(shares)[1:], strict=False):
        if shares[one] == shares[other]:
            assert 0 <= parts[one] - parts[other] <= 1


def test_the_reference_date_chooses_the_version() -> None:
    with pytest.raises(NoRuleInForce):
        allocate(SET, facts({"101": "20"}, on=date(2019, 12, 30)))


@pytest.mark.parametrize("wrong", ["1", "1011", "ab1"])
def test_shares_that_cannot_be_are_refused(wrong: str) -> None:
    with pytest.raises(ValidationError):
        facts({wrong: "20"})
    with pytest.raises(ValidationError, match="that declined has a share"):
        facts({"101": "20"}, "102")
    with pytest.raises(ValidationError, match="each municipality has one share"):
        FundingFacts(reference_date=DAY, shares=facts({"101": "20"}).shares * 2)
    with pytest.raises(ValidationError):
        facts({"101": "100.01"})


def test_the_largest_remainder_takes_the_kroner_that_is_left_and_not_the_first_code() -> None:
    assert divided(100, {"101": Fraction(1), "102": Fraction(2)}) == {"101": 33, "102": 67}
    assert divided(100, {"101": Fraction(2), "102": Fraction(1)}) == {"101": 67, "102": 33}
    shares = {"101": Fraction(10), "102": Fraction(13), "103": Fraction(17), "104": Fraction(13)}
    assert divided(10, shares) == {"101": 2, "102": 3, "103": 3, "104": 2}
