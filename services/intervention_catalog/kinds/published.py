"""Content as it is published: texts with the rules' numbers, and variants with the rules' requirements."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from libs.shared.rules.catalog import CatalogEntry, CatalogMinimum, Range
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.content.models.intervention_types import TypeContent, VariantContent
from services.intervention_catalog.kinds.allowed_references import AllowedReferences
from services.intervention_catalog.kinds.texts import with_numbers


class PublishedVariant(VariantContent):
    """A variant with its rules. ``group_size`` is null and ``minimum_phases`` empty if the source sets none."""

    group_size: Range | None
    minimum_phases: tuple[CatalogMinimum, ...]


class PublishedType(TypeContent):
    """A type whose variants carry their rules, so that a reader needs no second request to check a plan."""

    variants: tuple[PublishedVariant, ...] = Field(min_length=1)


def as_published(kind: Kind, content: dict[str, Any], allowed: AllowedReferences) -> dict[str, Any]:
    """The published form of a draft's content; both are plain JSON.

    Raises ``KeyError`` for a reference or a variant that the rules do not have.
    """
    whole: dict[str, Any] = with_numbers(content, allowed.numbers)
    if kind is Kind.INTERVENTION_TYPE:
        whole["variants"] = [_with_rules(each, allowed.variants) for each in whole["variants"]]
    return whole


def _with_rules(variant: dict[str, Any], entries: Mapping[str, CatalogEntry]) -> dict[str, Any]:
    rules = entries[variant["id"]].model_dump(mode="json", include={"group_size", "minimum"})
    return variant | {"group_size": rules["group_size"], "minimum_phases": rules["minimum"]}
