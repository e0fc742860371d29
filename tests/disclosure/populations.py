"""Random populations of one release: the pupils of a few schools, some of whom take part, with missing data and small
groups.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.evaluation_export.products.aggregate.snapshot import (
    Course,
    Participation,
    Person,
    Reporting,
    Selected,
    Snapshot,
)
from tests.disclosure.catalog import TYPES, VARIANTS, half_days, seeded
from tests.disclosure.decisions import of_class
from tests.disclosure.worlds import FIRST_YEAR, world

__all__ = ["TYPES", "Population", "large", "population", "random_population"]


@dataclass(frozen=True, slots=True)
class Population:
    """A snapshot, and the identities of its persons, which stay the same over all releases."""

    snapshot: Snapshot
    identities: tuple[int, ...]


def population(seed: int, *, most: int = 60) -> Snapshot:
    """Up to ``most`` pupils in each of some random courses; some pupils in several types, some without data."""
    chance = random.Random(seed)  # noqa: S311 - a seed, not a secret
    size = chance.randint(20, 6 * most)
    persons: list[Person] = []
    participations: list[Participation] = []
    kinds = [(chance.choice(VARIANTS), chance.randint(0, 10)) for _ in range(chance.randint(1, 14))]
    sizes = [chance.choice((1, 2, 3, 4, 6, 9, 14, 22, most)) for _ in kinds]
    spring = chance.choice((0.0, 0.05, 0.3))
    members: list[tuple[int, ...]] = []
    for (variant, grade), many in zip(kinds, sizes, strict=True):
        drawn = chance.sample(range(size), min(many, size))
        members.append(tuple(sorted(drawn)))
        for person in drawn:
            autumn = chance.random() >= spring
            participations.append(
                Participation(person, variant, grade, "2022-08-15" if autumn else "2023-02-01", autumn)
            )
    taking = {one.person for one in participations}
    lacking = [chance.choice((0.0, 0.03, 0.2)) for _ in range(3)]
    for number in range(size):
        has, ordinary, measured = (chance.random() >= share for share in lacking)
        days = half_days(chance), half_days(chance)
        persons.append(Person(number, number in taking, has, ordinary, measured, *days))
    identified = {one.person for one in persons if one.has_cpr_number}
    courses = tuple(
        Course(
            variant, "lessons", Decimal(chance.randint(0, 400)) / 2, chance.randint(0, 60), "met", "at_risk", group,
            stated=many, enrolled=len(group), identified=len(identified.intersection(group)),
        )
        for (variant, _), many, group in zip(kinds, sizes, members, strict=True)
    )  # fmt: skip
    participations += _earlier(seed, sorted(taking))
    reporting = (
        Reporting("101", "Kommune 1", 2021, 3, 3, 290, 15, 14),
        Reporting("101", "Kommune 1", 2022, 3, 3, 295, 15, 15),
    )
    selected = tuple(_selected(seed, members))
    return Snapshot("2022/2023", TYPES, tuple(participations), tuple(persons), courses, {"A1": 1}, reporting, selected)


def _selected(seed: int, groups: Sequence[Sequence[int]]) -> Iterator[Selected]:
    """Decisions about the pupils of each course, as if they were a class."""
    chance = seeded("selected", seed)
    for number, persons in enumerate(groups):
        for person, decisions in zip(persons, of_class(chance, len(persons)), strict=True):
            for one in decisions:
                yield Selected(person, one.kind, number if one.reasons else None, one.reasons, one.designated)


def _earlier(seed: int, taking: list[int]) -> list[Participation]:
    """Enrolments of the year before, of some of those who take part."""
    chance = seeded("earlier", seed)
    share = chance.choice((0.0, 0.05, 0.3))
    return [
        Participation(one, chance.choice(VARIANTS), chance.randint(0, 9), "2021-09-01", False, False)
        for one in taking
        if chance.random() < share
    ]


def random_population(seed: int) -> Population:
    """Even seeds give whole schools, odd seeds give pupils drawn at random into courses."""
    if seed % 2:
        snapshot = population(seed)
        return Population(snapshot, tuple(range(len(snapshot.persons))))
    return Population(*world(seed, years=1 + seed % 4 // 2).snapshot(FIRST_YEAR + seed % 4 // 2))


def large(seed: int) -> Population:
    """Thirty schools with more than ten thousand pupils."""
    return Population(*world(("large", seed), schools=30, classes=3).snapshot(FIRST_YEAR))
