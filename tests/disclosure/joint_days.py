"""Attacks the days of one autumn with all releases that contain it."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, product

from tests.disclosure.attacker.model import MOST_HALF_DAYS, minus
from tests.disclosure.attacker.programme import Programme, Target, Terms
from tests.disclosure.attacker.reading import ALL, CATEGORIES, FAR, OTHERS, TOTAL, Cell, Codebook
from tests.disclosure.attacker.small_sets import FEW, HALF_DAYS
from tests.disclosure.releases import Label, Release, within

Region = tuple[tuple[Label, int], ...]
"""Per release of the autumn: the group (none: not analysed) and which of its values the pupil has there."""


@dataclass(slots=True)
class JointDays:
    """The programme for the days of one autumn over all releases that contain it."""

    year: int
    releases: Sequence[Release]
    stale: Sequence[frozenset[Cell]]
    codebook: Codebook
    programme: Programme
    regions: Counter[Region]
    values: dict[Region, list[int]]

    @classmethod
    def of(
        cls,
        releases: Sequence[Release],
        stale: Sequence[frozenset[Cell]],
        year: int,
        codebook: Codebook,
        *,
        changes_known: bool,
    ) -> "JointDays":
        """Build it from releases that contain the autumn; ``stale``: the figures of each that may be copies of an
        earlier one's.
        """
        sums: dict[Region, list[int]] = defaultdict(lambda: [0] * 3 * len(releases))
        made = cls(year, releases, stale, codebook, Programme(), Counter(), sums)
        made._sort()
        made._unknowns(made._changed() if changes_known else set())
        made._knowledge()
        return made

    def _sort(self) -> None:
        values = [one.values(self.year) for one in self.releases]
        for person in set(chain.from_iterable(values)):
            seen: list[tuple[int, ...]] = []
            region: list[tuple[Label, int]] = []
            for release, here in zip(self.releases, values, strict=True):
                if person not in here:
                    region.append(((), 0))
                    continue
                if here[person] not in seen:
                    seen.append(here[person])
                region.append((release.labels[person], seen.index(here[person])))
            self.regions[tuple(region)] += 1
            for version, one in enumerate(seen):
                for kind, half_days in enumerate(one):
                    self.values[tuple(region)][3 * version + kind] += half_days

    def _unknowns(self, changed: set[Region]) -> None:
        for region, size in self.regions.items():
            known = region in changed
            self.programme.variable(("persons", region), size if known else 0, size if known else FAR)
            for version in sorted({version for label, version in region if label}):
                for category in CATEGORIES:
                    name = ("days", region, version, category)
                    self.programme.variable(name, 0, MOST_HALF_DAYS * FAR, whole=False)
                days: Terms = {("days", region, version, category): 1 for category in CATEGORIES}
                self.programme.row("weekdays", minus(days, {("persons", region): 1}, MOST_HALF_DAYS), high=0)

    def _changed(self) -> set[Region]:
        """The regions of at most four pupils who came to a union of groups, left it or were corrected in it, while more
        stayed.

        The attacker knows how many these are. It does not know how many are in a small group.
        """
        found: set[Region] = set()
        for then, now in combinations(range(len(self.releases)), 2):
            for union in self._unions(now):
                here, there = set(self._inside(now, *union)), set(self._inside(then, *union))
                apart = (here ^ there) | {one for one in here & there if one[then][1] != one[now][1]}
                stay = sum(self.regions[one] for one in here & there)
                if sum(self.regions[one] for one in apart) <= FEW < stay:
                    found |= apart
        return found

    def _knowledge(self) -> None:
        for place, release in enumerate(self.releases):
            autumn, tables = release.autumn(self.year), release.tables
            for group in {name for name, _, _ in tables.means}:
                text = tables.counts["absence", group]
                people = self._people(place, group)
                if text and people and ("absence", group) not in self.stale[place]:
                    self.programme.row(f"{place} {group} {text}", people, *self.codebook.span(text))
                for category in (TOTAL, *CATEGORIES):
                    mean = (group, str(autumn), category)
                    if tables.means[mean] and people and mean not in self.stale[place]:
                        self._mean(place, group, category, tables.means[mean])

    def _mean(self, place: int, group: str, category: str, text: str) -> None:
        tenths, people = round(10 * float(text)), self._people(place, group)
        days = self._days(place, self._inside(place, group), category)
        tenfold = {name: 10 * factor for name, factor in days.items()}
        label = f"{place} mean {group} {category} {text}"
        self.programme.row(f"{label}, low", minus(tenfold, people, 2 * tenths - 1), low=0)
        self.programme.row(f"{label}, high", minus(tenfold, people, 2 * tenths + 1), high=-1)
        self.programme.row(f"{label}, contributors", days, low=5)
        self.programme.row(f"{label}, contributors and another", people, low=6)

    def _inside(self, place: int, *groups: str) -> list[Region]:
        return [region for region in self.regions if any(within(group, region[place][0]) for group in groups)]

    def _people(self, place: int, group: str) -> Terms:
        return {("persons", region): 1 for region in self._inside(place, group)}

    @staticmethod
    def _days(place: int, regions: Sequence[Region], category: str) -> dict[Hashable, float]:
        kinds = CATEGORIES if category == TOTAL else (category,)
        return {("days", region, region[place][1], kind): 1 for region in regions for kind in kinds}

    def differences(self) -> list[Target]:
        """Targets: the days of one to four pupils who came to a union of groups, left it or were corrected in it
        between releases.

        Both releases print the days of each group of the union, or of all pupils and of the other groups.
        """
        found: dict[object, Target] = {}
        for then, now in combinations(range(len(self.releases)), 2):
            for name, other in product(self._unions(now), self._unions(then)):
                here, there = set(self._inside(now, *name)), set(self._inside(then, *other))
                for category in (TOTAL, *CATEGORIES):
                    if self._readable(now, name, category) and self._readable(then, other, category):
                        label = f"{'+'.join(name)} − {'+'.join(other)} {then}→{now} {self.year} {category}"
                        target = self._between((then, now), here, there, category, label)
                        if target:
                            found.setdefault(frozenset(target.terms.items()), target)
        return list(found.values())

    def few(self) -> list[Target]:
        """Targets: the days of unions of groups that have one to four pupils in one release."""
        found: dict[object, Target] = {}
        for place in range(len(self.releases)):
            for union in self._unions(place):
                regions = self._inside(place, *union)
                if 0 < sum(self.regions[one] for one in regions) <= FEW:
                    for category in (TOTAL, *CATEGORIES):
                        terms = self._days(place, regions, category)
                        name = f"{'+'.join(union)} in {place} {self.year} {category}"
                        found.setdefault(frozenset(terms.items()), Target(name, terms, HALF_DAYS))
        return list(found.values())

    def _readable(self, place: int, union: tuple[str, ...], category: str) -> bool:
        """Whether the union's days follow from the release's own figures."""

        def own(group: str) -> bool:
            mean = (group, str(self.releases[place].autumn(self.year)), category)
            return bool(self.releases[place].tables.means[mean]) and mean not in self.stale[place]

        rest = {letter for region in self.regions for letter in region[place][0] if letter not in (*union, OTHERS)}
        return all(map(own, union)) or (union != (OTHERS,) and own(ALL) and all(map(own, rest)))

    def _unions(self, place: int) -> Iterator[tuple[str, ...]]:
        letters = sorted({letter for region in self.regions for letter in region[place][0] if letter != OTHERS})
        for size in range(1, len(letters) + 1):
            yield from combinations(letters, size)
        yield (OTHERS,)

    def _between(
        self, places: tuple[int, int], here: set[Region], there: set[Region], category: str, name: str
    ) -> Target | None:
        then, now = places
        came, left = here - there, there - here
        other = {one for one in here & there if one[then][1] != one[now][1]}
        sizes = [sum(self.regions[one] for one in some) for some in (came, left, other)]
        stood = any(one[then] == one[now] for one in came | left)
        if not 0 < sum(sizes) <= FEW or sizes.count(0) < 2 or stood:
            return None
        terms = self._days(now, [*came, *other], category)
        terms = minus(terms, self._days(then, [*left, *other], category), 1 if not left else -1)
        return Target(f"{name} ({sum(sizes)})", terms, HALF_DAYS)

    def solution(self) -> dict[Hashable, float]:
        """The truth as values of the variables, for judging."""
        found: dict[Hashable, float] = {}
        for region, size in self.regions.items():
            found["persons", region] = size
            for version in {version for label, version in region if label}:
                for kind, category in enumerate(CATEGORIES):
                    found["days", region, version, category] = self.values[region][3 * version + kind]
        return found
