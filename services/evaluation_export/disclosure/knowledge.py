"""The groups of a bundle as linear sums over persons and half-days, the variables of one integer programme."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from libs.shared.values.absence import CATEGORIES
from services.evaluation_export.disclosure.earlier_counts import EarlierCounts
from services.evaluation_export.disclosure.programme import Programme, Terms
from services.evaluation_export.disclosure.reading import (
    ALL,
    OTHERS,
    PARTICIPANTS,
    SELECTIONS,
    Tables,
    TablesContradict,
)
from services.evaluation_export.disclosure.release import Cell
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.disclosure.truth import Truth
from services.evaluation_export.products.aggregate.snapshot import TOTAL

PERSONS_REACH = 20
HALF_DAYS_REACH = 2_000
PARTS: Mapping[str, tuple[int, ...]] = {
    **{category: (part,) for part, category in enumerate(CATEGORIES)},
    TOTAL: tuple(range(len(CATEGORIES))),
}
Measure = tuple[str, str]
"""The autumn's calendar year, and a category or the total."""


def plus(*sums: Terms) -> dict[int, int]:
    """The sum of the sums."""
    made: dict[int, int] = {}
    for terms in sums:
        for variable, factor in terms.items():
            made[variable] = made.get(variable, 0) + factor
    return {variable: factor for variable, factor in made.items() if factor}


def times(factor: int, terms: Terms) -> dict[int, int]:
    """The sum with every coefficient multiplied."""
    return {variable: factor * own for variable, own in terms.items()}


@dataclass(frozen=True, slots=True)
class Days:
    """A group with days: its persons as a sum, its true persons, and its half-days as sums."""

    name: str
    persons: Terms
    members: Sequence[int]
    halves: Mapping[Measure, Terms]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """``counts``: the sum that every cell about persons or courses shows. Types by letter.

    ``inside`` holds, by letter, the smallest finest group (variant, grade) of one to four persons with days, if the
    type has one. It is not printed, but it is limited by the printed figures of the groups that contain it.
    """

    programme: Programme
    counts: dict[Cell, Terms]
    types: dict[str, Days]
    everybody: Days
    others: Days
    inside: dict[str, Days]
    years: tuple[str, ...]


def know(tables: Tables, truth: Truth, rules: DisclosureRules, earlier: EarlierCounts | None = None) -> Knowledge:
    """The variables: persons by variant and grade, analysed by type, leavers by step; half-days by autumn, category.

    With ``earlier`` counts, each of these persons' variables is a sum by their earlier groups. Raises
    ``TablesContradict`` if the tables have other types, grades or steps than the snapshot.
    """
    if tables.variants.keys() != truth.participants.keys() or tables.steps != len(truth.out):
        raise TablesContradict("the tables have other types or steps than the snapshot")
    making = _Making(Programme(), tables, truth, tuple(sorted({cell[3] for cell in tables.means})), earlier)
    types = {letter: making.type(letter) for letter in tables.variants}
    everybody = making.together(types.values())
    others = making.group("non_participants", making.persons(len(truth.others), "others"), truth.others)
    making.count_analysed(types, everybody, others)
    making.count_flow(types, everybody)
    making.counts["several_types",] = making.persons(len(truth.several), "several")
    for cell in tables.courses:
        making.counts[cell] = making.persons(truth.courses.get((cell[1], cell[2], cell[3]), 0))
    for cell in tables.places:
        making.counts[cell] = making.persons(truth.places[cell[1]])
    making.count_selections()
    return Knowledge(making.programme, making.counts, types, everybody, others, making.inside(rules), making.years)


