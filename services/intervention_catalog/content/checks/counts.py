"""Checks the number of items of each kind."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from services.intervention_catalog.content.checks.fault import Fault, FaultKind
from services.intervention_catalog.content.files import Content


@dataclass(frozen=True, slots=True)
class Counts:
    """The number of items of each kind; ``numbers`` are the distinct numbers of the recommendations."""

    types: int
    variants: int
    levels: int
    trial_actions: int
    recommendations: int
    numbers: int


# Counted in the sources by hand and independent of the inventory, so that an item missing from both is noticed.
EXPECTED = Counts(types=5, variants=9, levels=6, trial_actions=24, recommendations=97, numbers=94)


def counts_of(content: Content) -> Counts:
    """The counts of the given content."""
    types = content.types.intervention_types
    recommendations = content.recommendations.recommendations
    return Counts(
        types=len(types),
        variants=sum(len(each.variants) for each in types),
        levels=len(content.levels.support_levels),
        trial_actions=len(content.trial_actions.trial_actions),
        recommendations=len(recommendations),
        numbers=len({number for each in recommendations for number in each.numbers}),
    )


def count_faults(content: Content) -> Iterator[Fault]:
    """A fault for each count that differs from the expected one."""
    expected = asdict(EXPECTED)
    for name, count in asdict(counts_of(content)).items():
        if count != expected[name]:
            yield Fault(FaultKind.COUNT, name, f"{count} where {expected[name]} are expected")
