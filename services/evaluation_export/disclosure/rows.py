"""The knowledge of a reader of a bundle: every printed figure and every public rule as rows of the programme."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from libs.shared.values.absence import CATEGORIES
from services.evaluation_export.disclosure.coverage import add_places
from services.evaluation_export.disclosure.knowledge import Days, Knowledge, Measure, plus, times
from services.evaluation_export.disclosure.programme import Programme, Terms
from services.evaluation_export.disclosure.reading import ALL, OTHERS, PARTICIPANTS, Tables, TablesContradict
from services.evaluation_export.disclosure.release import Cell
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.disclosure.selections import add_selections
from services.evaluation_export.disclosure.truth import Truth
from services.evaluation_export.products.aggregate.snapshot import TOTAL

SCHOOL_DAYS = 100
"""No autumn half-year (August–December) has more school days: its months have 92 to 95."""


def add_rows(
    known: Knowledge,
    tables: Tables,
    truth: Truth,
    rules: DisclosureRules,
    *,
    kept: frozenset[Cell],
    fixed: frozenset[Cell] = frozenset(),
) -> None:
    """Adds all rows. Raises ``TablesContradict`` if the truth breaks one, as a figure is then wrong.

    A figure that an earlier release printed of the same pupils (``fixed``) may be of other courses or places.
    Then it tells nothing about this release.
    """
    _sets(known, tables)
    for cell, value in tables.numbers.items():
        old = cell in fixed and cell not in tables.counts
        if value is not None and not (old and not _is_of(known, cell, value, rules)):
            add_count(known.programme, known.counts[cell], cell, value, rules, widened=cell in kept)
    add_selections(known, tables)
    add_places(known, tables, rules, kept)
    _dosage(known, tables, truth, rules)
    _school_days(known, truth)
    add_means(known, tables, rules, kept)


def add_means(known: Knowledge, tables: Tables, rules: DisclosureRules, kept: frozenset[Cell]) -> None:
    """Adds the rows of every printed mean, except for those of an earlier group."""
    means = {cell: mean for cell, mean in tables.means.items() if mean is not None and cell not in kept}
    for cell, mean in means.items():
        measure = (cell[3], cell[4])
        if measure[0] not in known.years:
            continue
        group = _days_of(known, cell, tables.letters)
        cells = [cell, (*cell[:3], "pupils")]
        add_mean(known.programme, group, measure, mean, rules, cells=cells)
        for size, halves in _small_parts(known, cell, tables.letters, rules):
            add_part_of_mean(known.programme, group.halves[measure], halves, size, rules, cells=cells)


def _sets(known: Knowledge, tables: Tables) -> None:
    """Analysed persons are participants; everybody leaves at a step or is analysed; persons of several types are
    enrolled.
    """
    add = known.programme.row
    for letter, group in known.types.items():
        everyone = known.counts[PARTICIPANTS, letter, ALL, ALL]
        add(plus(everyone, times(-1, group.persons)), 0, name=f"analysed of {letter}")
    last = str(tables.steps)
    if known.programme.true(known.counts["flow", "left", last]) != known.programme.true(known.everybody.persons):
        raise TablesContradict("those left in the end are not those analysed")
    add(known.counts["flow", "out", last], 0, name="leavers at the last step")
    several = known.counts["several_types",]
    add(plus(known.counts["flow", "left", "0"], times(-1, several)), 0, name="several types")


def add_count(
    programme: Programme, terms: Terms, cell: Cell, value: int, rules: DisclosureRules, *, widened: bool = False
) -> None:
    """A printed count reveals its rounding interval; an earlier group's count may differ by up to four persons.

    An earlier group that differs more reveals nothing about this one, nor do its places, as one pupil may have many.
    """
    low, high = rules.interval(value, _least(cell, rules))
    if widened:
        if cell[0] == "coverage":
            return
        low, high = max(value - rules.base // 2 - rules.threshold + 1, 0), high + rules.threshold - 1
        if not low <= programme.true(terms) <= high:
            return
    programme.row(terms, low, high, cells=[cell], name=" ".join(cell))


def _least(cell: Cell, rules: DisclosureRules) -> int | None:
    return rules.courses if cell[0] == "dosage" else None


def _is_of(known: Knowledge, cell: Cell, value: int, rules: DisclosureRules) -> bool:
    low, high = rules.interval(value, _least(cell, rules))
    return low <= known.programme.true(known.counts[cell]) <= high


def _dosage(known: Knowledge, tables: Tables, truth: Truth, rules: DisclosureRules) -> None:
    """A printed row of courses reveals that enough pupils took part; a variant without any row, that nobody did.

    Persons who took part and count under another type are in several types, unless they began the other type in an
    earlier year. The number of these is assumed to be known.
    """
    add = known.programme.row
    several = known.counts["several_types",]
    letter_of = {variant: letter for letter, variants in tables.variants.items() for variant in variants}
    for (variant, unit), persons in truth.in_courses.items():
        cell: Cell = ("dosage", variant, unit, "courses")
        if cell in tables.courses:
            letter = letter_of[variant]
            counted = {one for group in truth.participants[letter].values() for one in group}
            least = rules.threshold - len(persons - counted - truth.several)
            everyone = known.counts[PARTICIPANTS, letter, ALL, ALL]
            add(plus(everyone, several), least, cells=[cell], name=f"persons of {' '.join(cell)}")
    for variant in sorted(letter_of.keys() - tables.in_dosage):
        add(known.counts[PARTICIPANTS, letter_of[variant], variant, ALL], 0, 0, name=f"no dosage row of {variant}")
    for cell in tables.courses:
        if cell[-1] != "courses":
            courses = known.counts[(*cell[:-1], "courses")]
            add(plus(courses, times(-1, known.counts[cell])), 0, name=" ".join(cell))


def _school_days(known: Knowledge, truth: Truth) -> None:
    """Nobody is absent on more days than there are school days."""
    most = 2 * SCHOOL_DAYS
    for days in truth.days.values():
        most = max(most, *(sum(halves) for halves in days.values()))
    for group in (*known.types.values(), known.others):
        for year in known.years:
            halves = times(-1, group.halves[year, TOTAL])
            known.programme.row(plus(times(most, group.persons), halves), 0, name=f"school days {group.name}")
    for letter, small in known.inside.items():
        for year in known.years:
            for category in CATEGORIES:
                within = plus(known.types[letter].halves[year, category], times(-1, small.halves[year, category]))
                known.programme.row(within, 0, name=f"{small.name} {category}")
            known.programme.row(
                small.halves[year, TOTAL], high=most * len(small.members), name=f"school days {small.name}"
            )


def _days_of(known: Knowledge, cell: Cell, letters: dict[str, str]) -> Days:
    _, group, code, *_ = cell
    if group == OTHERS:
        return known.others
    return known.everybody if code == ALL else known.types[letters[code]]


def add_mean(
    programme: Programme,
    group: Days,
    measure: Measure,
    mean: int,
    rules: DisclosureRules,
    *,
    cells: Sequence[Cell] = (),
) -> None:
    """A mean of tenths of a day, halves rounded up, of half-days and persons: |5·half-days − mean·persons| ≤ persons/2.

    A shown mean reveals that at least five pupils have another value than the commonest. So there is a sixth, and
    together they have at least as many half-days.
    """
    name = f"mean of {group.name} {' '.join(measure)}"
    ten = times(10, group.halves[measure])
    programme.row(plus(ten, times(-(2 * mean - 1), group.persons)), 0, cells=cells, name=name)
    programme.row(plus(ten, times(-(2 * mean + 1), group.persons)), high=-1, cells=cells, name=name)
    programme.row(group.persons, rules.threshold + 1, cells=cells, name=name)
    programme.row(group.halves[measure], rules.threshold, cells=cells, name=name)


def _small_parts(
    known: Knowledge, cell: Cell, letters: dict[str, str], rules: DisclosureRules
) -> Iterator[tuple[int, Terms]]:
    """Groups of one to four persons within a printed mean's group: their numbers of persons and their half-days."""
    _, group, code, year, category = cell
    if group == OTHERS:
        return
    for letter, small in known.inside.items():
        if code == ALL or letters[code] == letter:
            yield len(small.members), small.halves[year, category]
    if code == ALL:
        for types in unions(known):
            size = sum(len(one.members) for one in types)
            if 0 < size < rules.threshold:
                yield size, plus(*(one.halves[year, category] for one in types))


def unions(known: Knowledge) -> Iterator[tuple[Days, ...]]:
    """Every set of types: the rest of all when the other types are subtracted."""
    for size in range(1, len(known.types) + 1):
        yield from combinations(known.types.values(), size)


def add_part_of_mean(
    programme: Programme, whole: Terms, few: Terms, size: int, rules: DisclosureRules, *, cells: Sequence[Cell] = ()
) -> None:
    """A mean is shown only with five contributors, so the rest of the group has a half-day for each contributor that is
    missing among the few. For one or two persons the p %-rule also reveals that they do not have nearly all half-days.

    A reader is assumed to know the number of the few.
    """
    programme.row(plus(whole, times(-1, few)), rules.threshold - size, cells=cells, name="part of a mean")
    if size <= 2:
        most = plus(times(100 * size, whole), times(-(100 * size + rules.p), few))
        programme.row(most, 0, cells=cells, name="part of a mean")
