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


def test_a_pupil_of_a_snapshot_moves_from_one_of_its_classes_to_another() -> None:
    settled = settle([span(1, 20)], [(0, span(10, 20, B))], within={A, B})
    assert (set(settled.written), list(settled.ended.values())) == ({0}, [span(1, 10)])


def test_one_who_was_always_in_the_other_class_was_never_in_the_first() -> None:
    settled = settle([span(5, 20)], [(0, span(1, 20, B))], within={A, B})
    assert list(settled.ended.values()) == [span(5, 5)]


@pytest.mark.parametrize("within", [set(), {B}])
def test_nobody_moves_out_of_a_class_that_the_snapshot_is_not_about(within: set[UUID]) -> None:
    settled = settle([span(1, 20)], [(0, span(10, 20, B))], within=within)
    assert (list(settled.overlapping), dict(settled.ended)) == ([0], {})


def test_nobody_moves_out_of_a_class_that_the_file_names() -> None:
    settled = settle([span(1, 20)], [(0, span(1, 20)), (1, span(10, 20, B))], within={A, B})
    assert (list(settled.overlapping), dict(settled.ended)) == ([1], {})


@given(
    st.lists(st.tuples(st.integers(1, 12), st.integers(0, 8), st.sampled_from([A, B])), max_size=5),
    st.lists(st.tuples(st.integers(1, 12), st.integers(0, 8), st.sampled_from([A, B])), max_size=5),
)
def test_after_a_snapshot_nothing_overlaps_and_every_row_that_was_taken_holds(
    before: list[tuple[int, int, UUID]], after: list[tuple[int, int, UUID]]
) -> None:
    known: list[Interval] = []
    for start, days, class_id in before:
        each = span(start, start + days, class_id)
        if settle(known, [(0, each)]).written and each.key not in {other.key for other in known}:
            known.append(each)
    rows = [(index, span(start, start + days, class_id)) for index, (start, days, class_id) in enumerate(after)]
    settled = settle(known, rows, within={A, B})
    now = {each.key: each for each in known} | dict(settled.ended)
    now |= {each.key: each for each in settled.written.values()}
    held = sorted(each for each in now.values() if each.valid_to > each.valid_from)
    assert all(one.valid_to <= other.valid_from for one, other in itertools.pairwise(held))
    named = {row.key for _, row in rows}
    assert not named & settled.ended.keys()
    assert all(each.valid_to >= each.valid_from for each in settled.ended.values())
