"""What an intervention type is, and how the library's variants become types."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from libs.shared.rules.catalog import CatalogEntry, CatalogMinimum, Group, InterventionType, Range
from libs.shared.rules.wording import Text
from services.intervention_catalog.intervention_types.errors import InterventionTypeUnnamed, VariantsDiffer

NAMES: dict[InterventionType, Text] = {
    InterventionType.CO_TEACHING: Text(da="Tolærerordning", en="Co-teaching"),
    InterventionType.PEER_LEARNING: Text(da="Makkerlæring", en="Peer learning"),
    InterventionType.SMALL_GROUP_TUITION: Text(da="Undervisning i små grupper", en="Small-group tuition"),
    InterventionType.INTENSIVE_COURSE: Text(da="Intensivt læringsforløb", en="Intensive course"),
    InterventionType.BOOK_PACKAGES: Text(da="Bogpakker", en="Book packages"),
}
"""The types' names for people; the library's data names the variants only."""


class Variant(BaseModel):
    """One way to carry out a type. ``group_size`` is null where the source sets none, ``minimum`` is empty likewise."""

    model_config = ConfigDict(frozen=True)

    variant: str
    name: Text
    group: Group
    group_size: Range | None
    minimum: tuple[CatalogMinimum, ...]


class TypeContent(BaseModel):
    """A type as it is published: valid from ``valid_from`` (inclusive) to ``valid_to`` (exclusive)."""

    model_config = ConfigDict(frozen=True)

    intervention_type: InterventionType
    letter: str
    name: Text
    variants: tuple[Variant, ...]
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class PublishedType:
    """A published version of a type."""

    content: TypeContent
    aggregate_version: int
    published_at: datetime


def contents_of(entries: Iterable[CatalogEntry]) -> tuple[TypeContent, ...]:
    """The types that the library's variants make up, in the order in which they first occur.

    A type's letter is the first of its variants' ids. Raises ``VariantsDiffer`` and ``InterventionTypeUnnamed``.
    """
    by_type: dict[InterventionType, list[CatalogEntry]] = {}
    for entry in entries:
        by_type.setdefault(entry.intervention_type, []).append(entry)
    return tuple(_content(each, variants) for each, variants in by_type.items())


def _content(intervention_type: InterventionType, entries: list[CatalogEntry]) -> TypeContent:
    if intervention_type not in NAMES:
        raise InterventionTypeUnnamed(intervention_type=intervention_type)
    shared = {(entry.id[0], entry.valid_from, entry.valid_to) for entry in entries}
    if len(shared) > 1:
        raise VariantsDiffer(intervention_type=intervention_type)
    letter, valid_from, valid_to = shared.pop()
    return TypeContent(
        intervention_type=intervention_type,
        letter=letter,
        name=NAMES[intervention_type],
        variants=tuple(
            Variant(
                variant=entry.id,
                name=entry.name,
                group=entry.group,
                group_size=entry.group_size,
                minimum=entry.minimum,
            )
            for entry in entries
        ),
        valid_from=valid_from,
        valid_to=valid_to,
    )
