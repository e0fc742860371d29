"""Releases a planted case with all parts or without its own part, and attacks it."""

from collections.abc import Mapping

from services.evaluation_export.products.aggregate.primary import Part
from tests.disclosure.attack import Outcome
from tests.disclosure.attacker.reading import Codebook
from tests.disclosure.histories import attack_all
from tests.disclosure.planted.cases import CASES
from tests.disclosure.releasing import Registry

BOOKS: Mapping[Part, Codebook] = {
    Part.PRIMARY: Codebook(small_hidden=False),
    Part.ROUNDING: Codebook(rounded=False),
    Part.MEANS: Codebook(contributors=False),
    Part.PARTITION: Codebook(overlapping=True),
}
"""What the codebook would say of a product without the part."""


def attack_planted(part: Part, seed: int, *, off: bool) -> tuple[Outcome, int]:
    """What the attacker wins, and how many of the case's releases the product refused."""
    registry = Registry({part} if off else ())
    for population in CASES[part](seed):
        registry.release(population)
    return attack_all(registry.releases, BOOKS.get(part) if off else None), registry.refused
