"""Rows that repeat a key are found as with a dictionary."""

from hypothesis import given
from hypothesis import strategies as st

from libs.shared.files.repeats import Repeated, Repeats

_SAME_BIT = 1 << 28
"""Added to a hash it leaves the place in the table as it is."""


@given(
    keys=st.lists(st.integers(0, 5) | st.integers(0, 2).map(lambda each: each + _SAME_BIT)),
    cut=st.integers(1, 7),
    most=st.integers(0, 4),
)
def test_every_row_with_the_key_of_an_earlier_row_is_found(keys: list[int], cut: int, most: int) -> None:
    repeats = Repeats()
    for start in range(0, len(keys), cut):
        part = keys[start : start + cut]
        repeats.add(part, range(start + 1, start + 1 + len(part)))
    first: dict[int, int] = {}
    expected = [Repeated(row, first[key]) for row, key in enumerate(keys, start=1) if first.setdefault(key, row) != row]
    assert repeats.found(most) == (len(expected), expected[:most])
