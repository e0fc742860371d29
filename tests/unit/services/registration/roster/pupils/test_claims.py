"""Where a pupil is, by what the schools claim: the same in any order, and a person is asked when it is unclear."""

from datetime import UTC, date, datetime
from itertools import permutations
from uuid import UUID

import pytest

from services.registration.roster.pupils.claims import Claim, Placed, Ruling, place
from services.registration.roster.pupils.memberships import Interval

YEAR = "2022/2023"
AUGUST, END = date(2022, 8, 1), date(2023, 8, 1)
OCTOBER = date(2022, 10, 17)


def claim(school: str, start: date = AUGUST, to: date = END, *, named: date | None = None, class_: int = 0) -> Claim:
    """A claim of a school, first made in a complete file of this day."""
    at = None if named is None else datetime(named.year, named.month, named.day, 12, tzinfo=UTC)
    return Claim(school, YEAR, Interval(start, to, UUID(int=class_ or ord(school))), at)


def stays(*claims: Claim, rulings: tuple[Ruling, ...] = ()) -> dict[str, tuple[date, date]]:
    """The stays that last, by school; asserts that the claims' order does not matter."""
    found = [
        {
            each.claim.institution_number: (each.stay.valid_from, each.stay.valid_to)
            for each in place(order, rulings)
            if each.stay.valid_to > each.stay.valid_from
        }
        for order in permutations(claims)
    ]
    assert all(each == found[0] for each in found)
    return found[0]


def asked(*claims: Claim, rulings: tuple[Ruling, ...] = ()) -> dict[str, Placed]:
    """The limited claims, by school."""
    return {each.claim.institution_number: each for each in place(claims, rulings) if each.is_limited}


def test_the_claim_that_begins_later_ends_the_other_schools() -> None:
    assert stays(claim("A"), claim("B", OCTOBER)) == {"A": (AUGUST, OCTOBER), "B": (OCTOBER, END)}
    limited = asked(claim("A"), claim("B", OCTOBER))["A"]
    assert (limited.since, limited.unclear) == (OCTOBER, False)


def test_who_was_overtaken_does_not_come_back_when_the_other_school_ends() -> None:
    left = date(2023, 1, 10)
    assert stays(claim("A"), claim("B", OCTOBER, left)) == {"A": (AUGUST, OCTOBER), "B": (OCTOBER, left)}


def test_a_withdrawn_claim_limits_nothing() -> None:
    assert stays(claim("A"), claim("B", OCTOBER, OCTOBER)) == {"A": (AUGUST, END)}


def test_a_pupil_can_come_back_by_a_claim_of_its_own() -> None:
    back = date(2023, 1, 9)
    found = place([claim("A", to=OCTOBER), claim("B", OCTOBER), claim("A", back, class_=7)])
    assert sorted(each.stay for each in found) == [
        Interval(AUGUST, OCTOBER, UUID(int=ord("A"))),
        Interval(OCTOBER, back, UUID(int=ord("B"))),
        Interval(back, END, UUID(int=7)),
    ]


@pytest.mark.parametrize("start", [AUGUST, date(2022, 8, 8)])
def test_a_school_that_wrote_no_day_of_transfer_begins_when_it_first_named_the_pupil(start: date) -> None:
    former, new = claim("A", start, named=date(2022, 9, 1)), claim("B", named=OCTOBER)
    assert stays(former, new) == {"A": (start, OCTOBER), "B": (OCTOBER, END)}
    assert not asked(former, new)["A"].unclear


def test_there_is_no_gap_when_the_former_school_had_ended_before() -> None:
    ended = date(2022, 10, 10)
    former, new = claim("A", to=ended, named=date(2022, 9, 1)), claim("B", named=OCTOBER)
    assert stays(former, new) == {"A": (AUGUST, ended), "B": (ended, END)}


def test_the_school_that_named_the_pupil_last_before_the_year_has_it() -> None:
    former, new = claim("A", named=date(2022, 5, 1)), claim("B", named=date(2022, 6, 20))
    assert stays(former, new) == {"B": (AUGUST, END)}
    assert asked(former, new)["A"].since == AUGUST


@pytest.mark.parametrize("named", [None, OCTOBER])
def test_nothing_tells_which_of_two_claims_of_the_same_days_is_right(named: date | None) -> None:
    one, other = claim("A", named=named), claim("B", named=named)
    assert stays(one, other) == {"A": (AUGUST, END)}
    assert asked(one, other)["B"].unclear


def test_a_decision_for_the_new_school_confirms_the_transfer() -> None:
    ruled = (Ruling("B", "A", YEAR, OCTOBER),)
    pair = claim("A"), claim("B", OCTOBER)
    assert stays(*pair, rulings=ruled) == {"A": (AUGUST, OCTOBER), "B": (OCTOBER, END)}
    assert asked(*pair, rulings=ruled)["A"].since is None


def test_a_decision_for_the_former_school_holds_until_its_claim_ends() -> None:
    ruled = (Ruling("A", "B", YEAR, OCTOBER),)
    assert stays(claim("A"), claim("B", OCTOBER), rulings=ruled) == {"A": (AUGUST, END)}
    ended = date(2023, 1, 10)
    later = stays(claim("A", to=ended), claim("B", OCTOBER), rulings=ruled)
    assert later == {"A": (AUGUST, ended), "B": (ended, END)}


def test_a_decision_does_not_cover_what_begins_later() -> None:
    ruled, later = (Ruling("A", "B", YEAR, OCTOBER),), date(2023, 3, 1)
    assert stays(claim("A"), claim("B", later), rulings=ruled) == {"A": (AUGUST, later), "B": (later, END)}


@pytest.mark.parametrize("kept", ["A", "B"])
def test_a_decision_between_claims_of_the_same_days_gives_all_to_one(kept: str) -> None:
    other = {"A": "B", "B": "A"}[kept]
    assert stays(claim("A"), claim("B"), rulings=(Ruling(kept, other, YEAR, AUGUST),)) == {kept: (AUGUST, END)}
