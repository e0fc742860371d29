"""The truth behind a release, counted from the snapshot by the rules of the guide; only for judging attacks.

The attacker learns nothing from here but which sets of one to four pupils there are, and their sizes.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from services.evaluation_export.products.aggregate.snapshot import Participation, Person, Snapshot
from tests.disclosure.attacker.reading import (
    ALL,
    AUTUMNS,
    CATEGORIES,
    CODES,
    ENROLLED,
    IDENTIFIED,
    OTHERS,
    SELECTIONS,
    STATED,
    TOTAL,
    WITHIN,
    Cell,
    Tables,
)

STEPS = 5
DOMINANCE = 10
Types = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a participant is counted: variant and grade by type, the last step, and the types if the pupil is
    analysed.
    """

    counted: Mapping[str, tuple[str, str]]
    step: int
    measured: Types
    several: bool

    @property
    def types(self) -> Types:
        """All types the pupil is counted in."""
        return tuple(sorted(self.counted))


@dataclass(frozen=True)
class Truth:
    """All persons of a snapshot. ``overlapping``: a pupil is counted in each of its types, as with the
    partition off.
    """

    snapshot: Snapshot
    overlapping: bool = False
    letters: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        found = {one.variant: type_.letter for type_ in self.snapshot.types for one in type_.variants}
        object.__setattr__(self, "letters", found)

    @cached_property
    def persons(self) -> dict[int, Person]:
        """Persons by number."""
        return {one.person: one for one in self.snapshot.persons}

    @cached_property
    def standings(self) -> dict[int, Standing]:
        """The standing of each pupil enrolled in the school year, by number."""
        by_person: dict[int, list[Participation]] = defaultdict(list)
        for one in self.snapshot.participations:
            by_person[one.person].append(one)
        return {
            person: self._standing(person, known)
            for person, known in by_person.items()
            if any(one.this_year for one in known)
        }

    def _standing(self, person: int, known: list[Participation]) -> Standing:
        first = sorted(known, key=lambda one: (one.start, self.letters[one.variant], one.variant, one.grade))
        now = [one for one in known if one.this_year]
        here = self.persons[person]
        conditions = (here.has_cpr_number, here.ordinary, any(one.autumn for one in now), here.measured)
        step = next((number for number, holds in enumerate(conditions) if not holds), STEPS - 1)
        counted: dict[str, tuple[str, str]] = {}
        for one in first:
            letter = self.letters[one.variant]
            if one.this_year if self.overlapping else not counted:
                counted.setdefault(letter, (one.variant, str(one.grade)))
        several = len({self.letters[one.variant] for one in now}) > 1
        return Standing(counted, step, tuple(sorted(counted)) if step == STEPS - 1 else (), several)

    @cached_property
    def groups(self) -> dict[str, tuple[int, ...]]:
        """The members of each group of the absence table."""
        found: dict[str, tuple[int, ...]] = dict.fromkeys(sorted(set(self.letters.values())), ())
        for letter in found:
            found[letter] = tuple(person for person, one in self.standings.items() if letter in one.measured)
        found[ALL] = tuple(person for person, one in self.standings.items() if one.measured)
        found[OTHERS] = tuple(
            one.person
            for one in self.snapshot.persons
            if not one.takes_part and one.has_cpr_number and one.ordinary and one.measured
        )
        return found

    def half_days(self, members: Iterable[int], autumn: str, category: str) -> list[int]:
        """Each member's half-days."""
        kinds = range(len(CATEGORIES)) if category == TOTAL else [CATEGORIES.index(category)]
        found = (self.persons[one].before if autumn == AUTUMNS[0] else self.persons[one].after for one in members)
        return [sum(values[kind] for kind in kinds) for values in found]

    def weak(self, group: str, autumn: str, category: str) -> bool:
        """Whether a mean has too few pupils, too few contributors, or one pupil who dominates it."""
        values = sorted(self.half_days(self.groups[group], autumn, category), reverse=True)
        if len(values) < STEPS or len(values) - max(Counter(values).values()) < 5:
            return True
        return 100 * sum(values[2:]) < DOMINANCE * values[0]

    def members(self, cell: Cell) -> frozenset[int]:
        """The pupils who are counted in a figure."""
        match cell:
            case ("participants", letter, variant, grade):
                return frozenset(
                    person
                    for person, one in self.standings.items()
                    if letter in one.counted
                    and variant in (ALL, one.counted[letter][0])
                    and grade in (ALL, one.counted[letter][1])
                )
            case ("flow", kind, step):
                last = int(step) - (kind != "left")
                return frozenset(
                    person
                    for person, one in self.standings.items()
                    if one.step == last or (one.step > last and kind != "out")
                )
            case ("absence", group):
                return frozenset(self.groups[group])
            case ("coverage", code):
                return frozenset(self.places(code))
            case (_, letter, code) if cell[0] == SELECTIONS:
                return self.selected[code] & self.everyone(letter)
            case _:
                return frozenset(person for person, one in self.standings.items() if one.several)

    def everyone(self, letter: str) -> frozenset[int]:
        """The participants of a type, or all."""
        return frozenset(person for person, one in self.standings.items() if letter in (ALL, *one.counted))

    def count(self, cell: Cell) -> int:
        """The true number of pupils of a figure."""
        return len(self.members(cell))

    def places(self, code: str) -> dict[int, int]:
        """The places of each pupil behind a number of places. A place that only a school stated is nobody's."""
        found: Counter[int] = Counter()
        for one in self.snapshot.courses:
            for person in one.persons:
                if code != IDENTIFIED or self.persons[person].has_cpr_number:
                    found[person] += 1
        return dict(found)

    @cached_property
    def selected(self) -> dict[str, frozenset[int]]:
        """All pupils by how and why they were selected."""
        found: dict[str, set[int]] = {code: set() for code in CODES}
        for one in self.snapshot.selected:
            for code in ("selected", one.kind, *one.reasons, *(["designated"] if one.designated else [])):
                found[code].add(one.person)
        return {code: frozenset(persons) for code, persons in found.items()}

    def classes(self, cell: Cell) -> int:
        """The selected classes of the pupils who are counted in a figure, with the figure's reason."""
        _, _, code = cell
        members = self.members(cell)
        return len(
            {
                one.class_
                for one in self.snapshot.selected
                if one.person in members and one.class_ is not None and (code == "class" or code in one.reasons)
            }
        )

    def few_without(self) -> list[tuple[Cell, str]]:
        """The numbers of selected pupils beside which fewer than five are without the code, and among whom: those with
        the code that it is a kind of, or all of the type (``""``).
        """
        found = []
        for letter in (ALL, *sorted(set(self.letters.values()))):
            everyone = self.everyone(letter)
            for code in CODES:
                own = self.selected[code] & everyone
                wholes = {"": everyone}
                if outer := WITHIN.get(code):
                    wholes[outer] = self.selected[outer] & everyone
                found += [((SELECTIONS, letter, code), name) for name, all_ in wholes.items() if len(all_ - own) < 5]
        return found

    def one_has_most_places(self, code: str) -> bool:
        """Whether one pupil has so many of the places that another could estimate them."""
        places = sorted(self.places(code).values(), reverse=True)
        return bool(places) and 100 * sum(places[2:]) < DOMINANCE * places[0]

    def rows_of_courses(self, variant: str, unit: str) -> dict[int, tuple[str, ...]]:
        """The pupils in courses of a variant and a unit, with the recorded figures of these courses."""
        found: dict[int, list[str]] = defaultdict(list)
        for one in self.snapshot.courses:
            if (one.variant, one.unit) == (variant, unit):
                for person in one.persons:
                    found[person].append(f"{one.delivered} {one.sessions} {one.planned} {one.outcome}")
        return {person: tuple(sorted(recorded)) for person, recorded in found.items()}

    def solution(self) -> dict[Hashable, float]:
        """The truth as values of the attacker's variables: it must agree with every statement the attacker makes."""
        found: Counter[Hashable] = Counter()
        for person, one in self.standings.items():
            found.update(("is", letter, *place) for letter, place in one.counted.items())
            if one.measured:
                found["analysed", one.types, one.measured] += 1
                self._add_days(found, one.measured, person)
            else:
                found["left at", one.types, one.step] += 1
            found["several",] += one.several
        for person in self.groups[OTHERS]:
            found["others",] += 1
            self._add_days(found, OTHERS, person)
        for code in CODES:
            for person in self.selected[code] & self.standings.keys():
                found.update((code, letter) for letter in self.standings[person].counted)
                found[code, ALL] += 1
        for code in (STATED, ENROLLED, IDENTIFIED):
            found["places", code] = sum(getattr(one, code) or 0 for one in self.snapshot.courses)
        return dict(found)

    def _add_days(self, found: Counter[Hashable], group: Types | str, person: int) -> None:
        for autumn in AUTUMNS:
            for category in CATEGORIES:
                found["days", group, autumn, category] += self.half_days([person], autumn, category)[0]


