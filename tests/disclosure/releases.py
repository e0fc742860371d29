"""Several releases of pupils who live on: what their comparison tells.

The attacker knows who came, went or was corrected between them, if these are few: it may have caused it. So it knows
how many changed from one group to another where these are one to four, and where a figure may be an earlier release's:
where its group differs from that one by one to four pupils and the text is the same.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations

from tests.disclosure.attacker.model import MOST_HALF_DAYS, minus
from tests.disclosure.attacker.programme import Programme, Target, Terms
from tests.disclosure.attacker.reading import ALL, AUTUMNS, CATEGORIES, FAR, OTHERS, TOTAL, Cell, Codebook, Tables, read
from tests.disclosure.attacker.small_sets import FEW, HALF_DAYS
from tests.disclosure.judge import Truth

Label = tuple[str, ...]
Region = tuple[tuple[Label, int], ...]
"""Per release of the autumn: the group (none: not analysed) and which of its values the pupil has there."""


@dataclass(frozen=True)
class Release:
    """A released bundle and the truth behind it; ``identities`` say who its persons are, over all releases."""

    bundle: bytes
    truth: Truth
    identities: tuple[int, ...]

    @cached_property
    def tables(self) -> Tables:
        """As read."""
        return read(self.bundle)

    @cached_property
    def labels(self) -> dict[int, Label]:
        """The group of everybody in the absence table, by identity."""
        found: dict[int, Label] = {}
        for person, one in self.truth.standings.items():
            if one.measured:
                found[self.identities[person]] = one.measured
        for person in self.truth.groups[OTHERS]:
            found[self.identities[person]] = (OTHERS,)
        return found

    def autumn(self, year: int) -> str | None:
        """What the release calls the autumn of a calendar year, if it tells of it."""
        return {0: AUTUMNS[1], -1: AUTUMNS[0]}.get(year - self.tables.first_year)

    def values(self, year: int) -> dict[int, tuple[int, ...]]:
        """Half-days in an autumn, of everybody in the absence table, by identity."""
        place = {identity: person for person, identity in enumerate(self.identities)}
        after = self.autumn(year) == AUTUMNS[1]
        persons = self.truth.persons
        return {one: persons[place[one]].after if after else persons[place[one]].before for one in self.labels}

    def group(self, group: str, year: int) -> frozenset[tuple[int, tuple[int, ...]]]:
        """Who is in a group, with what was measured of them in an autumn."""
        values = self.values(year)
        return frozenset((one, values[one]) for one, label in self.labels.items() if _within(group, label))

    def counted(self, cell: Cell) -> frozenset[int]:
        """Who is in a count."""
        return frozenset(self.identities[person] for person in self.truth.members(cell))


@dataclass(frozen=True, slots=True)
class Standing:
    """What the attacker knows of a release's figures beside earlier ones, since it knows who came, went or changed.

    ``repeated`` have the text of an earlier release's. ``stale`` may be that one's, since its group is one to four
    pupils away.
    """

    repeated: frozenset[Cell]
    stale: frozenset[Cell]


def standing(release: Release, earlier: Sequence[Release]) -> Standing:
    """Of every printed figure of the release."""
    repeated: set[Cell] = set()
    old: set[Cell] = set()
    tables = release.tables
    for before in earlier:
        for cell, text in tables.counts.items():
            if text and before.tables.school_year == tables.school_year and before.tables.counts[cell] == text:
                repeated.add(cell)
                if _near(release.counted(cell), before.counted(cell)):
                    old.add(cell)
        for (group, autumn, category), text in tables.means.items():
            year = _year(release, autumn)
            then = before.autumn(year)
            if text and then and before.tables.means[group, then, category] == text:
                repeated.add((group, autumn, category))
                if _near(release.group(group, year), before.group(group, year)):
                    old.add((group, autumn, category))
    return Standing(frozenset(repeated), frozenset(old))


def near_figures(releases: Sequence[Release]) -> list[str]:
    """New figures of the last release, printed though a group with printed figures of its own is one to four away."""
    *earlier, release = releases
    new = standing(release, earlier)
    found = []
    for number, before in enumerate(earlier):
        then = standing(before, earlier[:number])
        found += _near_counts(release, new, before, then)
        found += _near_means(release, new, before, then)
    return found


def _near_counts(release: Release, new: Standing, before: Release, then: Standing) -> list[str]:
    if before.tables.school_year != release.tables.school_year:
        return []
    return [
        f"{' '.join(cell)}: {before.tables.counts[cell]}, then {text}"
        for cell, text in release.tables.counts.items()
        if text and cell not in new.repeated and before.tables.counts[cell] and cell not in then.stale
        and _near(release.counted(cell), before.counted(cell))
    ]  # fmt: skip


def _near_means(release: Release, new: Standing, before: Release, then: Standing) -> list[str]:
    found = []
    for group, autumn, category in release.tables.means:
        year = _year(release, autumn)
        called = before.autumn(year)
        if not called or not release.tables.means[group, autumn, category] or (group, autumn, category) in new.repeated:
            continue
        for other in {name for name, _, _ in before.tables.means}:
            mean = (other, called, category)
            told = before.tables.means[mean] and mean not in then.stale
            if told and _near(release.group(group, year), before.group(other, year)):
                found.append(f"days of {group} in {year}, {category}, beside {other} then")
    return found


@dataclass(slots=True)
class Joint:
    """The days of one autumn over all releases that tell of it."""

    year: int
    releases: Sequence[Release]
    stale: Sequence[frozenset[Cell]]
    codebook: Codebook
    programme: Programme
    regions: Counter[Region]
    values: dict[Region, list[int]]

    @classmethod
    def of(cls, releases: Sequence[Release], year: int, codebook: Codebook) -> "Joint":
        """Of all releases, in their order."""
        told = [one for one in releases if one.autumn(year)]
        old = [standing(one, releases[: releases.index(one)]).stale for one in told]
        made = cls(year, told, old, codebook, Programme(), Counter(), defaultdict(lambda: [0] * 3 * len(told)))
        made._sort()
        made._unknowns()
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

    def _unknowns(self) -> None:
        for region, size in self.regions.items():
            known = size <= FEW and len(set(region)) > 1
            self.programme.variable(("persons", region), size if known else 0, size if known else FAR)
            for version in sorted({version for label, version in region if label}):
                for category in CATEGORIES:
                    name = ("days", region, version, category)
                    self.programme.variable(name, 0, MOST_HALF_DAYS * FAR, whole=False)
                days: Terms = {("days", region, version, category): 1 for category in CATEGORIES}
                self.programme.row("weekdays", minus(days, {("persons", region): 1}, MOST_HALF_DAYS), high=0)

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

    def _inside(self, place: int, *groups: str) -> list[Region]:
        return [region for region in self.regions if any(_within(group, region[place][0]) for group in groups)]

    def _people(self, place: int, group: str) -> Terms:
        return {("persons", region): 1 for region in self._inside(place, group)}

    @staticmethod
    def _days(place: int, regions: Sequence[Region], category: str) -> dict[Hashable, float]:
        kinds = CATEGORIES if category == TOTAL else (category,)
        return {("days", region, region[place][1], kind): 1 for region in regions for kind in kinds}

    def targets(self) -> list[Target]:
        """One to four pupils who alone are in one union of groups and not in another, or alone have other values."""
        found: dict[object, Target] = {}
        for then, now in combinations(range(len(self.releases)), 2):
            unions = {
                place: [(union, frozenset(self._inside(place, *union))) for union in self._unions(place)]
                for place in (then, now)
            }
            for name, here in unions[now]:
                for other, there in unions[then]:
                    for target in self._between(then, now, here, there, f"{'+'.join(name)} − {'+'.join(other)}"):
                        found.setdefault(frozenset(target.terms.items()), target)
        for place in range(len(self.releases)):
            for union in self._unions(place):
                regions = self._inside(place, *union)
                if 0 < sum(self.regions[one] for one in regions) <= FEW:
                    for category in (TOTAL, *CATEGORIES):
                        terms = self._days(place, regions, category)
                        name = f"{'+'.join(union)} in {place} {self.year} {category}"
                        found.setdefault(frozenset(terms.items()), Target(name, terms, HALF_DAYS))
        return list(found.values())

    def _unions(self, place: int) -> Iterator[tuple[str, ...]]:
        letters = sorted({letter for region in self.regions for letter in region[place][0] if letter != OTHERS})
        for size in range(1, len(letters) + 1):
            yield from combinations(letters, size)
        yield (OTHERS,)

    def _between(
        self, then: int, now: int, here: frozenset[Region], there: frozenset[Region], name: str
    ) -> Iterator[Target]:
        came, left = here - there, there - here
        other = [one for one in here & there if one[then][1] != one[now][1]]
        sizes = [sum(self.regions[one] for one in some) for some in (came, left, other)]
        if not 0 < sum(sizes) <= FEW or sizes.count(0) < 2:
            return
        for category in (TOTAL, *CATEGORIES):
            terms = self._days(now, [*came, *other], category)
            terms = minus(terms, self._days(then, [*left, *other], category), 1 if not left else -1)
            yield Target(f"{name} ({sum(sizes)}) {then}→{now} {self.year} {category}", terms, HALF_DAYS)

    def solution(self) -> dict[Hashable, float]:
        """The truth, for judging."""
        found: dict[Hashable, float] = {}
        for region, size in self.regions.items():
            found["persons", region] = size
            for version in {version for label, version in region if label}:
                for kind, category in enumerate(CATEGORIES):
                    found["days", region, version, category] = self.values[region][3 * version + kind]
        return found


def _within(group: str, label: Label) -> bool:
    return bool(label) and (group in label or (group == ALL and label != (OTHERS,)))


def _year(release: Release, autumn: str) -> int:
    return release.tables.first_year - (autumn == AUTUMNS[0])


def _near(one: frozenset[object], other: frozenset[object]) -> bool:
    return 0 < len({entry[0] if isinstance(entry, tuple) else entry for entry in one ^ other}) <= FEW
