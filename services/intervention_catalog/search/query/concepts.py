"""What a query asks for, as the analysis found it: concepts, each with the ways in which a text may speak of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from services.intervention_catalog.search.danish.stemming import Language
from services.intervention_catalog.search.index.corpus_terms import Term


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of speaking of a concept.

    ``weight`` (at most 1) is how sure the way is; ``rarity`` how much a text tells by it, and is set by the concept.
    """

    term: Term
    weight: float
    rarity: float = 0.0


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing asked for. A text has it by its best variant, or by its ``parts`` taken together if they give more.

    ``rarity`` is how much the concept tells; the parts together count for ``share`` of what each tells alone.
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
    """A query's concepts in the order typed, and the language it is likely in; ``blank`` when nothing was typed."""

    blank: bool
    language: Language
    concepts: tuple[Concept, ...]

    def leaves(self) -> Iterator[Concept]:
        """Every concept and part."""
        for concept in self.concepts:
            yield from concept.leaves()


NOTHING: Final = QueryAnalysis(blank=True, language="da", concepts=())
