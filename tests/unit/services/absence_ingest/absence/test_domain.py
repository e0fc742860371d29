"""The limits of a day, and how numbers of days are read."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.shared.files.columns import ParseContext
from libs.shared.files.errors import Refused
from libs.shared.files.kinds.absence import OVER_ONE_DAY, WHOLE_DAY, read_half_days
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.privacy.keys import KeyRing, LookupKeys
from libs.shared.values.absence import CATEGORIES
from services.absence_ingest.absence.domain import (
    Entry,
    days,
    over_one_day,
)

CONTEXT = ParseContext("101", IdentifierKind.CPR_NUMBER, LookupKeys(KeyRing.generate()), date(2023, 9, 1))


@pytest.mark.parametrize(
    ("text", "halves"), [("0", 0), ("0,5", 1), ("0.5", 1), ("1", 2), ("1,0", 2), ("01", 2), ("0.50", 1), ("+1", 2)]
)
def test_days_are_read_in_halves_with_comma_or_full_stop(text: str, halves: int) -> None:
    assert read_half_days(text, CONTEXT) == halves


@pytest.mark.parametrize("text", ["1,5", "2", "31", "999999999999999999"])
def test_more_than_a_day_is_refused_by_its_own_code(text: str) -> None:
    with pytest.raises(Refused) as refused:
        read_half_days(text, CONTEXT)
    assert refused.value.code == OVER_ONE_DAY


@pytest.mark.parametrize("text", ["en halv", "0,25", "-1", "-0,5", "1e0", "½", "1 000", "nan", "٢"])
def test_what_is_no_number_of_half_days_is_invalid(text: str) -> None:
    with pytest.raises(Refused) as refused:
        read_half_days(text, CONTEXT)
    assert refused.value.code == "days.invalid"


def test_half_days_are_shown_as_days() -> None:
    assert [str(days(halves)) for halves in (0, 1, 2, 3, 62)] == ["0", "0.5", "1", "1.5", "31"]
    assert days(1) == Decimal("0.5")


def test_a_second_category_is_refused_when_the_day_is_full_and_the_first_stays() -> None:
    assert over_one_day({}, [Entry(0, "illness", 2), Entry(1, "authorised", 1)]) == [1]
    assert over_one_day({}, [Entry(0, "illness", 1), Entry(1, "authorised", 1), Entry(2, "unauthorised", 1)]) == [2]


def test_what_is_recorded_already_counts_unless_the_file_says_otherwise() -> None:
    assert over_one_day({"illness": 2}, [Entry(0, "authorised", 1)]) == [0]
    assert over_one_day({"illness": 2}, [Entry(0, "authorised", 1), Entry(1, "illness", 1)]) == []


def test_a_day_is_moved_to_another_category_whichever_row_comes_first() -> None:
    withdrawn, moved = Entry(0, "illness", 0), Entry(1, "authorised", 2)
    assert over_one_day({"illness": 2}, [withdrawn, moved]) == []
    assert over_one_day({"illness": 2}, [Entry(1, "illness", 0), Entry(0, "authorised", 2)]) == []


def test_a_refused_row_leaves_its_category_as_it_was_for_the_rows_after_it() -> None:
    recorded = {"illness": 1, "authorised": 1}
    assert over_one_day(recorded, [Entry(0, "illness", 2), Entry(1, "unauthorised", 1)]) == [0, 1]


HALVES = st.integers(0, WHOLE_DAY)


@given(
    recorded=st.dictionaries(st.sampled_from(CATEGORIES), HALVES).filter(lambda day: sum(day.values()) <= WHOLE_DAY),
    said=st.lists(st.tuples(st.sampled_from(CATEGORIES), HALVES), unique_by=lambda row: row[0]),
)
def test_what_is_taken_never_exceeds_a_day_and_a_lower_number_is_always_taken(
    recorded: dict[str, int], said: list[tuple[str, int]]
) -> None:
    entries = [Entry(index, *row) for index, row in enumerate(said)]
    refused = over_one_day(recorded, entries)
    after = recorded | {entry.category: entry.halves for entry in entries if entry.row not in refused}
    assert sum(after.values()) <= WHOLE_DAY
    assert all(entries[index].halves > recorded.get(entries[index].category, 0) for index in refused)
    if sum((recorded | dict(said)).values()) <= WHOLE_DAY:
        assert refused == []
