"""``intervention_types.yaml``: the types A–E and their variants (source 000, chapter 4)."""

from typing import Annotated, Literal

from pydantic import Field

from libs.shared.rules.catalog import Group, InterventionType
from services.intervention_catalog.content.models.shared import ContentText, Part, SourceRef, Sources

Texts = Annotated[tuple[ContentText, ...], Field(min_length=1)]


class Grades(Part):
    """The grades it was developed for, both inclusive; ``note`` describes other uses."""

    least: int = Field(ge=0, le=10)
    most: int = Field(ge=0, le=10)
    note: ContentText


class Subjects(Part):
    """All subjects, or those that it suits or was tried in."""

    all: bool
    names: tuple[ContentText, ...]
    note: ContentText


class Finding(Part):
    """A finding and the setting of the study; ``studies`` as the source cites them, empty if it cites none."""

    finding: ContentText
    where: ContentText
    studies: tuple[str, ...]
    source: SourceRef


class Link(Part):
    """Further reading: an address that the source gives; it has not been fetched."""

    title: ContentText
    url: str = Field(pattern=r"^https://")
    source: SourceRef


class VariantContent(Part):
    """A variant. ``id`` is that of the rule data. ``minimum`` states numbers of the rule as references only."""

    id: str
    name: ContentText
    practice: ContentText
    minimum: ContentText
    sources: Sources


class TypeContent(Part):
    """An intervention type: purpose, target group, setting, resources, evidence, and advice for school leadership."""

    letter: Literal["A", "B", "C", "D", "E"]
    intervention_type: InterventionType
    name: ContentText
    form: Group
    purpose: ContentText
    group: ContentText
    grades: Grades
    subjects: Subjects
    setting: ContentText
    conditions: Texts
    resources: Texts
    preparation: Texts
    leadership_advice: Texts
    evidence: tuple[Finding, ...] = Field(min_length=1)
    links: tuple[Link, ...]
    sources: Sources
    variants: tuple[VariantContent, ...] = Field(min_length=1)


class TypesFile(Part):
    """The whole file."""

    intervention_types: tuple[TypeContent, ...]
