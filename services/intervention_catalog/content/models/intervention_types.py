"""``intervention_types.yaml``: the types A–E and their variants (source 000, chapter 4)."""

from typing import Annotated, Literal

from pydantic import Field

from libs.shared.rules.catalog import Group, InterventionType
from services.intervention_catalog.content.models.shared import Part, SourceRef, Sources, Text

Texts = Annotated[tuple[Text, ...], Field(min_length=1)]


class Grades(Part):
    """The grades it was developed for, both inclusive; ``note`` says what else is possible."""

    least: int = Field(ge=0, le=10)
    most: int = Field(ge=0, le=10)
    note: Text


class Subjects(Part):
    """All subjects, or those it suits or was tried in."""

    all: bool
    names: tuple[Text, ...]
    note: Text


class Finding(Part):
    """What a study found, and where; ``studies`` as the source cites them, empty where it cites none."""

    finding: Text
    where: Text
    studies: tuple[str, ...]
    source: SourceRef


class Link(Part):
    """Where to read more: an address that the source gives, not fetched since."""

    title: Text
    url: str = Field(pattern=r"^https://")
    source: SourceRef


class VariantContent(Part):
    """A variant; ``id`` is the rule data's. ``minimum`` names the rule's numbers by reference alone."""

    id: str
    name: Text
    practice: Text
    minimum: Text
    sources: Sources


class TypeContent(Part):
    """A type: what it is for, for whom, where, what it takes, what is known of it, and advice for school leadership."""

    letter: Literal["A", "B", "C", "D", "E"]
    intervention_type: InterventionType
    name: Text
    form: Group
    purpose: Text
    group: Text
    grades: Grades
    subjects: Subjects
    setting: Text
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
