"""Balancing of partitions is complete, even and stable."""

from hypothesis import given
from hypothesis import strategies as st

from libs.shared.eventlog.balance import balance
from libs.shared.eventlog.port import TopicPartition

PARTITIONS = st.sets(st.builds(TopicPartition, st.sampled_from(["a", "b", "c"]), st.integers(0, 8)), max_size=20)
OWNED = [TopicPartition(topic, number) for topic in "abc" for number in range(9)]
ALL = frozenset({"a", "b", "c"})
MEMBERS = st.sets(st.sampled_from(["m1", "m2", "m3", "m4", "m5"]), min_size=1)


@given(PARTITIONS, MEMBERS, st.data())
def test_every_partition_has_an_owner_and_the_loads_differ_by_one_at_most(
    partitions: set[TopicPartition], members: set[str], data: st.DataObject
) -> None:
    owners = {at: data.draw(st.sampled_from(["m1", "gone"])) for at in data.draw(st.sets(st.sampled_from(OWNED)))}
    wanted = balance(partitions, dict.fromkeys(members, ALL), owners)
    assert wanted.keys() == partitions
    loads = [list(wanted.values()).count(member) for member in members]
    assert max(loads) - min(loads) <= 1


@given(PARTITIONS, MEMBERS)
def test_a_settled_group_moves_nothing(partitions: set[TopicPartition], members: set[str]) -> None:
    settled = balance(partitions, dict.fromkeys(members, ALL), {})
    assert balance(partitions, dict.fromkeys(sorted(members, reverse=True), ALL), settled) == settled


@given(PARTITIONS, MEMBERS, st.data())
def test_the_answer_stays_while_partitions_are_handed_over_one_by_one(
    partitions: set[TopicPartition], members: set[str], data: st.DataObject
) -> None:
    """Members compute the balance at different moments, so they must get the same answer during a handover."""
    group = dict.fromkeys(members, ALL)
    start = {at: "m1" for at in partitions if "m1" in members}
    wanted = balance(partitions, group, start)
    owners = dict(start)
    moving = sorted((at for at in partitions if owners.get(at) != wanted[at]), key=str)
    for at in data.draw(st.permutations(moving)):
        owners.pop(at, None)
        owners[at] = wanted[at]
    assert balance(partitions, group, owners) == wanted


@given(PARTITIONS)
def test_only_subscribers_get_a_topic(partitions: set[TopicPartition]) -> None:
    wanted = balance(partitions, {"m1": frozenset({"a", "b"}), "m2": frozenset({"b"})}, {})
    assert all(at.topic != "c" for at in wanted)
    assert all(member == "m1" for at, member in wanted.items() if at.topic == "a")
    assert wanted.keys() == {at for at in partitions if at.topic != "c"}


def test_nobody_there_gives_nobody_anything() -> None:
    assert balance({TopicPartition("a", 0)}, {}, {}) == {}
