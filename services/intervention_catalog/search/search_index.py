"""The search index: built once from documents, then searched by any number of threads."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tantivy import Document, Index, SchemaBuilder, TextAnalyzerBuilder, Tokenizer

from services.intervention_catalog.content.models.synonyms import Synonyms
from services.intervention_catalog.search.danish.stemming import LANGUAGES, Language
from services.intervention_catalog.search.index.corpus_terms import CorpusTerms
from services.intervention_catalog.search.index.lexicon import Form, Lexicon, Terms
from services.intervention_catalog.search.index.search_document import SearchDocument
from services.intervention_catalog.search.query.analysis import Analyser
from services.intervention_catalog.search.query.concepts import QueryAnalysis
from services.intervention_catalog.search.query.filters import EVERYTHING, Filters
from services.intervention_catalog.search.query.scoring import Scoring, divisor, field_of
from services.intervention_catalog.search.query.synonyms import SynonymIndex
from services.intervention_catalog.search.query.weights import WEIGHTS
from services.intervention_catalog.search.showing.highlights import Highlight, highlighted

# The smallest memory budget in bytes that tantivy accepts for a writer; it is freed when the index is built.
_HEAP = 15_000_000
_UNITS = ("document", "passage")
_NUMBER = "number"
_TOKENIZER = "words"


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found. Scores can be compared within one query only."""

    key: str
    kind: str
    id: str
    score: float


class SearchIndex:
    """Immutable after ``of``; safe to search from several threads."""

    def __init__(self, documents: Sequence[SearchDocument], synonyms: Synonyms) -> None:
        self._documents = tuple(documents)
        self._by_key = {each.key: each for each in self._documents}
        by_stems = SynonymIndex(synonyms)
        lexicon = Lexicon(self._documents, by_stems.words, by_stems.phrases)
        terms = [[lexicon.terms_of(passage) for passage in each.passages] for each in self._documents]
        self._corpus = CorpusTerms(lexicon, terms, by_stems.words)
        self._divisors = [divisor(each) for each in terms]
        self._analyser = Analyser(self._corpus, by_stems)
        self._weights = sorted({passage.weight for each in self._documents for passage in each.passages})
        index = self._written(terms)
        self._searcher = index.searcher()
        self._scoring = Scoring(index.schema, self._searcher, self._weights)

    @classmethod
    def of(cls, documents: Iterable[SearchDocument], synonyms: Synonyms) -> "SearchIndex":
        """The index of these documents, in any order. Raises ``ValueError`` if two have the same key."""
        by_key = {}
        for each in documents:
            if each.key in by_key:
                raise ValueError(f"two documents have the key {each.key}")
            by_key[each.key] = each
        return cls([by_key[key] for key in sorted(by_key)], synonyms)

    @property
    def documents(self) -> tuple[SearchDocument, ...]:
        """All documents, ordered by key."""
        return self._documents

    def analyse(self, query: str) -> QueryAnalysis:
        """The analysed query, for ``ranked`` and ``highlights``."""
        return self._analyser.analyse(query)

    def search(self, query: str, filters: Filters = EVERYTHING) -> tuple[Hit, ...]:
        """Every hit that passes the filters, best first, ties by key; a blank query finds every document."""
        return self.ranked(self.analyse(query), filters)

    def ranked(self, analysis: QueryAnalysis, filters: Filters = EVERYTHING) -> tuple[Hit, ...]:
        """``search`` for an analysed query."""
        if analysis.blank:
            scores: dict[int, float] = dict.fromkeys(range(len(self._documents)), 0.0)
        else:
            scores = defaultdict(float)
            for number, score in self._scores(analysis, "document"):
                scores[number] += score / self._divisors[number]
            best: dict[int, float] = defaultdict(float)
            for number, score in self._scores(analysis, "passage"):
                best[number] = max(best[number], score)
            for number, score in best.items():
                scores[number] += WEIGHTS.passage * score
        hits = [
            Hit(each.key, each.kind, each.id, round(score, 4))
            for number, score in scores.items()
            if filters.passes(each := self._documents[number])
        ]
        return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.key)))

    def highlights(self, key: str, analysis: QueryAnalysis, language: Language) -> tuple[Highlight, ...]:
        """Title and best fragments of a document for the query. Raises ``KeyError`` for an unknown document key."""
        return highlighted(self._by_key[key], analysis, language, self._corpus)

    def _scores(self, analysis: QueryAnalysis, unit: str) -> Iterator[tuple[int, float]]:
        query = self._scoring.query(analysis, unit)
        if query is None:
            return
        found = self._searcher.search(query, limit=max(1, self._searcher.num_docs), count=False).hits
        numbers = self._searcher.fast_field_values(_NUMBER, [address for _, address in found])
        for (score, _), number in zip(found, numbers, strict=True):
            yield int(number or 0), float(score)

    def _written(self, terms: Sequence[Sequence[Terms]]) -> Index:
        builder = SchemaBuilder()
        builder.add_unsigned_field(_NUMBER, fast=True)
        for unit in _UNITS:
            for language in LANGUAGES:
                for form in Form:
                    for weight in self._weights:
                        builder.add_text_field(
                            field_of(unit, language, form, weight), tokenizer_name=_TOKENIZER, index_option="basic"
                        )
        index = Index(builder.build())
        # The default policy starts a thread that watches for changes; this index never changes after it is built.
        index.config_reader("manual")
        index.register_tokenizer(_TOKENIZER, TextAnalyzerBuilder(Tokenizer.whitespace()).build())
        writer = index.writer(_HEAP, 1)
        for number, (each, passages) in enumerate(zip(self._documents, terms, strict=True)):
            weighted = [(passage.weight, found) for passage, found in zip(each.passages, passages, strict=True)]
            for one in weighted:
                writer.add_document(_unit("passage", number, [one]))
            writer.add_document(_unit("document", number, weighted))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        return index


def _unit(unit: str, number: int, passages: Iterable[tuple[int, Terms]]) -> Document:
    """The index document for a whole document or for one passage; ``passages`` are pairs of weight and terms."""
    document = Document()
    document.add_unsigned(_NUMBER, number)
    for weight, terms in passages:
        for (language, form), found in terms.items():
            document.add_text(field_of(unit, language, form, weight), " ".join(found))
    return document
