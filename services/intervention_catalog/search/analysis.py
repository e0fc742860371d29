"""From what was typed to what is asked for."""

from collections.abc import Iterator, Sequence
from itertools import chain

from services.intervention_catalog.search import variants as ways
from services.intervention_catalog.search.compounds import LINKS
from services.intervention_catalog.search.concepts import NOTHING, Concept, QueryAnalysis, Variant
from services.intervention_catalog.search.stemming import Language, stem
from services.intervention_catalog.search.stop_words import STOP_WORDS
from services.intervention_catalog.search.synonyms import SynonymIndex
from services.intervention_catalog.search.vocabulary import Form, Term, Vocabulary
from services.intervention_catalog.search.weights import WEIGHTS
from services.intervention_catalog.search.words import as_typed, words_in

MOST_CHARACTERS = 1000
MOST_WORDS = 40
_SHORTEST_JOINED = 6


class Analyser:
    """Immutable; one serves every thread."""

    def __init__(self, vocabulary: Vocabulary, synonyms: SynonymIndex) -> None:
        self._vocabulary = vocabulary
        self._synonyms = synonyms

    def analyse(self, query: str) -> QueryAnalysis:
        """The concepts of a query. What is beyond the first thousand characters or forty words is not read."""
        words = [each.word for each in words_in(as_typed(query, MOST_CHARACTERS))][:MOST_WORDS]
        if not words:
            return NOTHING if not query.strip() else QueryAnalysis(blank=False, language="da", concepts=())
        language = self._language(words)
        stop = STOP_WORDS[language]
        telling = [word for word in words if word not in stop] or words
        concepts: dict[str, Concept] = {}
        for concept in self._concepts(words, frozenset(telling), language):
            concepts.setdefault(concept.typed, concept)
        return QueryAnalysis(blank=False, language=language, concepts=tuple(concepts.values()))

    def _language(self, words: Sequence[str]) -> Language:
        """English if more of the words are English and not Danish than the other way round."""
        english = danish = 0
        for word in words:
            danish += word in STOP_WORDS["da"] or Term("da", Form.STEM, stem(word, "da")) in self._vocabulary
            english += word in STOP_WORDS["en"] or Term("en", Form.STEM, stem(word, "en")) in self._vocabulary
        return "en" if english > danish else "da"

    def _concepts(self, words: Sequence[str], telling: frozenset[str], language: Language) -> Iterator[Concept]:
        """Phrases of the field first, then words that belong together, then single words."""
        place = 0
        while place < len(words):
            found = self._synonyms.at(words[place:])
            if found is not None and found.length > 1:
                span = words[place : place + found.length]
                own = ways.of_phrase(tuple(span), self._vocabulary, language)
                others = ways.of_synonyms(found, self._vocabulary, language)
                parts = tuple(self._word(word, language) for word in span if word in telling)
                yield self._concept(" ".join(span), chain(own, others), parts, WEIGHTS.known_compound)
                place += found.length
                continue
            joined = self._joined(words[place : place + 2], telling)
            if joined is not None:
                span = words[place : place + 2]
                parts = tuple(self._word(word, language) for word in span if word in telling)
                yield self._concept(" ".join(span), self._all_ways(joined, language), parts, WEIGHTS.known_compound)
                place += 2
                continue
            if words[place] in telling:
                yield self._word(words[place], language)
            place += 1

    def _joined(self, pair: Sequence[str], telling: frozenset[str]) -> str | None:
        """The known word that two words make together, if they do: *bog pakker*, *års hjul*."""
        if len(pair) < 2 or not all(word in telling and word.isalpha() for word in pair):
            return None
        for link in LINKS:
            joined = link.join(pair)
            if len(joined) >= _SHORTEST_JOINED and (self._vocabulary.knows(joined) or self._synonyms.at([joined])):
                return joined
        return None

    def _word(self, word: str, language: Language) -> Concept:
        own = tuple(self._all_ways(word, language))
        split = self._vocabulary.compounds.split(word)
        known = self._vocabulary.knows(word) or self._synonyms.at([word]) is not None
        if known:
            parts = tuple(self._concept(part, ways.of_word(part, self._vocabulary, language)) for part in split)
            return self._concept(word, own, parts, WEIGHTS.known_compound)
        typos = [
            chain.from_iterable(ways.scaled(self._all_ways(meant, language), weight) for meant, weight in
                                ways.of_typo(word, self._vocabulary))
        ]  # fmt: skip
        parts = tuple(self._word(part, language) for part in split or self._nearly_split(word))
        return self._concept(word, chain(own, *typos), parts, 1.0)

    def _nearly_split(self, word: str) -> tuple[str, ...]:
        """A compound with a typo in one part, or of which one part alone is known."""
        compounds = self._vocabulary.compounds
        for shortest in (4,):
            for at in range(len(word) - shortest, shortest - 1, -1):
                head, rest = word[:at], word[at:]
                if compounds.is_part(head, last=False):
                    for link in LINKS:
                        if link and not rest.startswith(link):
                            continue
                        tail = rest[len(link):]
                        near = ways.meant(tail, self._vocabulary.words, 1) if len(tail) >= 5 else ()
                        if near:
                            return (head, near[0][0])
        for at in range(4, len(word) - 3):
            if compounds.is_part(word[at:], last=True):
                near = ways.meant(word[:at], self._vocabulary.words, 1) if at >= 5 else ()
                return (near[0][0], word[at:]) if near else (word[at:],)
        for at in range(len(word) - 3, 4, -1):
            if compounds.is_part(word[:at], last=False):
                return (word[:at],)
        return ()

    def _all_ways(self, word: str, language: Language) -> Iterator[Variant]:
        yield from ways.of_word(word, self._vocabulary, language)
        found = self._synonyms.at([word])
        if found is not None:
            yield from ways.of_synonyms(found, self._vocabulary, language)

    def _concept(
        self, typed: str, variants: Iterator[Variant] | Sequence[Variant], parts: tuple[Concept, ...] = (), share: float = 1.0
    ) -> Concept:
        """The rarity is that of the strong ways together, so that no rare synonym outweighs the common word."""
        best = ways.best_of(variants)
        parts = tuple(part for part in parts if part.variants or part.parts)
        together = 0
        for variant in best:
            if variant.weight >= WEIGHTS.strong:
                held = [self._vocabulary.holding([term]) for term in variant.terms()]
                common = held[0]
                for each in held[1:]:
                    common &= each
                together |= common
        if not together:
            together = self._vocabulary.holding(term for variant in best for term in variant.terms())
        own = self._vocabulary.rarity(together) if together else 0.0
        return Concept(typed, best, max(own, share * sum(part.rarity for part in parts)) ** WEIGHTS.rarity_power, parts, share)
