"""Pupils who stay the same between releases: they come, go, are corrected, and take part in two or more school
years.
"""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from services.evaluation_export.products.aggregate.snapshot import (
    Course,
    HalfDays,
    Participation,
    Person,
    Reporting,
    Selected,
    Snapshot,
    Type,
)
from tests.disclosure.catalog import TYPES, VARIANTS, seeded
from tests.disclosure.decisions import Decision, of_class

FIRST_YEAR = 2021


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Takes part in a course from the day ``start`` to the end of its school year, which begins in ``year``."""

    course: int
    variant: str
    grade: int
    start: str
    year: int


@dataclass(slots=True)
class Pupil:
    """One pupil. ``half_days`` by autumn; ``unmeasured`` holds the autumns with missing months."""

    number: int
    school: int
    grade: int
    has_cpr_number: bool
    special: bool
    half_days: dict[int, HalfDays]
    unmeasured: set[int] = field(default_factory=set)
    enrolments: list[Enrolment] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)

    @property
    def class_(self) -> int:
        """The pupil's class, in every year the same."""
        return 100 * self.school + self.grade


@dataclass(frozen=True, slots=True)
class Run:
    """A course: variant, unit, amounts, verdicts, and the places that the school stated."""

    variant: str
    unit: str
    delivered: Decimal
    sessions: int
    planned: str
    outcome: str
    stated: int | None = None


@dataclass(slots=True)
class World:
    """Pupils and courses; ``snapshot`` gives what a delivery would now read of one school year."""

    pupils: dict[int, Pupil] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    types: tuple[Type, ...] = TYPES
    deciding: random.Random = field(default_factory=lambda: seeded("deciding"))

    def snapshot(self, year: int) -> tuple[Snapshot, tuple[int, ...]]:
        """The snapshot of the school year that begins in ``year``, and the identities of its persons in the order of
        ``persons``.
        """
        listed = sorted(self.pupils)
        place = {number: position for position, number in enumerate(listed)}
        participations, courses = [], defaultdict(set)
        for pupil in self.pupils.values():
            if not any(one.year == year for one in pupil.enrolments):
                continue
            for one in pupil.enrolments:
                if one.year > year:
                    continue
                now, autumn = one.year == year, one.start < f"{year + 1}-01-01"
                participations.append(
                    Participation(place[pupil.number], one.variant, one.grade, one.start, now and autumn, now)
                )
                if now:
                    courses[one.course].add(place[pupil.number])
        persons = tuple(self._person(place[number], self.pupils[number], year) for number in listed)
        identified = {one.person for one in persons if one.has_cpr_number}
        runs = tuple(
            Course(
                run.variant,
                run.unit,
                run.delivered,
                run.sessions,
                run.planned,
                run.outcome,
                tuple(sorted(courses[at])),
                stated=run.stated,
                enrolled=len(courses[at]),
                identified=len(courses[at] & identified),
            )
            for at, run in enumerate(self.runs)
            if courses[at]
        )
        projects = {variant: sum(one.variant == variant for one in runs) for variant in VARIANTS}
        reporting = tuple(
            Reporting("101", "Kommune 1", autumn, 3, 3, 290, 15, 15 - (autumn == year)) for autumn in (year - 1, year)
        )
        name = f"{year}/{year + 1}"
        found = (self.types, tuple(participations), persons, runs, projects, reporting, self._selected(place))
        return Snapshot(name, *found), tuple(listed)

    def _selected(self, place: dict[int, int]) -> tuple[Selected, ...]:
        return tuple(
            Selected(
                place[pupil.number],
                one.kind,
                pupil.class_ if one.kind == "class" else None,
                one.reasons,
                one.designated,
            )
            for pupil in self.pupils.values()
            for one in pupil.decisions
        )

    @staticmethod
    def _person(place: int, pupil: Pupil, year: int) -> Person:
        return Person(
            person=place,
            takes_part=any(one.year == year for one in pupil.enrolments),
            has_cpr_number=pupil.has_cpr_number,
            ordinary=not pupil.special,
            measured=not pupil.unmeasured & {year - 1, year},
            before=pupil.half_days[year - 1],
            after=pupil.half_days[year],
        )


