"""Random populations: a few schools' pupils, some of whom take part, with the dirt that makes small groups."""

import random
from decimal import Decimal

from services.evaluation_export.deliveries.snapshot import (
    Course,
    HalfDays,
    Participation,
    Person,
    Reporting,
    Snapshot,
    Type,
    Variant,
)

CATALOG = (
    ("A", "co_teaching", ("A1", "A2")),
    ("B", "peer_learning", ("B",)),
    ("C", "small_group_tuition", ("C",)),
    ("D", "intensive_course", ("D1", "D2", "D3")),
    ("E", "book_packages", ("E1", "E2")),
)
TYPES = tuple(
    Type(
        letter, code, f"type {letter}", f"type {letter}", tuple(Variant(v, f"variant {v}", f"variant {v}") for v in vs)
    )
    for letter, code, vs in CATALOG
)
VARIANTS = [variant for _, _, variants in CATALOG for variant in variants]


def population(seed: int, *, most: int = 60) -> Snapshot:
    """Up to ``most`` pupils in each of a few random course kinds; some pupils in several types, some without data."""
    chance = random.Random(seed)  # noqa: S311 - a seed, not a secret
    size = chance.randint(20, 6 * most)
    persons: list[Person] = []
    participations: list[Participation] = []
    kinds = [(chance.choice(VARIANTS), chance.randint(0, 10)) for _ in range(chance.randint(1, 14))]
    sizes = [chance.choice((1, 2, 3, 4, 6, 9, 14, 22, most)) for _ in kinds]
    spring = chance.choice((0.0, 0.05, 0.3))
    for (variant, grade), many in zip(kinds, sizes, strict=True):
        for person in chance.sample(range(size), min(many, size)):
            autumn = chance.random() >= spring
            participations.append(
                Participation(person, variant, grade, "2022-08-15" if autumn else "2023-02-01", autumn)
            )
    taking = {one.person for one in participations}
    lacking = [chance.choice((0.0, 0.03, 0.2)) for _ in range(3)]
    for number in range(size):
        has, ordinary, measured = (chance.random() >= share for share in lacking)
        persons.append(Person(number, number in taking, has, ordinary, measured, halves(chance), halves(chance)))
    courses = tuple(
        Course(variant, "lessons", Decimal(chance.randint(0, 400)) / 2, chance.randint(0, 60), "met", "at_risk")
        for variant, _ in kinds
    )
    reporting = (
        Reporting("101", "Kommune 1", 2021, 3, 3, 290, 15, 14),
        Reporting("101", "Kommune 1", 2022, 3, 3, 295, 15, 15),
    )
    return Snapshot("2022/2023", TYPES, tuple(participations), tuple(persons), courses, {"A1": 1}, reporting)


def halves(chance: random.Random) -> HalfDays:
    """Half-days per category."""
    return chance.randint(0, 30), chance.randint(0, 8), chance.choice((0, 0, 0, 1, 5))
