"""Hidden counts, read from all releases of one school year together.

Where the same pupils are counted in two releases, the number is the same; where one to four came or went, the attacker
knows by how much it changed.
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from itertools import combinations

from tests.disclosure.attacker.model import hidden_counts, model
from tests.disclosure.attacker.programme import Programme, Target, Terms
from tests.disclosure.attacker.reading import Cell, Codebook, Tables
from tests.disclosure.attacker.small_sets import FEW
from tests.disclosure.releases import Release

Counted = dict[Hashable, frozenset[int]]


def joint_counts(
    releases: Sequence[Release], stale: Sequence[frozenset[Cell]], codebook: Codebook, values: int
) -> tuple[Programme, list[Target], dict[Hashable, float]]:
    """The programme over all releases, the hidden counts of each, and the truth for judging.

    ``stale``: for each release, the figures that may be an earlier release's.
    """
    programme = Programme()
    targets: list[Target] = []
    solution: dict[Hashable, float] = {}
    for place, release in enumerate(releases):
        made = model(_own(release.tables, stale[place]), codebook)
        for name, at in made.programme.places.items():
            own = made.programme
            programme.variable((place, name), own.low[at], own.high[at], whole=bool(own.whole[at]))
        for label, terms, low, high in made.programme.rows:
            programme.row(f"{place}: {label}", _at(place, terms), low, high)
        hidden = hidden_counts(model(release.tables, codebook), values)
        targets += [Target(f"{place}: {one.name}", _at(place, one.terms), one.width) for one in hidden]
        solution |= {(place, name): value for name, value in release.truth.solution().items()}
    counted = [_counted(release) for release in releases]
    for then, now in combinations(range(len(releases)), 2):
        for name in counted[then].keys() | counted[now].keys():
            before, after = counted[then].get(name, frozenset()), counted[now].get(name, frozenset())
            if len(before ^ after) <= FEW:
                more = len(after) - len(before)
                programme.row(f"{name} {then}→{now}", {(now, name): 1, (then, name): -1}, more, more)
    return programme, targets, solution


def _own(tables: Tables, stale: frozenset[Cell]) -> Tables:
    """The tables without figures that may be an earlier release's: what that one tells is read there."""
    return Tables(
        tables.school_year,
        {cell: "" if cell in stale else text for cell, text in tables.counts.items()},
        {cell: "" if cell in stale else text for cell, text in tables.means.items()},
        tables.letters,
        tables.variants,
        tables.grades,
        tables.steps,
        tables.dosage,
    )


def _at(place: int, terms: Terms) -> Terms:
    return {(place, name): factor for name, factor in terms.items()}


def _counted(release: Release) -> Counted:
    """The pupils behind each of the model's variables."""
    found: dict[Hashable, set[int]] = defaultdict(set)
    for person, one in release.truth.standings.items():
        identity = release.identities[person]
        for letter, place in one.counted.items():
            found["is", letter, *place].add(identity)
        where = ("analysed", one.types, one.measured) if one.measured else ("left at", one.types, one.step)
        found[where].add(identity)
        if one.several:
            found["several",].add(identity)
    found["others",] = {release.identities[person] for person in release.truth.groups["non_participants"]}
    return {name: frozenset(members) for name, members in found.items()}
