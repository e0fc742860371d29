"""Distributes partitions among the members of a group (memory and PostgreSQL)."""

from collections.abc import Mapping, Set

from libs.shared.eventlog.port import TopicPartition


def _order(partition: TopicPartition) -> tuple[str, int]:
    return partition.topic, partition.partition


def balance(
    partitions: Set[TopicPartition],
    members: Mapping[str, Set[str]],
    owners: Mapping[TopicPartition, str],
) -> dict[TopicPartition, str]:
    """The wanted owner of each partition.

    ``members`` maps each member to the topics it subscribes to. Every partition with a subscriber gets an owner; the
    numbers of partitions of members that can take them all differ by at most one; and owners keep their partitions as
    far as possible, so that a rebalance moves few. The result is deterministic, so every member computes the same, also
    while a partition waits to be handed over.
    """
    load = dict.fromkeys(members, 0)
    wanted: dict[TopicPartition, str] = {}
    if not members:
        return wanted
    readable = sorted((p for p in partitions if any(p.topic in topics for topics in members.values())), key=_order)
    owned = {
        p: owner
        for p in readable
        if (owner := owners.get(p)) is not None and p.topic in members.get(owner, frozenset())
    }
    share, over = divmod(len(readable), len(members))
    holds = {member: sum(1 for owner in owned.values() if owner == member) for member in members}
    richest = sorted(members, key=lambda member: (-holds[member], member))
    quota = {member: share + (1 if place < over else 0) for place, member in enumerate(richest)}
    for partition, owner in owned.items():
        if load[owner] < quota[owner]:
            wanted[partition] = owner
            load[owner] += 1
    for partition in readable:
        if partition not in wanted:
            able = [member for member, topics in members.items() if partition.topic in topics]
            taker = min(able, key=lambda member: (load[member] >= quota[member], load[member], member))
            wanted[partition] = taker
            load[taker] += 1
    return wanted
