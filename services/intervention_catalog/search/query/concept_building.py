"""Builds the concept for a word or phrase of a query."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from services.intervention_catalog.search.danish.near_compounds import nearly_split
from services.intervention_catalog.search.danish.stemming import Language
from services.intervention_catalog.search.danish.weak_words import is_weak
from services.intervention_catalog.search.index.corpus_terms import CorpusTerms
from services.intervention_catalog.search.query import expansion
from services.intervention_catalog.search.query.concepts import Concept, Expansion
from services.intervention_catalog.search.query.synonyms import Found, SynonymIndex
from services.intervention_catalog.search.query.weights import WEIGHTS


class ConceptBuilder:
    """Builds concepts. Immutable, so that threads may share one."""

    def __init__(self, corpus: CorpusTerms, synonyms: SynonymIndex) -> None:
        self._corpus = corpus
        self._synonyms = synonyms

    def known(self, word: str) -> bool:
        """Whether a document or a synonym group holds the word."""
        return self._corpus.knows(word) or self._synonyms.at([word]) is not None

    def phrase(self, words: Sequence[str], found: Found, parts: Iterable[str], language: Language) -> Concept:
        """The concept of a phrase of a synonym group. Its ``parts``, the words that are no function
        words, match too.
        """
        expansions = tuple(
            chain(expansion.of_phrase(found.phrase, self._corpus, language), expansion.of_synonyms(found, self._corpus))
        )
        sure = any(each.weight >= WEIGHTS.strong for each in expansions)
        telling = self._words(parts, language)
        return self._concept(
            " ".join(words),
            expansions,
            telling,
            WEIGHTS.known_compound if sure else 1.0,
            factor=1.0 if telling else WEIGHTS.weak,
        )

    def joined(self, pair: Sequence[str], joined: str, language: Language) -> Concept:
        """The concept of two words that form a known word when joined. The two single words match too."""
        return self._concept(
            " ".join(pair), self._all_expansions(joined, language), self._words(pair, language), WEIGHTS.known_compound
        )

    def word(self, word: str, language: Language) -> Concept:
        """The concept of a single word. A word that no document holds is expanded as a typo and as a compound."""
        own = tuple(self._all_expansions(word, language))
        if is_weak(word, language):
            return self._concept(word, own, factor=WEIGHTS.weak)
        split = self._corpus.compounds.split(word)
        if own:
            parts = tuple(self._concept(part, expansion.of_word(part, self._corpus, language)) for part in split)
            return self._concept(word, own, parts, WEIGHTS.known_compound)
        typos = expansion.of_typo(word, self._corpus)
        meant = chain.from_iterable(
            expansion.scaled(self._all_expansions(known, language), weight) for known, weight in typos
        )
        if not split and not typos:
            split = nearly_split(word, self._corpus.compounds, self._corpus.words)
        # A known word that differs by one letter is most likely meant; a split into parts is then most likely
        # accidental.
        share = WEIGHTS.known_compound if any(weight >= WEIGHTS.one_letter for _, weight in typos) else 1.0
        return self._concept(word, meant, self._words(split, language), share)

    def _words(self, words: Iterable[str], language: Language) -> tuple[Concept, ...]:
        return tuple(self.word(word, language) for word in words)

    def _all_expansions(self, word: str, language: Language) -> Iterator[Expansion]:
        yield from expansion.of_word(word, self._corpus, language)
        found = self._synonyms.at([word])
        if found is not None:
            yield from expansion.of_synonyms(found, self._corpus)

    def _concept(
        self,
        typed: str,
        expansions: Iterable[Expansion],
        parts: tuple[Concept, ...] = (),
        share: float = 1.0,
        factor: float = 1.0,
    ) -> Concept:
        """Builds a concept and its inverse document frequency (IDF).

        The IDF is that of the union of documents matched by any strong expansion, so that a rare synonym of a common
        word does not outweigh it. Expansions that are the typed word itself get a part (``own_idf``) of the difference
        to the typed word's own IDF, so that documents with the typed word rank before those with a synonym.
        """
        best = expansion.best_of(expansions)
        parts = tuple(part for part in parts if part.idf)
        strong = [each for each in best if each.weight >= WEIGHTS.strong] or best
        idf = max(self._idf(strong), share * sum(part.idf for part in parts))
        own = self._idf([each for each in best if each.weight >= WEIGHTS.own]) or idf
        as_typed = factor * max(idf, idf + WEIGHTS.own_idf * (own - idf))
        idf *= factor
        told = (replace(each, idf=as_typed if each.weight >= WEIGHTS.own else idf) for each in best)
        return Concept(typed, tuple(told), idf, parts, share)

    def _idf(self, expansions: Iterable[Expansion]) -> float:
        """The IDF of the documents that hold any of the terms; 0 if none does."""
        together = 0
        for each in expansions:
            together |= self._corpus.holding(each.term)
        return self._corpus.idf(together) if together else 0.0