def world(seed: object, *, schools: int | None = None, classes: int = 2, years: int = 1) -> World:
    """A few schools with classes of about twenty, and courses of all kinds in each school year from the first on."""
    chance = seeded("world", seed)
    made = World()
    habits = _Habits(chance)
    schools = schools or chance.randint(1, 4)
    for school in range(schools):
        for grade in range(10):
            for _ in range(chance.randint(1, classes)):
                special = chance.random() < 0.1
                for _ in range(chance.randint(2, 8) if special else chance.randint(14, 26)):
                    add_pupil(made, chance, habits, school, grade, special=special)
    for year in range(FIRST_YEAR, FIRST_YEAR + years):
        for _ in range(chance.randint(1, 12) + 4 * max(schools - 4, 0)):
            hold_course(made, chance, year)
    made.deciding = seeded("deciding", seed)
    if made.deciding.random() < 0.8:
        _decide(made)
    return made


def _decide(made: World) -> None:
    """Decide about every class of the world."""
    classes: dict[int, list[Pupil]] = defaultdict(list)
    for pupil in made.pupils.values():
        classes[pupil.class_].append(pupil)
    for pupils in classes.values():
        for pupil, decisions in zip(pupils, of_class(made.deciding, len(pupils)), strict=True):
            pupil.decisions = decisions


class _Habits:
    """How often this world has missing data, transfers and absence."""

    def __init__(self, chance: random.Random) -> None:
        self.without_number = chance.choice((0.0, 0.01, 0.05))
        self.transferred = chance.choice((0.0, 0.03, 0.1))
        self.unreported = chance.choice((0.0, 0.0, 0.05))
        self.unauthorised = chance.choice((0.0, 0.02, 0.1, 0.3))
        self.ill = chance.choice((2, 10, 24))


def add_pupil(
    made: World, chance: random.Random, habits: "_Habits | None", school: int, grade: int, *, special: bool = False
) -> Pupil:
    """Add a pupil to a grade of a school."""
    habits = habits or _Habits(chance)
    pupil = Pupil(
        number=len(made.pupils) and max(made.pupils) + 1,
        school=school,
        grade=grade,
        has_cpr_number=chance.random() >= habits.without_number,
        special=special,
        half_days={autumn: random_half_days(chance, habits) for autumn in range(FIRST_YEAR - 1, FIRST_YEAR + 3)},
    )
    for autumn in pupil.half_days:
        if chance.random() < habits.transferred / 2 + habits.unreported:
            pupil.unmeasured.add(autumn)
    made.pupils[pupil.number] = pupil
    return pupil


def random_half_days(chance: random.Random, habits: "_Habits | None" = None) -> HalfDays:
    """Usually few half-days, sometimes so many that one pupil dominates a mean."""
    habits = habits or _Habits(chance)
    illness = min(int(chance.expovariate(1 / (habits.ill + 0.1))), 160)
    authorised = int(chance.expovariate(1 / 3))
    unauthorised = chance.choice((1, 2, 4, 9, 40)) if chance.random() < habits.unauthorised else 0
    return illness, authorised, unauthorised


def hold_course(made: World, chance: random.Random, year: int) -> None:
    """Add a course of a random variant for some pupils of one grade of a school, from one pupil to a whole class."""
    variant, school = chance.choice(VARIANTS), chance.choice([pupil.school for pupil in made.pupils.values()])
    grade, spring = chance.randint(0, 9), chance.random() < 0.2
    here = [one for one in made.pupils.values() if one.school == school and _grade(one, year) in (grade, grade + 1)]
    mates = [one for one in here if _grade(one, year) == grade and not one.special] or here
    size = chance.choice((1, 2, 3, 4, 5, 6, 8, 12, 20, 26))
    start = f"{year + 1}-0{chance.randint(1, 4)}-10" if spring else f"{year}-{chance.choice(('08', '09', '11'))}-15"
    made.runs.append(
        Run(
            variant,
            chance.choice(("lessons", "hours")),
            Decimal(chance.randint(0, 200)) / 2,
            chance.randint(0, 60),
            chance.choice(("met", "met", "at_risk")),
            chance.choice(("met", "at_risk", "missed")),
            chance.choice((None, size, size, size + 2)),
        )
    )
    for pupil in chance.sample(mates, min(size, len(mates))) if mates else ():
        enrol(made, pupil, len(made.runs) - 1, start, year)


def enrol(made: World, pupil: Pupil, run: int, start: str, year: int) -> None:
    """Enrol the pupil in a course from the day ``start``, unless it is enrolled there already."""
    if all(one.course != run for one in pupil.enrolments):
        pupil.enrolments.append(Enrolment(run, made.runs[run].variant, _grade(pupil, year), start, year))


def _grade(pupil: Pupil, year: int) -> int:
    return min(pupil.grade + year - FIRST_YEAR, 10)
