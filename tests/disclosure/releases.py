"""Several releases of pupils who live on: what their comparison tells.

The attacker knows who came, went or was corrected between them, if these are few: it may have caused it. So it knows
how many changed from one group to another where these are one to four, and where a figure may be an earlier release's:
where its group differs from that one by one to four pupils and the text is the same.
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
        return frozenset((one, values[one]) for one, label in self.labels.items() if within(group, label))

    @cached_property
    def rows_of_courses(self) -> dict[tuple[str, str], list[str]]:
        """The printed rows about courses, by variant and unit."""
        return {(row["variant"], row["unit"]): list(row.values()) for row in self.tables.dosage if row["courses"]}

    def took_part(self, variant: str, unit: str) -> frozenset[tuple[int, tuple[str, ...]]]:
        """Who was in courses of a variant and a unit, with what these are recorded with."""
        found = self.truth.rows_of_courses(variant, unit)
        return frozenset((self.identities[person], recorded) for person, recorded in found.items())

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
        found += _near_rows_of_courses(release, earlier, before)
    return found


def _near_rows_of_courses(release: Release, earlier: Sequence[Release], before: Release) -> list[str]:
    """Rows about courses are compared whole: the first release of a row is surely its own."""
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
