"""A query as objects of the index. Nothing typed is ever read as the index's own query language."""

from collections.abc import Iterator, Sequence
from math import log2

from tantivy import Occur, Query, Schema, Searcher

from services.intervention_catalog.search.danish.stemming import LANGUAGES, Language
from services.intervention_catalog.search.index.lexicon import Form, Terms
from services.intervention_catalog.search.index.search_document import NAME_WEIGHT
from services.intervention_catalog.search.query.concepts import Concept, QueryAnalysis, Variant
from services.intervention_catalog.search.query.weights import BY_PASSAGE, WEIGHTS

# Words, in both languages together: of documents no longer, none is favoured for being shorter.
_SHORT = 40


def divisor(passages: Sequence[Terms]) -> float:
    """What the score of a document as a whole is divided by: who says much says some of anything."""
    words = sum(len(terms.get((language, Form.WORD), ())) for terms in passages for language in LANGUAGES)
    return 1 + WEIGHTS.length * log2(max(1.0, words / _SHORT))


def field_of(unit: str, language: Language, form: Form, weight: int) -> str:
    """The index's field for the terms of a unit (``document`` or ``passage``) in its passages of one weight."""
    return f"{unit}_{language}_{form}_{weight}"


class Scoring:
    """Immutable. Builds the query for documents as a whole, and for single passages."""

    def __init__(self, schema: Schema, searcher: Searcher, weights: Sequence[int]) -> None:
        self._schema = schema
        self._searcher = searcher
        self._weights = tuple(weights)

    def query(self, analysis: QueryAnalysis, unit: str) -> Query | None:
        """The sum of all concepts, or ``None`` where no unit can match."""
        concepts = [found for each in analysis.concepts if (found := self._concept(each, unit)) is not None]
        return _sum(concepts)

    def _concept(self, concept: Concept, unit: str) -> Query | None:
        ways = [way for variant in concept.variants for way in self._variant(variant, unit)]
        parts = _sum([found for each in concept.parts if (found := self._concept(each, unit)) is not None])
        if parts is not None:
            ways.append(Query.boost_query(parts, concept.share))
        if not ways:
            return None
        return Query.disjunction_max_query(ways, WEIGHTS.tie)

    def _variant(self, variant: Variant, unit: str) -> Iterator[Query]:
        for weight in self._weights:
            field = field_of(unit, variant.term.language, variant.term.form, weight)
            if self._searcher.doc_freq(field, variant.term.text):
                found = Query.term_query(self._schema, field, variant.term.text)
                yield Query.const_score_query(
                    found, variant.rarity * variant.weight * _factor(variant.term.form, weight)
                )


def _factor(form: Form, weight: int) -> float:
    factor = BY_PASSAGE.get(weight, BY_PASSAGE[NAME_WEIGHT] if weight > NAME_WEIGHT else 1.0)
    return factor * WEIGHTS.whole_name if form is Form.NAME else factor


def _sum(queries: Sequence[Query]) -> Query | None:
    if not queries:
        return None
    return Query.boolean_query([(Occur.Should, query) for query in queries])
