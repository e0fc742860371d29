"""The themes, numbers and variants that content may refer to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from libs.shared.rules.catalog import CatalogEntry
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.content.files import Content
from services.intervention_catalog.content.models.shared import Theme
from services.intervention_catalog.content.references import rule_numbers


@dataclass(frozen=True, slots=True)
class AllowedReferences:
    """The themes by kind, the rules' numbers by reference, and the rules' variants by id."""

    themes: Mapping[Kind, Sequence[Theme]]
    numbers: Mapping[str, Decimal]
    variants: Mapping[str, CatalogEntry]

    @classmethod
    def of(cls, content: Content, entries: Iterable[CatalogEntry]) -> "AllowedReferences":
        """The packaged themes, and the numbers and variants of the packaged rules."""
        return cls(
            themes={
                Kind.TRIAL_ACTION: content.trial_actions.themes,
                Kind.RECOMMENDATION: content.recommendations.themes,
            },
            numbers=rule_numbers(),
            variants={each.id: each for each in entries},
        )

    def has_theme(self, kind: Kind, theme: str) -> bool:
        """Whether items of the kind may have the theme."""
        return any(theme == each.id for each in self.themes.get(kind, ()))
