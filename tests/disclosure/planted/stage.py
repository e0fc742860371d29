"""Builds planted cases: pupils with chosen grades and days, in chosen courses."""

import random
from collections.abc import Callable, Sequence
from decimal import Decimal

from services.evaluation_export.products.aggregate.snapshot import HalfDays
from tests.disclosure.catalog import TYPES, seeded
from tests.disclosure.decisions import Decision
from tests.disclosure.populations import Population
from tests.disclosure.worlds import FIRST_YEAR, Enrolment, Pupil, Run, World

Days = Callable[[random.Random], HalfDays]
AUTUMN = f"{FIRST_YEAR}-08-15"
LATER = f"{FIRST_YEAR}-10-15"


def plenty(chance: random.Random) -> HalfDays:
    """So many days in every category that no mean reveals much."""
    return chance.randint(12, 40), chance.randint(6, 24), chance.randint(6, 24)


class Stage:
    """A small world of three types (one of two variants), which a case fills; every pupil is analysed."""

    def __init__(self, *seed: object) -> None:
        self.chance = seeded("planted", *seed)
        self.world = World(types=TYPES[:3])
        self.pupils(self.chance.randint(25, 60), grade=5)  # other pupils of the schools

    def pupils(self, many: int, *, grade: int, days: Days = plenty) -> list[Pupil]:
        """Add pupils and return them."""
        made = []
        for _ in range(many):
            number = len(self.world.pupils)
            half_days = {autumn: days(self.chance) for autumn in range(FIRST_YEAR - 1, FIRST_YEAR + 3)}
            made.append(Pupil(number, 0, grade, has_cpr_number=True, special=False, half_days=half_days))
            self.world.pupils[number] = made[-1]
        return made

    def course(self, variant: str, pupils: Sequence[Pupil], *, start: str = AUTUMN, year: int = FIRST_YEAR) -> None:
        """Add a course in which these pupils take part from the day ``start``."""
        run = Run(variant, "lessons", Decimal(self.chance.randint(20, 90)), 20, "met", "met")
        self.world.runs.append(run)
        for pupil in pupils:
            grade = min(pupil.grade + year - FIRST_YEAR, 10)
            pupil.enrolments.append(Enrolment(len(self.world.runs) - 1, variant, grade, start, year))

    def in_courses_of(self, variant: str) -> list[Pupil]:
        """The pupils in courses of a variant."""
        return [one for one in self.world.pupils.values() if any(each.variant == variant for each in one.enrolments)]

    def select(
        self, pupils: Sequence[Pupil], kind: str = "pupil", *, reasons: Sequence[str] = (), designated: int = 0
    ) -> None:
        """Select these pupils; the first ``designated`` are marked."""
        for number, pupil in enumerate(pupils):
            pupil.decisions = [Decision(kind, tuple(reasons), number < designated)]

    def background(self) -> None:
        """Add two large groups in types and grades of their own, so that the case is part of a larger population."""
        self.course("A1", self.pupils(self.chance.choice((25, 30, 35)), grade=7))
        self.course("B", self.pupils(self.chance.choice((20, 25, 30)), grade=8))

    def population(self, year: int = FIRST_YEAR) -> Population:
        """The population that a release now reads."""
        return Population(*self.world.snapshot(year))
