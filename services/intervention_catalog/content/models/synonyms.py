"""``synonyms.yaml``: words and phrases of the field that mean the same, and what they are kinds of."""

from pydantic import Field

from services.intervention_catalog.content.models.shared import Id, Part


class SynonymGroup(Part):
    """Terms that find each other, and ``broader`` ones that they find but that do not find them.

    So a group without ``broader`` works both ways, and one with it works one way to these as well: who looks for
    *dyslexia* is served by what is written of special needs, and not the other way round. A term is a word or a phrase,
    Danish or English, an abbreviation or what it stands for.
    """

    id: Id
    terms: tuple[str, ...] = Field(min_length=1)
    broader: tuple[str, ...] = ()


class Synonyms(Part):
    """The whole file."""

    synonyms: tuple[SynonymGroup, ...]
