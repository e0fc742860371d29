"""The line that describes a change."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intervention_catalog.loading.differences import differences

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=3), inside, max_size=3),
    max_leaves=10,
)


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, ["~ /b: 2 → 3"]),
        ({"a": {"da": "x"}}, {"a": {"da": "x", "en": "y"}}, ["+ /a/en: 'y'"]),
        ({"a": [1, 2]}, {"a": [1]}, ["- /a/1: 2"]),
        ({"a": [1]}, {"a": [2, 3]}, ["~ /a/0: 1 → 2", "+ /a/1: 3"]),
        ({"a": None}, {"a": {"da": "x"}}, ["~ /a: None → {'da': 'x'}"]),
    ],
)
def test_a_line_names_the_field_and_both_values(before: Any, after: Any, lines: list[str]) -> None:
    assert list(differences(before, after)) == lines


@given(JSON, JSON)
def test_there_is_a_line_exactly_when_something_is_other(before: Any, after: Any) -> None:
    assert bool(list(differences({"x": before}, {"x": after}))) == ({"x": before} != {"x": after})


def test_a_long_text_is_cut_short() -> None:
    (line,) = differences({"a": "x" * 500}, {"a": "y" * 500})
    assert len(line) < 250
