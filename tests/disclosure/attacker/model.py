"""The populations that agree with one release, as an integer programme.

A person is enrolled in a set of types (one type only where groups partition), has a variant and a grade in each of
them, leaves the population flow at a step or is analysed, and has days in each autumn and category. Tables never
cross-tabulate variants and grades with steps, so the model counts a type's pupils once by variant and grade and once by
step: any two such counts with the same sum belong to a possible population.
"""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import combinations

from tests.disclosure.attacker.programme import Programme, Target, Terms
from tests.disclosure.attacker.reading import (
    ALL,
    AUTUMNS,
    CATEGORIES,
    CODES,
    ENROLLED,
    FAR,
    IDENTIFIED,
    OTHERS,
    REASONS,
    SELECTIONS,
    STATED,
    TOTAL,
    WITHIN,
    Cell,
    Codebook,
    Tables,
)

Types = tuple[str, ...]
MOST_HALF_DAYS = 220
"""Half-days of a pupil from August to December: there are at most 110 weekdays."""


@dataclass(frozen=True, slots=True)
class Model:
    """The programme of one release, with the variables of each group and figure."""

    programme: Programme
    tables: Tables
    regions: tuple[Types, ...]
    overlapping: bool = False

    def persons(self, letter: str = ALL, step: int = 0) -> dict[tuple[object, ...], float]:
        """The persons enrolled in a type who remain after a step."""
        last = self.tables.steps - 1
        found: dict[tuple[object, ...], float] = {}
        for types in self.regions:
            if letter != ALL and letter not in types:
                continue
            for here in range(step, last):
                found["left at", types, here] = 1
            for measured in _parts(types):
                found["analysed", types, measured] = 1
        return found

    def analysed(self, group: str) -> dict[tuple[object, ...], float]:
        """The persons of a group of the absence table."""
        if group == OTHERS:
            return {("others",): 1}
        return {
            ("analysed", types, measured): 1
            for types in self.regions
            for measured in _parts(types)
            if group in (ALL, *measured)
        }

    def days(self, group: str, autumn: str, category: str) -> dict[tuple[object, ...], float]:
        """Half-days of a group of the absence table."""
        kinds = CATEGORIES if category == TOTAL else (category,)
        if group == OTHERS:
            return {("days", OTHERS, autumn, kind): 1 for kind in kinds}
        return {
            ("days", measured, autumn, kind): 1
            for measured in self.regions
            if group in (ALL, *measured)
            for kind in kinds
        }

    def selected(self, letter: str, code: str) -> Terms:
        """The pupils of a type, or of all, who were selected in a way. Of all, a pupil in two types counts once."""
        if letter == ALL and not self.overlapping:
            return {(code, one): 1 for one in self.tables.variants}
        return {(code, letter): 1}

    def around(self, letter: str, code: str) -> Terms:
        """The pupils with the code that this one is a kind of, or all pupils of the type."""
        return self.selected(letter, WITHIN[code]) if code in WITHIN else self.persons(letter)

    def cell(self, cell: Cell) -> Terms:
        """The sum of variables that equals a printed or hidden count."""
        match cell:
            case ("participants", letter, variant, grade):
                return {
                    ("is", letter, one, here): 1
                    for one in self.tables.variants[letter]
                    if variant in (ALL, one)
                    for here in self.tables.grades[letter, one]
                    if grade in (ALL, here)
                }
            case ("flow", kind, step):
                before, after = self.persons(step=int(step) - 1), self.persons(step=int(step))
                out = {name: 1 for name in before if name not in after}
                return {"in": before, "out": out, "left": after}[kind]
            case ("absence", group):
                return self.analysed(group)
            case ("coverage", code):
                return {("places", code): 1}
            case (_, letter, code) if cell[0] == SELECTIONS:
                return self.selected(letter, code)
            case _:
                return {("several",): 1}


def model(tables: Tables, codebook: Codebook, stale: Collection[Cell] = ()) -> Model:
    """The model of everything that the release reveals. ``stale``: figures that may be copies of an earlier
    release's.
    """
    letters = tuple(sorted(tables.variants))
    most = len(letters) if codebook.overlapping else 1
    regions = tuple(types for size in range(1, most + 1) for types in combinations(letters, size))
    made = Model(Programme(), tables, regions, codebook.overlapping)
    _variables(made, letters)
    _links(made, letters, overlapping=codebook.overlapping)
    for cell, text in tables.counts.items():
        # A copied number of places may be far off, because each of the pupils who changed may have many places.
        if text and not (cell[0] == "coverage" and cell in stale):
            made.programme.row(f"{cell} is {text}", made.cell(cell), *codebook.span(text, stale=cell in stale))
    for (group, autumn, category), text in tables.means.items():
        if text and (group, autumn, category) not in stale:
            _mean(made, (group, autumn, category), text, contributors=codebook.contributors)
    return made


def _variables(made: Model, letters: Types) -> None:
    unknown, tables = made.programme, made.tables
    for letter in letters:
        for variant in tables.variants[letter]:
            for grade in tables.grades[letter, variant]:
                unknown.variable(("is", letter, variant, grade), 0, FAR)
    for types in made.regions:
        for step in range(tables.steps - 1):
            unknown.variable(("left at", types, step), 0, FAR)
        for measured in _parts(types):
            unknown.variable(("analysed", types, measured), 0, FAR)
        for autumn in AUTUMNS:
            for category in CATEGORIES:
                unknown.variable(("days", types, autumn, category), 0, MOST_HALF_DAYS * FAR, whole=False)
    unknown.variable(("others",), 0, FAR)
    for autumn in AUTUMNS:
        for category in CATEGORIES:
            unknown.variable(("days", OTHERS, autumn, category), 0, MOST_HALF_DAYS * FAR, whole=False)
    unknown.variable(("several",), 0, FAR)
    _more_variables(made, letters)


