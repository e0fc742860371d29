"""Splits a partition's batch into strands that keep their own order and can continue independently."""

from collections.abc import Sequence

from libs.shared.events.arrivals import Arrival


def strands(arrivals: Sequence[Arrival]) -> list[list[Arrival]]:
    """The arrivals of each municipality, in order; one without a municipality goes with its key.

    Two arrivals of one key are in one strand whatever they name (a tombstone may lack the municipality), so order
    per key holds, and a municipality's order within the partition.
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
