"""Sets of one to four pupils that printed groups single out, and targets for their days of absence.

The attacker tries every sum of printed groups with factors from −2 to 2. A sum in which no pupil has a negative weight,
and one to four pupils have a positive one, is about these pupils. The printed groups consist of finer cells: type ×
variant × grade, analysed.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np

from tests.disclosure.attacker.model import Model, Types, minus
from tests.disclosure.attacker.programme import Target, Terms
from tests.disclosure.attacker.reading import ALL, AUTUMNS, CATEGORIES, TOTAL, Cell

FACTORS = (-2, -1, 0, 1, 2)
FEW = 4
HALF_DAYS = 10
"""Less than this between lowest and highest, and the attacker knows the pupils' absence: five days."""


@dataclass(frozen=True, slots=True)
class Few:
    """A set of one to four pupils: all pupils of some regions, or a part of one region."""

    name: str
    size: int
    regions: tuple[Types, ...]
    whole: bool


def few(sizes: Mapping[Types, int], cells: Mapping[tuple[Types, str], int]) -> list[Few]:
    """The sets. ``sizes``: pupils per region (the types in which they are analysed); ``cells``: per region and cell."""
    found = {one.regions: one for one in _sums({region: size for region, size in sizes.items() if size})}
    parts: dict[tuple[Types, int], Few] = {}
    for (region, cell), size in cells.items():
        if 0 < size <= FEW and size < sizes[region]:
            parts.setdefault((region, size), Few(f"{'+'.join(region)} {cell}", size, (region,), whole=False))
    return [*found.values(), *parts.values()]


def _sums(sizes: Mapping[Types, int]) -> Iterator[Few]:
    regions = list(sizes)
    letters = sorted({letter for region in regions for letter in region})
    if not regions:
        return
    member = np.array([[1, *(letter in region for letter in letters)] for region in regions])
    factors = np.array(list(product(FACTORS, repeat=len(letters) + 1)))
    weights = factors @ member.T
    counts = np.array([sizes[region] for region in regions])
    chosen = (weights >= 0).all(axis=1)
    persons = (weights > 0) @ counts
    chosen &= (persons > 0) & (persons <= FEW)
    for support in np.unique(weights[chosen] > 0, axis=0):
        inside = tuple(region for region, here in zip(regions, support, strict=True) if here)
        size = int(counts[support].sum())
        yield Few(" ∪ ".join("+".join(region) for region in inside), size, inside, whole=True)


def targets(made: Model, sets: list[Few], *, contributors: bool, stale: Collection[Cell] = ()) -> list[Target]:
    """The days of each set, in each autumn and category.

    The attacker may know who the pupils are, and therefore how many they are and that they are analysed. It knows that
    at least five pupils contribute to a printed mean of a group that contains them, so that some outside the set do.
    ``stale``: means that may be copies of an earlier release's, about another group.
    """
    found = []
    for number, one in enumerate(sets):
        for autumn in AUTUMNS:
            for category in CATEGORIES:
                made.programme.variable(("few", number, autumn, category), 0, 1_000_000, whole=False)
            for category in (TOTAL, *CATEGORIES):
                kinds = CATEGORIES if category == TOTAL else (category,)
                theirs: Terms = {("few", number, autumn, kind): 1 for kind in kinds}
                own = [mean for mean, text in made.tables.means.items() if text and contributors and mean not in stale]
                _inside(made, one, theirs, [mean for mean in own if mean[1:] == (autumn, category)])
                found.append(Target(f"{one.name} ({one.size}) {autumn} {category}", theirs, HALF_DAYS))
    return found


def _inside(made: Model, one: Few, theirs: Terms, means: list[tuple[str, str, str]]) -> None:
    """Add the rows about one set. ``means``: the release's own means of this autumn and category."""
    around = {("days", region, *name[2:]): 1 for region in one.regions for name in theirs}
    made.programme.row(f"{one.name} in its regions", minus(around, theirs), low=0, high=0 if one.whole else np.inf)
    for mean in means:
        if all(mean[0] in (ALL, *region) for region in one.regions):
            rest = minus(made.days(*mean), theirs)
            made.programme.row(f"{mean[0]} beside {one.name}: contributors", rest, low=max(5 - one.size, 0))


def weak_means(made: Model, weak: list[tuple[str, str, str]]) -> list[Target]:
    """Targets for hidden means with too few contributors or a dominating pupil: their sums of days must not be
    derivable either.
    """
    return [Target(f"hidden mean {' '.join(mean)}", made.days(*mean), HALF_DAYS) for mean in weak]