def _more_variables(made: Model, letters: Types) -> None:
    unknown = made.programme
    for letter in (*letters, *([ALL] if made.overlapping else [])):
        for code in CODES:
            unknown.variable((code, letter), 0, FAR)
    for code in (STATED, ENROLLED, IDENTIFIED):
        # Their bounds, alone and in differences, are whole numbers, so their ends are, too.
        unknown.variable(("places", code), 0, FAR, whole=False)


def _links(made: Model, letters: Types, *, overlapping: bool) -> None:
    rows = made.programme
    for letter in letters:
        same = minus(made.cell(("participants", letter, ALL, ALL)), made.persons(letter))
        rows.row(f"{letter}: by grade as by step", same, 0, 0)
    several: Terms = {("several",): 1}
    if overlapping:
        more = {name: 1 for name in made.persons() if isinstance(name[1], tuple) and len(name[1]) > 1}
        rows.row("several types", minus(several, more), 0, 0)
    else:
        rows.row("several types", minus(several, made.persons()), high=0)
    _places(made, several)
    _selected(made, letters)
    for row in made.tables.dosage:
        if row["courses"]:
            rows.row(f"a row about courses of {row['variant']}", made.persons(), low=5)
    for autumn in AUTUMNS:
        _at_most(made, made.days(OTHERS, autumn, TOTAL), made.analysed(OTHERS))
        for measured in made.regions:
            days: Terms = {("days", measured, autumn, kind): 1 for kind in CATEGORIES}
            people: Terms = {("analysed", types, measured): 1 for types in made.regions if set(measured) <= set(types)}
            _at_most(made, days, people)


def _places(made: Model, several: Terms) -> None:
    """Every participant has a place, one in several types has more, and one without a CPR number has places that are
    not identified.
    """
    rows = made.programme
    enrolled, identified = made.cell(("coverage", ENROLLED)), made.cell(("coverage", IDENTIFIED))
    unidentified, without = minus(enrolled, identified), minus(made.persons(), made.persons(step=1))
    rows.row("a place for each", minus(minus(enrolled, made.persons()), several), low=0)
    rows.row("a place for each with a number", minus(identified, made.persons(step=1)), low=0)
    rows.row("a place for each without a number", minus(unidentified, without), low=0)


def _selected(made: Model, letters: Types) -> None:
    """A selected pupil takes part; a pupil with a reason was selected with the class; a selected class has a reason."""
    rows = made.programme
    for letter in (*letters, *([ALL] if made.overlapping else [])):
        for code in CODES:
            outside = minus(made.around(letter, code), made.selected(letter, code))
            rows.row(f"{code} of {letter} is within", outside, low=0)
        for outer, parts in (("selected", ("pupil", "group", "class")), ("class", REASONS)):
            together = {name: 1 for part in parts for name in made.selected(letter, part)}
            rows.row(f"{outer} of {letter} is one of", minus(together, made.selected(letter, outer)), low=0)
    for code in CODES if made.overlapping else ():
        every = {name: 1 for letter in letters for name in made.selected(letter, code)}
        rows.row(f"{code} of all are of types", minus(every, made.selected(ALL, code)), low=0)
        for letter in letters:
            inside = minus(made.selected(ALL, code), made.selected(letter, code))
            rows.row(f"{code} of {letter} are of all", inside, low=0)


def _at_most(made: Model, days: Terms, people: Terms) -> None:
    made.programme.row("no more days than weekdays", minus(days, people, MOST_HALF_DAYS), high=0)


def _mean(made: Model, mean: tuple[str, str, str], text: str, *, contributors: bool) -> None:
    """The half-days lie between the bounds of the mean times the number of pupils; halves were rounded up.

    A printed mean has at least five pupils whose value is not the commonest one, so at least six pupils and five
    half-days.
    """
    tenths, days, people = round(10 * float(text)), made.days(*mean), made.analysed(mean[0])
    tenfold = {name: 10 * factor for name, factor in days.items()}
    label = f"mean {' '.join(mean)} is {text}"
    made.programme.row(f"{label}, low", minus(tenfold, people, 2 * tenths - 1), low=0)
    made.programme.row(f"{label}, high", minus(tenfold, people, 2 * tenths + 1), high=-1)
    if contributors:
        made.programme.row(f"{label}, contributors", days, low=5)
        made.programme.row(f"{label}, contributors and another", people, low=6)


def hidden_counts(made: Model, values: int) -> list[Target]:
    """A target for every hidden count of pupils; each count must keep ``values`` possible values."""
    return [
        Target(" ".join(cell), made.cell(cell), values - 1) for cell, text in made.tables.counts.items() if text == ""
    ]


def few_without(made: Model, few: Collection[tuple[Cell, str]], values: int) -> list[Target]:
    """Targets for the pupils without a code, among those with the code that it is a kind of or among all of the type
    (``""``), where they are fewer than five. That there is nobody must not be derivable either.
    """
    return [
        Target(
            f"without {' '.join(cell)} among {outer or 'all'}",
            minus(made.selected(cell[1], outer) if outer else made.persons(cell[1]), made.cell(cell)),
            values - 1,
        )
        for cell, outer in few
    ]


def minus(left: Terms, right: Terms, times: float = 1) -> Terms:
    """The first sum minus the second."""
    found = dict(left)
    for name, factor in right.items():
        found[name] = found.get(name, 0) - times * factor
    return found


def _parts(types: Types) -> list[Types]:
    """Every set of types in which a person of these types may be analysed, which are the types begun in the autumn."""
    return [part for size in range(1, len(types) + 1) for part in combinations(types, size)]
