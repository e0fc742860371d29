"""Builds Tantivy queries as objects. What a user types is never parsed as a query language."""

from collections.abc import Iterator, Sequence
from math import log2

from tantivy import Occur, Query, Schema, Searcher

from services.intervention_catalog.search.danish.stemming import LANGUAGES, Language
from services.intervention_catalog.search.index.lexicon import Form, Terms
from services.intervention_catalog.search.index.search_document import NAME_WEIGHT
from services.intervention_catalog.search.query.concepts import Concept, Expansion, QueryAnalysis
from services.intervention_catalog.search.query.weights import BY_PASSAGE, WEIGHTS

# Documents of up to 40 words (Danish and English together) get no length penalty.
_SHORT = 40


def divisor(passages: Sequence[Terms]) -> float:
    """The length penalty: the score of a whole document is divided by it, as long documents mention many subjects."""
    words = sum(len(terms.get((language, Form.WORD), ())) for terms in passages for language in LANGUAGES)
    return 1 + WEIGHTS.length * log2(max(1.0, words / _SHORT))


def field_of(unit: str, language: Language, form: Form, weight: int) -> str:
    """The name of the index field for a unit (``document`` or ``passage``), language, form and passage weight."""
    return f"{unit}_{language}_{form}_{weight}"


class Scoring:
    """Builds the Tantivy query for whole documents or for single passages. Immutable."""

    def __init__(self, schema: Schema, searcher: Searcher, weights: Sequence[int]) -> None:
        self._schema = schema
        self._searcher = searcher
        self._weights = tuple(weights)

    def query(self, analysis: QueryAnalysis, unit: str) -> Query | None:
        """A query that scores the sum over all concepts; ``None`` if no unit can match."""
        concepts = [found for each in analysis.concepts if (found := self._concept(each, unit)) is not None]
        return _sum(concepts)

    def _concept(self, concept: Concept, unit: str) -> Query | None:
        matches = [match for expansion in concept.expansions for match in self._expansion(expansion, unit)]
        parts = _sum([found for each in concept.parts if (found := self._concept(each, unit)) is not None])
        if parts is not None:
            matches.append(Query.boost_query(parts, concept.share))
        if not matches:
            return None
        return Query.disjunction_max_query(matches, WEIGHTS.tie)

    def _expansion(self, expansion: Expansion, unit: str) -> Iterator[Query]:
        for weight in self._weights:
            field = field_of(unit, expansion.term.language, expansion.term.form, weight)
            if self._searcher.doc_freq(field, expansion.term.text):
                found = Query.term_query(self._schema, field, expansion.term.text)
                yield Query.const_score_query(
                    found, expansion.idf * expansion.weight * _factor(expansion.term.form, weight)
                )


def _factor(form: Form, weight: int) -> float:
    factor = BY_PASSAGE.get(weight, BY_PASSAGE[NAME_WEIGHT] if weight > NAME_WEIGHT else 1.0)
    return factor * WEIGHTS.whole_name if form is Form.NAME else factor


def _sum(queries: Sequence[Query]) -> Query | None:
    if not queries:
        return None
    return Query.boolean_query([(Occur.Should, query) for query in queries])
