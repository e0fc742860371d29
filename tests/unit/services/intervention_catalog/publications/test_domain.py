"""The record in force on a day, compared with a calendar that is filled in day by day."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.publications.domain import (
    New,
    Origin,
    Publication,
    ending_after,
    in_force,
    require_fits,
    shown,
)
from services.intervention_catalog.publications.errors import EndsBeforeStart, OverlappingPeriods

FIRST = date(2022, 1, 1)
DAYS = 12


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def record(version: int, start: int, end: int | None, *, withdrawn: bool = False) -> Publication:
    return Publication(
        kind=Kind.SUPPORT_LEVEL,
        item_id="1",
        version=version,
        valid_from=day(start),
        valid_to=None if end is None else day(end),
        withdrawn=withdrawn,
        reason=None,
        content={},
        origin=Origin.DRAFT,
        published_by=None,
        published_at=datetime(2022, 1, 1, tzinfo=UTC),
    )


def new(start: int, end: int | None) -> New:
    return New(Kind.SUPPORT_LEVEL, "1", day(start), None if end is None else day(end), {}, Origin.DRAFT)


def days_of(start: int, end: int | None) -> set[int]:
    """The days of a period among the first ``DAYS``, by counting."""
    return {each for each in range(DAYS) if each >= start and (end is None or each < end)}


PERIOD = st.tuples(st.integers(0, DAYS - 1), st.none() | st.integers(0, DAYS))


@given(st.lists(PERIOD, max_size=8))
def test_what_is_accepted_one_by_one_never_gives_a_day_two_records_and_a_refusal_has_a_reason(
    periods: list[tuple[int, int | None]],
) -> None:
    records: list[Publication] = []
    calendar: dict[int, int] = {}
    for start, end in periods:
        # In the calendar, a period replaces an earlier one with the same start.
        kept = {each: begun for each, begun in calendar.items() if begun != start}
        wanted = days_of(start, end)
        try:
            require_fits(records, new(start, end))
        except EndsBeforeStart:
            assert end is not None
            assert end <= start
            continue
        except OverlappingPeriods:
            open_ended = {each.valid_from for each in records if each.valid_to is None} if end is None else set()
            assert wanted & kept.keys() or open_ended
            continue
        assert not wanted & kept.keys()
        calendar = kept | dict.fromkeys(wanted, start)
        records.append(record(len(records) + 1, start, end))
    for number in range(DAYS):
        found = in_force(records, day(number))
        assert (found.valid_from if found else None) == (day(calendar[number]) if number in calendar else None)


def test_the_newest_record_of_a_period_counts_and_its_end_is_exclusive() -> None:
    records = [record(1, 0, None), record(2, 0, 5), record(3, 5, None)]
    assert [in_force(records, day(each)).version for each in (0, 4, 5)] == [2, 2, 3]  # type: ignore[union-attr]
    assert in_force(records, FIRST - timedelta(days=1)) is None
    assert shown(records, FIRST - timedelta(days=1)).version == 3


def test_a_withdrawal_cuts_what_lasts_beyond_it_and_leaves_what_ended_before() -> None:
    records = [record(1, 0, 3), record(2, 3, 6), record(3, 8, None)]
    assert [each.version for each in ending_after(records, day(3))] == [2, 3]
    assert [each.version for each in ending_after(records, day(6))] == [3]
    never = [*records, record(4, 8, 8, withdrawn=True)]
    assert ending_after(never, day(6)) == []
    assert in_force(never, day(9)) is None


def test_a_period_that_never_was_is_in_nobody_s_way() -> None:
    never = record(1, 4, 4, withdrawn=True)
    require_fits([never], new(0, None))
    require_fits([never], new(4, 6))
