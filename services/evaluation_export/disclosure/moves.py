"""The persons by whom unions of groups differ, within a release and between two.

A union is a set of regions with the version of their days that counts in it (``earlier_days``). Each release is given
as its groups by name. ``ALL`` contains the types, so the rest of it without some of them is a union too.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from services.evaluation_export.disclosure.reading import ALL

Version = tuple[int, int]
"""A region, and the index of its persons' values: 0 is the first seen, which is this release's if they are in it."""

Union = frozenset[Version]
Name = tuple[str, ...]


def unions(release: Mapping[str, Union]) -> dict[Name, Union]:
    """Every union of types, and the rest of all without it, by the types' names."""
    whole = release.get(ALL)
    types = {name: union for name, union in release.items() if name != ALL}
    found: dict[Name, Union] = {}
    for size in range(len(types) + 1):
        for some in combinations(sorted(types), size):
            union = Union().union(*(types[name] for name in some))
            found[some] = union
            if whole is not None and union < whole:
                found[ALL, *some] = whole - union
    return found


def known_moves(releases: Sequence[Mapping[Name, Union]], sizes: Sequence[int], most: int) -> set[int]:
    """The regions of persons who alone joined a union, left it or were corrected, while more than ``most`` stayed.

    A school that caused such a change knows how many persons it concerns. The size of a small group cannot be derived.
    """
    found: set[int] = set()
    for then, now in combinations(releases, 2):
        for name in then.keys() & now.keys():
            apart = {region for region, _ in then[name] ^ now[name]}
            stay = {region for region, _ in then[name] & now[name]}
            if sum(sizes[one] for one in apart) <= most < sum(sizes[one] for one in stay):
                found |= apart
    return found


def differences(found: Sequence[Union], sizes: Sequence[int], most: int) -> Iterator[tuple[Union, Union]]:
    """One to ``most`` persons by whom one union differs from another: only in it, or in both with other days.

    The second of each pair has the other days, if any.
    """
    for one in found:
        for other in found:
            more, less = one - other, other - one
            regions = {region for region, _ in more}
            if not 0 < sum(sizes[region] for region in regions) <= most:
                continue
            if not less or regions == {region for region, _ in less}:
                yield more, less
