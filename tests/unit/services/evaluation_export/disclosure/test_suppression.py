"""What is left empty, on tables small enough to try every possibility."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.evaluation_export.disclosure.counts import Key, LinkedCounts, Standing
from services.evaluation_export.disclosure.suppression import NotProtectable, Suppression, is_small, suppress

MOST = 30


def two_way(cells: list[list[int]]) -> LinkedCounts:
    """A table with both margins and a grand total."""
    counts = LinkedCounts()
    rows, columns = range(len(cells)), range(len(cells[0]))
    for row, column in product(rows, columns):
        counts.add(("cell", str(row), str(column)), cells[row][column])
    for row in rows:
        counts.add(("row", str(row)), sum(cells[row]), keep=2)
        counts.link(("row", str(row)), [("cell", str(row), str(column)) for column in columns])
    for column in columns:
        counts.add(("column", str(column)), sum(line[column] for line in cells), keep=2)
        counts.link(("column", str(column)), [("cell", str(row), str(column)) for row in rows])
    counts.add(("total",), sum(map(sum, cells)), keep=3)
    counts.link(("total",), [("row", str(row)) for row in rows])
    counts.link(("total",), [("column", str(column)) for column in columns])
    return counts


def possible(counts: LinkedCounts, found: Suppression, shape: tuple[int, int]) -> dict[Key, set[int]]:
    """Every value that each hidden number of a two-way table can have, by trying all tables (with cells to MOST)."""
    cells = [("cell", str(row), str(column)) for row, column in product(range(shape[0]), range(shape[1]))]
    free = [cell for cell in cells if cell in found.hidden]
    seen: dict[Key, set[int]] = {key: set() for key in found.hidden}
    for values in product(range(1, MOST + 1), repeat=len(free)):
        table = {cell: counts.value(cell) for cell in cells} | dict(zip(free, values, strict=True))
        lines = [[table["cell", str(row), str(column)] for column in range(shape[1])] for row in range(shape[0])]
        other = two_way(lines)
        if all(other.value(key) == counts.value(key) for key in counts.counts if key not in found.hidden):
            for key in found.hidden:
                seen[key].add(other.value(key))
    return seen


def test_a_table_without_small_numbers_is_printed_whole() -> None:
    assert suppress(two_way([[5, 0], [17, 80]])).hidden == frozenset()


def test_one_small_cell_takes_three_others_with_it_and_no_total() -> None:
    found = suppress(two_way([[3, 20, 30], [40, 50, 60], [70, 80, 90]]))
    assert found.small == {("cell", "0", "0")}
    assert len(found.complementary) == 3
    assert all(key[0] == "cell" for key in found.hidden)


def test_a_zero_is_printed_and_hides_nothing() -> None:
    found = suppress(two_way([[3, 0], [0, 20]]))
    assert {("cell", "0", "1"), ("cell", "1", "0")}.isdisjoint(found.hidden)
    assert {("cell", "0", "0"), ("row", "0"), ("column", "0")} <= found.hidden


def test_two_small_cells_that_add_up_to_little_do_not_protect_each_other() -> None:
    counts = LinkedCounts()
    for name, value in (("a", 1), ("b", 2), ("c", 60), ("d", 50)):
        counts.add((name,), value)
    counts.add(("sum",), 113, keep=2)
    counts.link(("sum",), [("a",), ("b",), ("c",), ("d",)])
    assert suppress(counts).complementary == {("d",)}


def test_a_small_difference_of_two_nested_numbers_hides_one_of_them() -> None:
    counts = LinkedCounts()
    counts.add(("outer",), 22, keep=2)
    counts.add(("inner",), 20)
    counts.nest(("outer",), ("inner",), ("rest",))
    assert suppress(counts) == Suppression(frozenset(), frozenset({("inner",)}))


def test_nested_numbers_whose_difference_is_nought_or_large_are_both_printed() -> None:
    for inner in (22, 17, 0):
        counts = LinkedCounts()
        counts.add(("outer",), 22)
        counts.add(("inner",), inner)
        counts.nest(("outer",), ("inner",), ("rest",))
        assert suppress(counts).hidden == frozenset()


def test_the_same_counts_give_the_same_answer() -> None:
    cells = [[3, 20, 2], [40, 1, 60], [7, 8, 9]]
    assert len({suppress(two_way(cells)) for _ in range(5)}) == 1


def test_what_follows_from_known_numbers_alone_is_released_by_nothing() -> None:
    counts = LinkedCounts()
    counts.add(("few",), 3)
    counts.add(("known",), 3, Standing.KNOWN)
    counts.link(("known",), [("few",)])
    with pytest.raises(NotProtectable):
        suppress(counts)


def test_a_sum_that_is_none_is_refused() -> None:
    counts = LinkedCounts()
    counts.add(("part",), 3)
    counts.add(("whole",), 4)
    with pytest.raises(ValueError, match="not the sum"):
        counts.link(("whole",), [("part",)])
    with pytest.raises(ValueError, match="there already"):
        counts.add(("part",), 3)
    with pytest.raises(ValueError, match="negative"):
        counts.nest(("part",), ("whole",), ("rest",))


cell = st.one_of(st.integers(0, 8), st.integers(0, 40))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(cell, min_size=3, max_size=3), min_size=1, max_size=5))
def test_no_small_number_is_printed_and_every_other_is_either_a_helper_or_printed(cells: list[list[int]]) -> None:
    counts = two_way(cells)
    found = suppress(counts)
    for key, count in counts.counts.items():
        assert (key in found.small) == is_small(count.value)
        if key in found.complementary:
            assert count.value >= 5


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 12), min_size=2, max_size=2), min_size=2, max_size=2))
def test_trying_every_table_narrows_no_hidden_number_below_five(cells: list[list[int]]) -> None:
    counts = two_way(cells)
    found = suppress(counts)
    if sum(key[0] == "cell" for key in found.hidden) > 3:
        return  # thirty to the power of four tables are too many to try; the solver's tests have such tables
    for key, values in possible(counts, found, (2, 2)).items():
        assert max(values) - min(values) >= 5, (key, values)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(cell, min_size=3, max_size=3), min_size=2, max_size=4))
def test_no_helper_is_hidden_for_nothing(cells: list[list[int]]) -> None:
    counts = two_way(cells)
    found = suppress(counts)
    if found.complementary:
        assert any(is_small(count.value) for count in counts.counts.values())
