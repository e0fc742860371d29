"""Memberships of one pupil never overlap, whatever a file contains in whatever order."""

import itertools
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.shared.files.kinds.pupils import outside_year
from services.registration.roster.pupils.memberships import Interval, settle

A, B = UUID(int=1), UUID(int=2)


def span(start: int, end: int, class_id: UUID = A) -> Interval:
    """A membership from day to day of September 2022."""
    return Interval(date(2022, 9, start), date(2022, 9, end), class_id)


def test_a_row_that_is_known_is_unchanged() -> None:
    settled = settle([span(1, 20)], [(0, span(1, 20))])
    assert (list(settled.unchanged), dict(settled.written)) == ([0], {})


def test_one_membership_may_begin_the_day_the_other_ends() -> None:
    settled = settle([span(1, 10)], [(0, span(10, 20, B))])
    assert set(settled.written) == {0}


def test_a_day_in_common_is_an_overlap() -> None:
    settled = settle([span(1, 10)], [(0, span(9, 20, B))])
    assert (list(settled.overlapping), dict(settled.written)) == ([0], {})


def test_a_row_that_ends_a_membership_makes_room_for_one_earlier_in_the_file() -> None:
    settled = settle([span(1, 20)], [(0, span(10, 20, B)), (1, span(1, 10))])
    assert set(settled.written) == {0, 1}


def test_a_refused_prolongation_leaves_the_membership_as_it_was() -> None:
    known = [span(1, 10), span(10, 20, B)]
    settled = settle(known, [(0, span(1, 12)), (1, span(5, 8, B))])
    assert list(settled.overlapping) == [0, 1]


def test_two_equal_dates_withdraw_a_membership() -> None:
    settled = settle([span(1, 20)], [(0, span(1, 1)), (1, span(1, 20, B))])
    assert set(settled.written) == {0, 1}


def test_the_same_membership_twice_names_the_first_row() -> None:
    settled = settle([], [(3, span(1, 20)), (7, span(1, 25))])
    assert settled.repeated == {7: 3}


def test_a_row_that_withdraws_what_was_never_there_says_nothing() -> None:
    settled = settle([span(1, 20)], [(0, span(5, 5, B)), (1, span(1, 1))])
    assert (list(settled.void), list(settled.written)) == ([0], [1])


_DAYS = st.integers(min_value=1, max_value=20)
_SPANS = st.builds(
    lambda start, length, class_id: Interval(
        date(2022, 9, start), date(2022, 9, start) + timedelta(days=length), class_id
    ),
    _DAYS,
    st.integers(min_value=0, max_value=8),
    st.sampled_from([A, B]),
)


@given(st.lists(_SPANS, max_size=12), st.lists(_SPANS, max_size=12))
def test_every_row_has_one_fate_and_what_holds_never_overlaps(first: list[Interval], then: list[Interval]) -> None:
    held: dict[tuple[UUID, date], Interval] = {}
    for rows in (first, then):
        settled = settle(list(held.values()), list(enumerate(rows)))
        fates = [*settled.written, *settled.unchanged, *settled.void, *settled.overlapping, *settled.repeated]
        assert sorted(fates) == list(range(len(rows)))
        held |= {row.key: row for row in settled.written.values()}
        spans = sorted(each for each in held.values() if each.valid_to > each.valid_from)
        assert all(one.valid_to <= other.valid_from for one, other in itertools.pairwise(spans))


@pytest.mark.parametrize(
    ("start", "end", "column"),
    [
        (date(2022, 8, 1), date(2023, 8, 1), None),
        (date(2022, 7, 31), date(2023, 8, 1), "valid_from"),
        (date(2022, 8, 1), date(2023, 8, 2), "valid_to"),
        (date(2023, 2, 1), date(2023, 8, 1), None),
        (date(2023, 2, 1), date(2023, 8, 2), "valid_to"),
        (date(2023, 8, 1), date(2023, 8, 1), "valid_from"),
    ],
)
def test_a_membership_stays_in_its_school_year(start: date, end: date, column: str | None) -> None:
    assert outside_year("2022/2023", start, end) == column
