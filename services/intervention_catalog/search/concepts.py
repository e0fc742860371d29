"""What a query asks for, as the analysis found it: concepts, each with the ways in which a text may speak of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from services.intervention_catalog.search.stemming import Language
from services.intervention_catalog.search.vocabulary import Form, Term


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of speaking of a concept: a term, or several near each other in this order; ``weight`` is at most 1."""

    language: Language
    form: Form
    texts: tuple[str, ...]
    weight: float

    def terms(self) -> tuple[Term, ...]:
        """The vocabulary's terms, one for each text."""
        return tuple(Term(self.language, self.form, text) for text in self.texts)


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing asked for. A text has it by its best variant, or by its ``parts`` taken together if they give more.

    ``rarity`` is how much it tells, as an inverse document frequency; ``share`` is what the parts count for.
    """

    typed: str
    variants: tuple[Variant, ...]
    rarity: float
    parts: tuple["Concept", ...] = ()
    share: float = 1.0

    def leaves(self) -> Iterator["Concept"]:
        """The concept and all its parts."""
        yield self
        for part in self.parts:
            yield from part.leaves()


@dataclass(frozen=True, slots=True)
class QueryAnalysis:
    """A query's concepts in the order typed; no concept when it is blank."""

    blank: bool
    language: Language
    concepts: tuple[Concept, ...]

    def leaves(self) -> Iterator[Concept]:
        """Every concept and part."""
        for concept in self.concepts:
            yield from concept.leaves()


NOTHING: Final = QueryAnalysis(blank=True, language="da", concepts=())
