"""Which of a plan's efforts a rule is about, by the type the catalog gives their variant."""

from collections.abc import Collection, Sequence

from libs.shared.rules.catalog import CatalogEntry
from libs.shared.rules.composition.plan import Plan, PlannedEffort


def type_of(effort: PlannedEffort, catalog: Sequence[CatalogEntry]) -> str | None:
    """The effort's intervention type, from any period of its variant, as the type of a variant does not change."""
    return next((each.intervention_type.value for each in catalog if each.id == effort.variant), None)


def efforts_of(
    plan: Plan, catalog: Sequence[CatalogEntry], types: Collection[str] | None
) -> list[tuple[int, PlannedEffort, str | None]]:
    """The efforts of the types, each with its place and its type; all efforts when ``types`` is null."""
    typed = [(index, effort, type_of(effort, catalog)) for index, effort in enumerate(plan.efforts)]
    return [each for each in typed if types is None or each[2] in types]
