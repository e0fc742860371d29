"""The quality figures follow their definitions."""

from collections.abc import Sequence
from fractions import Fraction

import pytest

from services.intervention_catalog.content.models.queries import Query
from services.intervention_catalog.search.quality.figures import (
    Figures,
    by_manner,
    figures_of,
    measured,
    quality_lines,
    rank_of,
)

RANKINGS = {"first": "abcde", "third": "xyabc", "fourth": "xyzab", "nowhere": "xyz", "second": "xbcde"}


def ranking(text: str) -> Sequence[str]:
    return list(RANKINGS[text])


def query(text: str, *right: str, manner: str = "everyday") -> Query:
    return Query(text=text, manner=manner, right=right)


FIVE = (
    query("first", "a"), query("third", "b", "a"), query("fourth", "a", manner="typo"),
    query("nowhere", "a", manner="typo"), query("second", "b", "e"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("right", "found", "rank"), [("a", "abc", 1), ("c", "abc", 3), ("cb", "abc", 2), ("d", "abc", 0), ("a", "", 0)]
)
def test_a_rank_is_the_place_of_the_best_right_answer_from_one(right: str, found: str, rank: int) -> None:
    assert rank_of(right, found) == rank


def test_the_figures_of_a_made_up_set_are_counted_by_hand() -> None:
    results = measured(FIVE, ranking)
    assert [each.rank for each in results] == [1, 3, 4, 0, 2]
    # In the first three: first, third and second of five. Reciprocal: 1 + 1/3 + 1/4 + 0 + 1/2 = 25/12, over five.
    assert figures_of(results) == Figures(5, Fraction(3, 5), Fraction(5, 12))
    assert figures_of(results).least() == Fraction(5, 12)


def test_the_manners_share_out_the_queries() -> None:
    parts = by_manner(measured(FIVE, ranking))
    assert {manner: figures_of(those) for manner, those in parts.items()} == {
        "everyday": Figures(3, Fraction(1), Fraction(11, 18)),
        "typo": Figures(2, Fraction(0), Fraction(1, 8)),
    }


def test_no_queries_have_no_figures() -> None:
    with pytest.raises(ValueError, match="no queries"):
        figures_of([])


def test_the_report_has_both_searches_side_by_side_and_every_miss() -> None:
    lines = quality_lines("five.yaml", measured(FIVE, ranking), measured(FIVE, lambda _: ["a"]))
    assert [line.split() for line in lines[1:4]] == [
        ["all", "5", "60.0", "%", "0.416", "80.0", "%", "0.800"],
        ["everyday", "3", "100.0", "%", "0.611", "66.6", "%", "0.666"],
        ["typo", "2", "0.0", "%", "0.125", "100.0", "%", "1.000"],
    ]
    assert lines[4:] == ["missed (rank 4, typo): fourth", "missed (not found, typo): nowhere"]


def test_held_out_queries_are_measured_and_not_quoted() -> None:
    results = measured(FIVE, ranking)
    lines = quality_lines("five.yaml", results, results, held_out=True)
    assert lines[4:] == ["missed (rank 4, typo): held out", "missed (not found, typo): held out"]
