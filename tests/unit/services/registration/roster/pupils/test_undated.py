"""A snapshot that does not say when pupils came: what is known decides, or the day of the snapshot."""

from datetime import date
from uuid import UUID

import pytest

from services.registration.roster.pupils.memberships import Interval
from services.registration.roster.pupils.undated import Undated

OWN, OTHER = UUID(int=1), UUID(int=2)
AUGUST, OCTOBER, NEXT = date(2022, 8, 1), date(2022, 10, 10), date(2023, 8, 1)
DECEMBER = date(2022, 12, 1)


def dated(known: list[Interval], *, day: date = OCTOBER, first: bool = False, end: date | None = None) -> Interval:
    return Undated(OWN, "2022/2023", end).dated(known, day, first=first)


@pytest.mark.parametrize("first", [False, True])
def test_who_is_in_the_class_stays_there_as_it_is_known(first: bool) -> None:
    for known in (
        Interval(AUGUST, NEXT, OWN),
        Interval(date(2022, 9, 5), DECEMBER, OWN),
        Interval(DECEMBER, NEXT, OWN),
    ):
        assert dated([known], first=first) == known


def test_the_first_snapshot_takes_who_is_unknown_in_the_year_from_its_beginning() -> None:
    earlier = Interval(date(2021, 8, 1), AUGUST, OTHER)
    assert dated([], first=True) == dated([earlier], first=True) == Interval(AUGUST, NEXT, OWN)


@pytest.mark.parametrize("known", [[Interval(AUGUST, NEXT, OTHER)], [Interval(AUGUST, date(2022, 9, 1), OWN)]])
def test_who_was_elsewhere_this_year_or_comes_back_begins_on_the_day(known: list[Interval]) -> None:
    assert dated(known, first=True) == dated(known) == Interval(OCTOBER, NEXT, OWN)


def test_who_is_new_in_a_later_snapshot_came_on_its_day() -> None:
    assert dated([]) == Interval(OCTOBER, NEXT, OWN)


def test_a_file_made_before_the_school_year_begins_with_it() -> None:
    june = date(2022, 6, 20)
    assert dated([], day=june) == dated([], day=june, first=True) == Interval(AUGUST, NEXT, OWN)


def test_a_file_made_after_the_school_year_says_nothing_new() -> None:
    after = date(2023, 9, 1)
    known = Interval(AUGUST, DECEMBER, OWN)
    assert dated([known], day=after) == known
    assert dated([], day=after) == Interval(NEXT, NEXT, OWN)
    assert dated([], day=after, first=True) == Interval(AUGUST, NEXT, OWN)


def test_an_end_that_the_file_says_is_kept_and_never_before_the_beginning() -> None:
    assert dated([Interval(AUGUST, NEXT, OWN)], end=DECEMBER) == Interval(AUGUST, DECEMBER, OWN)
    assert dated([], end=DECEMBER) == Interval(OCTOBER, DECEMBER, OWN)
    assert dated([], end=date(2022, 9, 1)) == Interval(OCTOBER, OCTOBER, OWN)
