"""Which figures a group shows after earlier releases: its own, an earlier group's, or none."""

import tracemalloc
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluation_export.disclosure.gate import decide, distance, fingerprint, near
from services.evaluation_export.disclosure.release import Group, PersonKeys
from services.evaluation_export.disclosure.rules import DisclosureRules

RULES = DisclosureRules()
MOST = 4


def group(persons: Iterable[int], *, name: str = "all", period: str = "2022", changed: Iterable[int] = ()) -> Group:
    """A group of numbered persons; those in ``changed`` have other values."""
    others = set(changed)
    members = {number.to_bytes(16, "big"): b"changed!" if number in others else b"usual..." for number in persons}
    return Group(period, name, members, {"pupils": str(len(members))})


def test_a_group_beside_which_nothing_was_released_shows_its_own_figures() -> None:
    new = group(range(20))
    assert decide(new, [], RULES) is new


@pytest.mark.parametrize("apart", [1, 2, 3, 4])
def test_a_group_within_four_persons_shows_the_earlier_figures_whoever_came_or_left(apart: int) -> None:
    before = group(range(20))
    for new in (group(range(20 + apart)), group(range(20 - apart)), group(range(20), changed=range(apart))):
        assert decide(new, [before], RULES) is before


def test_persons_who_come_are_not_set_off_against_those_who_leave() -> None:
    before = group(range(20))
    swapped = group(range(2, 22))  # the same number as before: two left and two came
    assert distance(swapped, before, most=MOST) == 4
    assert decide(swapped, [before], RULES) is before


def test_somebody_who_came_and_somebody_who_was_corrected_count_together() -> None:
    before = group(range(20))
    assert decide(group(range(22), changed=[0, 1]), [before], RULES) is before
    own = group(range(22), changed=[0, 1, 2])
    assert decide(own, [before], RULES) is own


@pytest.mark.parametrize("new", [group(range(25)), group(range(15)), group(range(20), changed=range(5))])
def test_a_group_five_persons_apart_shows_its_own_figures(new: Group) -> None:
    assert decide(new, [group(range(20))], RULES) is new


def test_a_group_that_shrinks_below_the_threshold_by_up_to_four_still_shows_what_was_known() -> None:
    before = group(range(6))
    assert decide(group(range(2)), [before], RULES) is before


def test_the_same_group_shows_the_same_figures_hidden_ones_too() -> None:
    before = Group("2022", "all", group(range(20)).members, {"pupils": "20", "illness": None})
    assert decide(group(range(20)), [before], RULES) is before


def test_a_group_of_another_name_within_four_persons_leaves_no_figure() -> None:
    assert decide(group(range(20), name="A"), [group(range(21), name="all")], RULES) is None


def test_the_same_persons_under_another_name_show_their_own_figures() -> None:
    new = group(range(20), name="A")
    assert decide(new, [group(range(20), name="all")], RULES) is new


def test_a_name_of_its_own_within_four_persons_goes_before_another_names() -> None:
    before = group(range(20), name="A")
    assert decide(group(range(21), name="A"), [group(range(22), name="all"), before], RULES) is before


def test_groups_of_other_periods_are_not_compared() -> None:
    new = group(range(21), period="2022")
    assert decide(new, [group(range(20), period="2021"), group(range(20), period="2022/2023")], RULES) is new


def test_of_several_earlier_groups_the_closest_stands_and_of_equally_close_ones_the_oldest() -> None:
    first, second = group(range(20)), group(range(26))
    assert decide(group(range(22)), [first, second], RULES) is first
    assert decide(group(range(24)), [first, second], RULES) is second
    assert decide(group(range(23)), [first, second], RULES) is first
    assert decide(group(range(23)), [second, first], RULES) is second


def test_a_chain_of_small_steps_keeps_the_figures_until_it_is_five_away_from_them() -> None:
    released = [group(range(20))]
    for size in range(21, 25):
        assert decide(group(range(size)), released, RULES) is released[0]  # so nothing new is stored
    last = group(range(25))
    assert decide(last, released, RULES) is last


sets = st.frozensets(st.integers(0, 11), max_size=12)


@given(sets, sets, sets, sets)
def test_the_distance_counts_every_person_whose_entry_differs(
    one: frozenset[int], other: frozenset[int], changed: frozenset[int], changed_too: frozenset[int]
) -> None:
    first, second = group(one, changed=changed), group(other, changed=changed_too)
    persons = first.members.keys() | second.members.keys()
    true = sum(first.members.get(person) != second.members.get(person) for person in persons)
    assert distance(first, second, most=MOST) == min(true, MOST + 1)
    assert distance(second, first, most=MOST) == min(true, MOST + 1)


@given(sets, st.lists(st.tuples(sets, st.sampled_from(["all", "A"])), max_size=6))
def test_an_own_figure_is_never_one_to_four_persons_from_any_earlier_group(
    new: frozenset[int], released: list[tuple[frozenset[int], str]]
) -> None:
    earlier = [group(persons, name=name) for persons, name in released]
    candidate = group(new)
    found = decide(candidate, earlier, RULES)
    if found is candidate:
        assert all(distance(candidate, before, most=MOST) in {0, MOST + 1} for before in earlier)
    assert decide(candidate, near([candidate], earlier, RULES), RULES) is found


def test_what_is_near_is_found_with_one_earlier_group_in_memory_at_a_time() -> None:
    new = group(range(5_000))

    def released() -> Iterator[Group]:
        for start in range(1, 60):
            yield group(range(start * 10, start * 10 + 5_000))
        yield group(range(5_001))

    one = group(range(5_001))
    tracemalloc.start()
    try:
        found = near([new], released(), RULES)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [each.members for each in found] == [one.members]
    assert peak < 6_000_000  # 60 groups of 5,000 persons take some 30 MB


def test_a_fingerprint_tells_values_periods_and_persons_apart() -> None:
    keys, other = PersonKeys(b"p" * 16, b"s" * 32), PersonKeys(b"p" * 16, b"t" * 32)
    made = fingerprint(keys, "2021", (1, 2, 3))
    assert made == fingerprint(keys, "2021", (1, 2, 3))
    assert len(made) == 8
    assert len({made, fingerprint(keys, "2022", (1, 2, 3)), fingerprint(keys, "2021", (1, 23)),
                fingerprint(keys, "2021", (12, 3)), fingerprint(other, "2021", (1, 2, 3))}) == 5  # fmt: skip
