"""Attacks hidden counts with all releases of one school year together.

The attacker knows which moves between groups happened from release to release, but not how many pupils made each.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from itertools import chain

from tests.disclosure.attacker.model import MOST_HALF_DAYS, hidden_counts, model
from tests.disclosure.attacker.programme import Programme, Target, Terms
from tests.disclosure.attacker.reading import CODES, FAR, OTHERS, Cell, Codebook, Tables
from tests.disclosure.releases import Release

_OWN = ("days", "places")
"""The kinds of variables that each release has for itself."""

Way = tuple[Hashable, ...]
"""The variable in which a pupil is counted in each release, or None."""


def joint_counts(
    releases: Sequence[Release], stale: Sequence[frozenset[Cell]], codebook: Codebook, values: int
) -> tuple[Programme, list[Target], dict[Hashable, float]]:
    """The programme over all releases, the hidden counts of each as targets, and the truth for judging.

    Its variables are the number of pupils on each way through the releases, and each release's days and places.
    ``stale``: for each release, the figures that may be copies of an earlier release's.
    """
    programme = Programme()
    targets: list[Target] = []
    solution: dict[Hashable, float] = dict(_moved(releases))
    made = [model(_own(release.tables, old), codebook) for release, old in zip(releases, stale, strict=True)]
    names = [name for name in made[0].programme.places if _kind(name) not in _OWN]
    ways = {(name,) * len(releases) for name in names} | set(_moved(releases))
    for way in sorted(ways, key=str):
        programme.variable(way, 0, FAR)
    for place, (release, one) in enumerate(zip(releases, made, strict=True)):
        here: dict[Hashable, list[Way]] = defaultdict(list)
        for way in ways:
            here[way[place]].append(way)
        for name in one.programme.places:
            if _kind(name) in _OWN:
                most = MOST_HALF_DAYS * FAR if _kind(name) == "days" else FAR
                programme.variable((place, name), 0, most, whole=False)
                here[name] = [(place, name)]
        for label, terms, low, high in one.programme.rows:
            programme.row(f"{place}: {label}", _by_ways(terms, here), low, high)
        targets += [
            Target(f"{place}: {target.name}", _by_ways(target.terms, here), target.width)
            for target in hidden_counts(model(release.tables, codebook), values)
        ]
        solution |= {(place, name): sum_ for name, sum_ in release.truth.solution().items() if _kind(name) in _OWN}
    return programme, targets, solution


def _kind(name: Hashable) -> Hashable:
    return name[0] if isinstance(name, tuple) else name


def _by_ways(terms: Terms, here: Mapping[Hashable, list[Way]]) -> Terms:
    return {way: factor for name, factor in terms.items() for way in here[name]}


def _moved(releases: Sequence[Release]) -> dict[Way, float]:
    """The number of pupils on each way, by variant and grade, by step of the flow and types, and by how and
    why they were selected.
    """
    ways: Counter[Way] = Counter()
    for kind in ("is", "place", "several", "others", *CODES):
        where = [_where(release, kind) for release in releases]
        for person in set(chain.from_iterable(where)):
            ways[tuple(here.get(person) for here in where)] += 1
    return dict(ways)


def _own(tables: Tables, stale: frozenset[Cell]) -> Tables:
    """The tables without figures that may be copies of an earlier release's; these are read in that release."""
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


def _where(release: Release, kind: str) -> dict[int, Hashable]:
    """The variable in which each pupil is counted, by identity; a pupil is counted in one type, variant and
    grade only.
    """
    found: dict[int, Hashable] = {}
    for person, one in release.truth.standings.items():
        identity = release.identities[person]
        if kind == "is":
            letter, place = next(iter(one.counted.items()))
            found[identity] = ("is", letter, *place)
        elif kind == "place":
            found[identity] = (
                ("analysed", one.types, one.measured) if one.measured else ("left at", one.types, one.step)
            )
        elif kind in CODES and person in release.truth.selected[kind]:
            found[identity] = (kind, next(iter(one.counted)))
        elif kind == "several" and one.several:
            found[identity] = ("several",)
    if kind == "others":
        found = {release.identities[person]: ("others",) for person in release.truth.groups[OTHERS]}
    return found
