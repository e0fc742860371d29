"""An analysed query: its concepts, each expanded to the index terms by which documents are found."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from services.intervention_catalog.search.danish.stemming import Language
from services.intervention_catalog.search.index.corpus_terms import Term


@dataclass(frozen=True, slots=True)
class Expansion:
    """An index term that a concept is searched by.

    ``weight`` (0 to 1) is how certain it is that a document with the term is about the concept; ``idf`` is the inverse
    document frequency that a match scores, set when the concept is built.
    """

    term: Term
    weight: float
    idf: float = 0.0


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that a query asks for.

    A document scores by its best expansion, or by the sum of the ``parts`` (of a compound or phrase) times ``share`` if
    that is more. ``idf`` is the concept's inverse document frequency. Without expansions and parts nothing matches it.
    """

    typed: str
    expansions: tuple[Expansion, ...]
    idf: float
    parts: tuple["Concept", ...] = ()
    share: float = 1.0

    def leaves(self) -> Iterator["Concept"]:
        """The concept and its parts, at every depth."""
        yield self
        for part in self.parts:
            yield from part.leaves()


@dataclass(frozen=True, slots=True)
class QueryAnalysis:
    """A query's concepts in the order typed, and its probable language; ``blank`` when nothing was typed."""

    blank: bool
    language: Language
    concepts: tuple[Concept, ...]

    def leaves(self) -> Iterator[Concept]:
        """Every concept and its parts."""
        for concept in self.concepts:
            yield from concept.leaves()


NOTHING: Final = QueryAnalysis(blank=True, language="da", concepts=())
