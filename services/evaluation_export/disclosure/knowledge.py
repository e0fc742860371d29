"""What the groups of a bundle are to somebody who reads it: sums of whole persons and half-days in one programme."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.evaluation_export.disclosure.programme import Programme, Terms
from services.evaluation_export.disclosure.reading import (
    ALL,
    CATEGORIES,
    OTHERS,
    PARTICIPANTS,
    TOTAL,
    Tables,
    TablesContradict,
)
from services.evaluation_export.disclosure.release import Cell
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.disclosure.truth import Truth

PERSONS_REACH = 20
HALF_DAYS_REACH = 2_000
PARTS = {**{category: (part,) for part, category in enumerate(CATEGORIES)}, TOTAL: tuple(range(len(CATEGORIES)))}
Measure = tuple[str, str]
"""The autumn's calendar year, and a category or the total."""


def plus(*sums: Terms) -> dict[int, int]:
    """The sums added up."""
    made: dict[int, int] = {}
    for terms in sums:
        for variable, factor in terms.items():
            made[variable] = made.get(variable, 0) + factor
    return made


def times(factor: int, terms: Terms) -> dict[int, int]:
    """The sum with every factor multiplied."""
    return {variable: factor * own for variable, own in terms.items()}


@dataclass(frozen=True, slots=True)
class Days:
    """A group with days: its persons as a sum, who they truly are, and its half-days as sums."""

    name: str
    persons: Terms
    members: Sequence[int]
    halves: Mapping[Measure, Terms]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """``counts``: the sum that every cell about persons or courses shows. Types by letter.

    ``inside`` holds, by letter, the smallest finest group (variant, grade) of one to four persons with days, if the
    type has one: it is printed nowhere, and limited by what is printed of the groups that hold it.
    """

    programme: Programme
    counts: dict[Cell, Terms]
    types: dict[str, Days]
    everybody: Days
    others: Days
    inside: dict[str, Days]
    years: tuple[str, ...]


def know(tables: Tables, truth: Truth, rules: DisclosureRules) -> Knowledge:
    """The variables: persons by variant and grade, analysed by type, leavers by step; half-days by autumn, category."""
    if tables.variants.keys() != truth.participants.keys() or tables.steps != len(truth.out):
        raise TablesContradict("the tables have other types or steps than the snapshot")
    made = Programme()
    years = tuple(sorted({cell[3] for cell in tables.means}))
    counts: dict[Cell, Terms] = {}
    types = {letter: _type(made, letter, tables, truth, years, counts) for letter in tables.variants}
    everybody = Days(
        "participants",
        plus(*(one.persons for one in types.values())),
        [one for type_ in types.values() for one in type_.members],
        {(year, category): plus(*(one.halves[year, category] for one in types.values())) for year, category in _all(years)},
    )
    others = _group(made, "non_participants", _persons(made, len(truth.others)), truth.others, truth, years)
    codes = {letter: code for code, letter in tables.letters.items()}
    counts["absence", PARTICIPANTS, ALL, "pupils"] = everybody.persons
    counts["absence", OTHERS, ALL, "pupils"] = others.persons
    counts.update({("absence", PARTICIPANTS, codes[letter], "pupils"): one.persons for letter, one in types.items()})
    counts["several_types",] = _persons(made, len(truth.several))
    _flow(made, tables, truth, counts)
    _courses(made, tables, truth, counts)
    inside = {}
    for letter in types:
        small = [group for group in truth.analysed[letter].values() if len(group) < rules.threshold]
        if small:
            members = min(small, key=len)
            inside[letter] = _group(made, f"inside {letter}", {}, members, truth, years)
    return Knowledge(made, counts, types, everybody, others, inside, years)


def _all(years: Iterable[str]) -> list[Measure]:
    return [(year, category) for year in years for category in PARTS]


def _persons(made: Programme, value: int) -> Terms:
    return {made.variable(value, reach=PERSONS_REACH): 1}


def _group(
    made: Programme, name: str, persons: Terms, members: Sequence[int], truth: Truth, years: Iterable[str]
) -> Days:
    halves: dict[Measure, Terms] = {}
    for year in years:
        for category in CATEGORIES:
            value = sum(truth.half_days(members, year, PARTS[category]))
            halves[year, category] = {made.variable(value, reach=HALF_DAYS_REACH): 1}
        halves[year, TOTAL] = plus(*(halves[year, category] for category in CATEGORIES))
    return Days(name, persons, members, halves)


def _type(
    made: Programme, letter: str, tables: Tables, truth: Truth, years: Iterable[str], counts: dict[Cell, Terms]
) -> Days:
    by_grade: dict[str, list[Terms]] = {grade: [] for grade in tables.grades}
    whole: list[Terms] = []
    for variant in tables.variants[letter]:
        cells = []
        for grade in tables.grades:
            if (PARTICIPANTS, letter, variant, grade) not in tables.counts:
                continue
            terms = _persons(made, len(truth.participants[letter].get((variant, grade), ())))
            counts[PARTICIPANTS, letter, variant, grade] = terms
            by_grade[grade].append(terms)
            cells.append(terms)
        counts[PARTICIPANTS, letter, variant, ALL] = plus(*cells)
        whole += cells
    counts.update({(PARTICIPANTS, letter, ALL, grade): plus(*cells) for grade, cells in by_grade.items()})
    counts[PARTICIPANTS, letter, ALL, ALL] = plus(*whole)
    listed = sum(made.true(terms) for terms in whole)
    if listed != sum(map(len, truth.participants[letter].values())):
        raise TablesContradict(f"participants of {letter}: not a row for every variant and grade")
    members = truth.all_analysed(letter)
    return _group(made, letter, _persons(made, len(members)), members, truth, years)


def _flow(made: Programme, tables: Tables, truth: Truth, counts: dict[Cell, Terms]) -> None:
    left: Terms = plus(*(counts[PARTICIPANTS, letter, ALL, ALL] for letter in tables.variants))
    for step in range(tables.steps + 1):
        if step:
            counts["flow", "in", str(step)] = left
            out = _persons(made, truth.out[step - 1])
            counts["flow", "out", str(step)] = out
            left = plus(left, times(-1, out))
        counts["flow", "left", str(step)] = left


def _courses(made: Programme, tables: Tables, truth: Truth, counts: dict[Cell, Terms]) -> None:
    for cell in tables.courses:
        _, variant, unit, column = cell
        counts[cell] = _persons(made, truth.courses.get((variant, unit, column), 0))
