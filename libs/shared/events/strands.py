"""Splits a partition's batch into strands that keep their own order and can continue independently."""

from collections.abc import Sequence

from libs.shared.events.arrivals import Arrival


def strands(arrivals: Sequence[Arrival]) -> list[list[Arrival]]:
    """The arrivals of each municipality, in order; those without a municipality are grouped by key.

    Two arrivals with the same key are in one strand whatever municipality they name (a tombstone may lack it). So the
    order per key is kept, and the order of a municipality's arrivals within the partition.
    """
    root: dict[tuple[str, str], tuple[str, str]] = {}

    def find(name: tuple[str, str]) -> tuple[str, str]:
        while root.setdefault(name, name) != name:
            root[name] = root[root[name]]
            name = root[name]
        return name

    for arrival in arrivals:
        if arrival.municipality is not None:
            root[find(("key", arrival.record.key))] = find(("municipality", arrival.municipality))
    found: dict[tuple[str, str], list[Arrival]] = {}
    for arrival in arrivals:
        found.setdefault(find(("key", arrival.record.key)), []).append(arrival)
    return list(found.values())