def printed_small(truth: Truth, tables: Tables) -> list[str]:
    """Printed counts of one to four pupils, printed rows about too few pupils or courses, and printed means that are
    weak.
    """
    found = [
        f"printed {' '.join(cell)} {text}: {truth.count(cell)}"
        for cell, text in tables.counts.items()
        if text and 0 < truth.count(cell) < 5
    ]
    for code in (ENROLLED, IDENTIFIED):
        text = tables.counts.get(("coverage", code))
        if text and (len(truth.snapshot.courses) < 3 or truth.one_has_most_places(code)):
            found.append(f"places {code} {text}: few courses, or one pupil has most of them")
    for cell, text in tables.classes.items():
        if text and truth.classes(cell) < 3:
            found.append(f"classes {' '.join(cell)} {text}: {truth.classes(cell)}")
    for row in tables.dosage:
        held = [one for one in truth.snapshot.courses if (one.variant, one.unit) == (row["variant"], row["unit"])]
        persons = {person for one in held for person in one.persons}
        if row["courses"] and (len(persons) < 5 or len(held) < 3):
            found.append(f"dosage of {row['variant']} {row['unit']}: {len(persons)} pupils, {len(held)} courses")
    found += [f"weak mean {' '.join(mean)} {text}" for mean, text in tables.means.items() if text and truth.weak(*mean)]
    return found
