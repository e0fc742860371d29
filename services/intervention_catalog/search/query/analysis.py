"""Analyses a query: splits it into words, finds its language, and builds its concepts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from services.intervention_catalog.content.words import as_typed, words_in
from services.intervention_catalog.search.danish.compounds import LINKS
from services.intervention_catalog.search.danish.stemming import Language, stem
from services.intervention_catalog.search.danish.stop_words import STOP_WORDS
from services.intervention_catalog.search.index.corpus_terms import CorpusTerms, Term
from services.intervention_catalog.search.index.lexicon import Form
from services.intervention_catalog.search.query.concept_building import ConceptBuilder
from services.intervention_catalog.search.query.concepts import NOTHING, Concept, QueryAnalysis
from services.intervention_catalog.search.query.synonyms import SynonymIndex

MOST_CHARACTERS = 1000
MOST_WORDS = 40
_SHORTEST_JOINED = 6
_JOINS = frozenset({"og", "eller", "samt"})


class Analyser:
    """Analyses queries. Immutable, so that threads may share one."""

    def __init__(self, corpus: CorpusTerms, synonyms: SynonymIndex) -> None:
        self._corpus = corpus
        self._synonyms = synonyms
        self._builder = ConceptBuilder(corpus, synonyms)

    def analyse(self, query: str) -> QueryAnalysis:
        """The concepts of a query. Only its first 1,000 characters and 40 words are read.

        Function words are left out unless the query has no other words. A word that no document holds, and that
        resembles none, becomes a concept without expansions and parts.
        """
        if not query.strip():
            return NOTHING
        text = as_typed(query, MOST_CHARACTERS)
        typed = list(islice(words_in(text), MOST_WORDS))
        words = [each.word for each in typed]
        language = self._language(words)
        if language == "da":
            words = [word if word in STOP_WORDS["da"] else self._corpus.restored(word) for word in words]
        telling = frozenset(word for word in words if word not in STOP_WORDS[language]) or frozenset(words)
        concepts: dict[str, Concept] = {}
        lacking = [place for place, each in enumerate(typed) if each.lacks_its_end(text)]
        for concept in self._concepts(words, telling, language, self._completed(words, lacking)):
            concepts.setdefault(concept.typed, concept)
        return QueryAnalysis(blank=False, language=language, concepts=tuple(concepts.values()))

    def _language(self, words: Sequence[str]) -> Language:
        """English if the query has more English words than Danish ones; else Danish."""
        english = sum(self._is_in(word, "en") for word in words)
        return "en" if english > sum(self._is_in(word, "da") for word in words) else "da"

    def _is_in(self, word: str, language: Language) -> bool:
        return word in STOP_WORDS[language] or Term(language, Form.STEM, stem(word, language)) in self._corpus

    def _completed(self, words: Sequence[str], lacking: Iterable[int]) -> Mapping[int, str]:
        """The full words, by place, of compounds whose last part is left out: *læse-* in *læse- og skrivestøtte*."""
        completed = {}
        for place in lacking:
            parts = self._corpus.compounds.split(words[place + 2]) if place + 2 < len(words) else ()
            if parts and words[place + 1] in _JOINS:
                completed[place] = words[place] + parts[-1]
        return completed

    def _concepts(
        self, words: Sequence[str], telling: frozenset[str], language: Language, completed: Mapping[int, str]
    ) -> Iterator[Concept]:
        """Phrases of synonym groups first, then pairs of words that form a known word, then single words."""
        place = 0
        while place < len(words):
            found = self._synonyms.at(words[place:])
            pair = words[place : place + 2]
            if found is not None and found.length > 1:
                span = words[place : place + found.length]
                yield self._builder.phrase(span, found, (word for word in span if word in telling), language)
                place += found.length
            elif joined := self._joined(pair, telling):
                yield self._builder.joined(pair, joined, language)
                place += 2
            else:
                if words[place] in telling:
                    yield self._builder.word(completed.get(place, words[place]), language)
                place += 1

    def _joined(self, pair: Sequence[str], telling: frozenset[str]) -> str | None:
        """The known word that a pair forms when joined (*bog pakker*, *elev plan*), or None."""
        if len(pair) < 2 or not all(word in telling and word.isalpha() for word in pair):
            return None
        candidates = (link.join(pair) for link in LINKS)
        return next((each for each in candidates if len(each) >= _SHORTEST_JOINED and self._builder.known(each)), None)
