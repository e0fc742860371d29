"""The types and variants that all populations use, and random half-days."""

import random

from services.evaluation_export.products.aggregate.snapshot import HalfDays, Type, Variant

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


def seeded(*seed: object) -> random.Random:
    """A random generator with a seed of its own for each purpose."""
    return random.Random(" ".join(map(str, seed)))  # noqa: S311 - a seed, not a secret


def half_days(chance: random.Random) -> HalfDays:
    """Random half-days (illness, authorised, unauthorised)."""
    return chance.randint(0, 30), chance.randint(0, 8), chance.choice((0, 0, 0, 1, 5))
