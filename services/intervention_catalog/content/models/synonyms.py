"""``synonyms.yaml``: words and phrases of the field with the same meaning, and their broader terms."""

from pydantic import Field

from services.intervention_catalog.content.models.shared import Id, Part


class SynonymGroup(Part):
    """Terms with the same meaning, and ``broader`` terms.

    Each of the terms finds the others and the broader ones; a broader term does not find them. A search for *dyslexia*
    also finds texts on special needs, and not the other way round. A term is a word, a phrase, an abbreviation or its
    long form, in Danish or English.
    """

    id: Id
    terms: tuple[str, ...] = Field(min_length=1)
    broader: tuple[str, ...] = ()


class Synonyms(Part):
    """The whole file."""

    synonyms: tuple[SynonymGroup, ...]