@dataclass(frozen=True, slots=True)
class _Making:
    """Puts variables into the programme and cells into ``counts``."""

    programme: Programme
    tables: Tables
    truth: Truth
    years: tuple[str, ...]
    earlier: EarlierCounts | None
    counts: dict[Cell, Terms] = field(default_factory=dict)

    def persons(self, value: int, *base: str) -> Terms:
        if self.earlier and base:
            return self.earlier.persons(self.programme, base, value)
        return {self.programme.variable(value, reach=PERSONS_REACH): 1}

    def group(self, name: str, persons: Terms, members: Sequence[int]) -> Days:
        halves: dict[Measure, Terms] = {}
        for year in self.years:
            for category in CATEGORIES:
                value = sum(self.truth.half_days(members, year, PARTS[category]))
                halves[year, category] = {self.programme.variable(value, reach=HALF_DAYS_REACH): 1}
            halves[year, TOTAL] = plus(*(halves[year, category] for category in CATEGORIES))
        return Days(name, persons, members, halves)

    def together(self, groups: Collection[Days]) -> Days:
        measures = [(year, category) for year in self.years for category in PARTS]
        return Days(
            PARTICIPANTS,
            plus(*(one.persons for one in groups)),
            [one for group in groups for one in group.members],
            {measure: plus(*(one.halves[measure] for one in groups)) for measure in measures},
        )

    def type(self, letter: str) -> Days:
        found = self.truth.participants[letter]
        variants = self.tables.variants[letter]
        finest = {
            (variant, grade): self.persons(len(found.get((variant, grade), ())), "is", letter, variant, grade)
            for variant in variants
            for grade in self.tables.grades
            if (PARTICIPANTS, letter, variant, grade) in self.tables.counts
        }
        if found.keys() - finest.keys():
            raise TablesContradict(f"participants of {letter}: not a row for every variant and grade")
        for variant in (*variants, ALL):
            for grade in (*self.tables.grades, ALL):
                self.counts[PARTICIPANTS, letter, variant, grade] = plus(
                    *(terms for (own, at), terms in finest.items() if variant in (own, ALL) and grade in (at, ALL))
                )
        members = self.truth.all_analysed(letter)
        return self.group(letter, self.persons(len(members), "place", "analysed", letter), members)

    def count_analysed(self, types: Mapping[str, Days], everybody: Days, others: Days) -> None:
        for code, letter in self.tables.letters.items():
            self.counts["absence", PARTICIPANTS, code, "pupils"] = types[letter].persons
        self.counts["absence", PARTICIPANTS, ALL, "pupils"] = everybody.persons
        self.counts["absence", OTHERS, ALL, "pupils"] = others.persons

    def count_flow(self, types: Mapping[str, Days], everybody: Days) -> None:
        left: Terms = plus(*(self.counts[PARTICIPANTS, letter, ALL, ALL] for letter in types))
        self.counts["flow", "left", "0"] = left
        leavers = self.leavers(types) if self.earlier else None
        for step, number in enumerate(self.truth.out, start=1):
            if leavers:
                out = leavers[step - 1]
            elif step == self.tables.steps:
                # The persons left after the last step are analysed, so those who leave at it are the rest.
                out = plus(left, times(-1, everybody.persons))
            else:
                out = self.persons(number)
            self.counts["flow", "in", str(step)] = left
            self.counts["flow", "out", str(step)] = out
            left = plus(left, times(-1, out))
            self.counts["flow", "left", str(step)] = left

    def count_selections(self) -> None:
        """The selected by type and code; all of a code are those of the types together."""
        for _, letter, code in (cell for cell in self.tables.selections if cell[1] != ALL):
            value = len(self.truth.chosen.get((letter, code), ()))
            here = self.persons(value, f"{SELECTIONS} {code}", letter)
            self.counts[SELECTIONS, letter, code] = here
            self.counts[SELECTIONS, ALL, code] = plus(self.counts.get((SELECTIONS, ALL, code), {}), here)

    def leavers(self, types: Mapping[str, Days]) -> list[Terms]:
        """The persons who leave at each step, by type: a reader of several releases knows which persons stayed in which
        type.
        """
        found: list[Terms] = [{} for _ in self.truth.out]
        for letter, type_ in types.items():
            rest = self.counts[PARTICIPANTS, letter, ALL, ALL]
            rest = plus(rest, times(-1, type_.persons))
            persons = [one for group in self.truth.participants[letter].values() for one in group]
            for last in range(len(found)):
                number = sum(self.truth.reached[one] == last for one in persons)
                here = self.persons(number, "place", "left", letter, str(last))
                found[last] = plus(found[last], here)
                rest = plus(rest, times(-1, here))
            self.programme.row(rest, 0, 0, name=f"{letter} by step as by grade")
        return found

    def inside(self, rules: DisclosureRules) -> dict[str, Days]:
        made = {}
        for letter, groups in self.truth.analysed.items():
            small = [members for members in groups.values() if len(members) < rules.threshold]
            if small:
                made[letter] = self.group(f"inside {letter}", {}, min(small, key=len))
        return made
