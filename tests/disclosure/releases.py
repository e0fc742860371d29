"""What the attacker learns when it compares several releases of the same pupils.

If only few pupils came, went or were corrected between releases, the attacker knows them, because it may have caused
the changes. So it knows how many pupils changed from one group to another if these are one to four. It also knows which
figures may be copies of an earlier release's: the text is the same, and the group differs by one to four pupils.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from tests.disclosure.attacker.reading import ALL, AUTUMNS, OTHERS, Cell, Tables, read
from tests.disclosure.attacker.small_sets import FEW
from tests.disclosure.judge import Truth

Label = tuple[str, ...]


@dataclass(frozen=True)
class Release:
    """A released bundle and the truth behind it; ``identities`` identify its persons over all releases."""

    bundle: bytes
    truth: Truth
    identities: tuple[int, ...]

    @cached_property
    def tables(self) -> Tables:
        """The tables as the attacker reads them."""
        return read(self.bundle)

    @cached_property
    def labels(self) -> dict[int, Label]:
        """The group of each pupil in the absence table, by identity."""
        found: dict[int, Label] = {}
        for person, one in self.truth.standings.items():
            if one.measured:
                found[self.identities[person]] = one.measured
        for person in self.truth.groups[OTHERS]:
            found[self.identities[person]] = (OTHERS,)
        return found

    def autumn(self, year: int) -> str | None:
        """The release's name for the autumn of a calendar year; None if the release does not contain it."""
        return {0: AUTUMNS[1], -1: AUTUMNS[0]}.get(year - self.tables.first_year)

    def values(self, year: int) -> dict[int, tuple[int, ...]]:
        """The half-days of each pupil in the absence table in an autumn, by identity."""
        place = {identity: person for person, identity in enumerate(self.identities)}
        after = self.autumn(year) == AUTUMNS[1]
        persons = self.truth.persons
        return {one: persons[place[one]].after if after else persons[place[one]].before for one in self.labels}

    def group(self, group: str, year: int) -> frozenset[tuple[int, tuple[int, ...]]]:
        """The pupils of a group, each with its half-days in an autumn."""
        values = self.values(year)
        return frozenset((one, values[one]) for one, label in self.labels.items() if within(group, label))

    @cached_property
    def rows_of_courses(self) -> dict[tuple[str, str], list[str]]:
        """The printed rows about courses, by variant and unit."""
        return {(row["variant"], row["unit"]): list(row.values()) for row in self.tables.dosage if row["courses"]}

    def took_part(self, variant: str, unit: str) -> frozenset[tuple[int, tuple[str, ...]]]:
        """The pupils in courses of a variant and a unit, with the recorded figures of these courses."""
        found = self.truth.rows_of_courses(variant, unit)
        return frozenset((self.identities[person], recorded) for person, recorded in found.items())

    def counted(self, cell: Cell) -> frozenset[object]:
        """The pupils who are counted in a figure; in a number of places, each with what they add to it."""
        if cell[0] == "coverage":
            places = self.truth.places(cell[1])
            return frozenset((self.identities[person], many) for person, many in places.items())
        return frozenset(self.identities[person] for person in self.truth.members(cell))


@dataclass(frozen=True, slots=True)
class Standing:
    """What the attacker knows of a release's figures by comparing them with earlier ones.

    ``repeated`` figures have the same text as in an earlier release. ``stale`` ones may be copies of it, because the
    group there differs by one to four pupils.
    """

    repeated: frozenset[Cell]
    stale: frozenset[Cell]


def standing(release: Release, earlier: Sequence[Release]) -> Standing:
    """Compare every printed figure of the release with the earlier ones."""
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
    """New figures of the last release that should be hidden: an earlier printed group differs by one to four pupils."""
    *earlier, release = releases
    new = standing(release, earlier)
    found = []
    for number, before in enumerate(earlier):
        then = standing(before, earlier[:number])
        found += _near_counts(release, new, before, then)
        found += _near_means(release, new, before, then)
        found += _near_rows_of_courses(release, earlier, before)
    return found


def _near_rows_of_courses(release: Release, earlier: Sequence[Release], before: Release) -> list[str]:
    """Rows about courses are compared as a whole. The first release that prints a row has certainly computed it
    itself.
    """
    found = []
    for key, row in release.rows_of_courses.items():
        year = release.tables.school_year
        told = [one.rows_of_courses.get(key) for one in earlier if one.tables.school_year == year]
        first = next((one for one in earlier if one.tables.school_year == year and key in one.rows_of_courses), None)
        if row in told or before is not first:
            continue
        if _near(release.took_part(*key), before.took_part(*key)):
            found.append(f"dosage of {' '.join(key)}: {before.rows_of_courses[key]}, then {row}")
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


def within(group: str, label: Label) -> bool:
    return bool(label) and (group in label or (group == ALL and label != (OTHERS,)))


def _year(release: Release, autumn: str) -> int:
    return release.tables.first_year - (autumn == AUTUMNS[0])


def _near(one: frozenset[object], other: frozenset[object]) -> bool:
    return 0 < len({entry[0] if isinstance(entry, tuple) else entry for entry in one ^ other}) <= FEW
