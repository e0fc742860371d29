"""Finds the efforts of a plan that a rule is about, by the intervention type of their variant in the catalog."""

from collections.abc import Collection, Sequence

from libs.shared.rules.catalog import CatalogEntry
from libs.shared.rules.composition.plan import Plan, PlannedEffort


def type_of(effort: PlannedEffort, catalog: Sequence[CatalogEntry]) -> str | None:
    """The effort's intervention type; None if its variant is not in the catalog. Any period of the variant is used,
    because a variant's type does not change.
    """
    return next((each.intervention_type.value for each in catalog if each.id == effort.variant), None)


def efforts_of(
    plan: Plan, catalog: Sequence[CatalogEntry], types: Collection[str] | None
) -> list[tuple[int, PlannedEffort, str | None]]:
    """The efforts of these types, each with its index in the plan and its type; all efforts when ``types`` is None."""
    typed = [(index, effort, type_of(effort, catalog)) for index, effort in enumerate(plan.efforts)]
    return [each for each in typed if types is None or each[2] in types]
