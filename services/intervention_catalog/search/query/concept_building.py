"""What a word or phrase of a query may mean, as one concept."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from services.intervention_catalog.search.danish.near_compounds import nearly_split
from services.intervention_catalog.search.danish.stemming import Language
from services.intervention_catalog.search.danish.weak_words import is_weak
from services.intervention_catalog.search.index.corpus_terms import Vocabulary
from services.intervention_catalog.search.query import expansion as ways
from services.intervention_catalog.search.query.concepts import Concept, Variant
from services.intervention_catalog.search.query.synonyms import Found, SynonymIndex
from services.intervention_catalog.search.query.weights import WEIGHTS


class Meanings:
    """Immutable; one serves every thread."""

    def __init__(self, vocabulary: Vocabulary, synonyms: SynonymIndex) -> None:
        self._vocabulary = vocabulary
        self._synonyms = synonyms

    def known(self, word: str) -> bool:
        """Whether a text or a synonym group has the word."""
        return self._vocabulary.knows(word) or self._synonyms.at([word]) is not None

    def phrase(self, words: Sequence[str], found: Found, parts: Iterable[str], language: Language) -> Concept:
        """A phrase of a synonym group; its telling words taken together stand for it too."""
        found_ways = tuple(
            chain(ways.of_phrase(found.phrase, self._vocabulary, language), ways.of_synonyms(found, self._vocabulary))
        )
        sure = any(each.weight >= WEIGHTS.strong for each in found_ways)
        telling = self._words(parts, language)
        return self._concept(
            " ".join(words),
            found_ways,
            telling,
            WEIGHTS.known_compound if sure else 1.0,
            tells=1.0 if telling else WEIGHTS.weak,
        )

    def joined(self, pair: Sequence[str], joined: str, language: Language) -> Concept:
        """Two words that make a known one; the two taken together stand for it too."""
        return self._concept(
            " ".join(pair), self._all_ways(joined, language), self._words(pair, language), WEIGHTS.known_compound
        )

    def word(self, word: str, language: Language) -> Concept:
        """A single word. One that no text speaks of is looked for as a typo and as a compound."""
        own = tuple(self._all_ways(word, language))
        if is_weak(word, language):
            return self._concept(word, own, tells=WEIGHTS.weak)
        split = self._vocabulary.compounds.split(word)
        if own:
            parts = tuple(self._concept(part, ways.of_word(part, self._vocabulary, language)) for part in split)
            return self._concept(word, own, parts, WEIGHTS.known_compound)
        typos = ways.of_typo(word, self._vocabulary)
        meant = chain.from_iterable(ways.scaled(self._all_ways(known, language), weight) for known, weight in typos)
        if not split and not typos:
            split = nearly_split(word, self._vocabulary.compounds, self._vocabulary.words)
        # Where a word is near, its letters are most likely wrong, and what they spell in parts is most likely chance.
        share = WEIGHTS.known_compound if any(weight >= WEIGHTS.one_letter for _, weight in typos) else 1.0
        return self._concept(word, meant, self._words(split, language), share)

    def _words(self, words: Iterable[str], language: Language) -> tuple[Concept, ...]:
        return tuple(self.word(word, language) for word in words)

    def _all_ways(self, word: str, language: Language) -> Iterator[Variant]:
        yield from ways.of_word(word, self._vocabulary, language)
        found = self._synonyms.at([word])
        if found is not None:
            yield from ways.of_synonyms(found, self._vocabulary)

    def _concept(
        self,
        typed: str,
        variants: Iterable[Variant],
        parts: tuple[Concept, ...] = (),
        share: float = 1.0,
        tells: float = 1.0,
    ) -> Concept:
        """The concept, with how much it tells.

        That is by the texts with any strong way together, so that no rare synonym outweighs a common word; the word as
        typed tells what lies between this and its own rarity, so that among synonyms the one asked for comes first.
        """
        best = ways.best_of(variants)
        parts = tuple(part for part in parts if part.rarity)
        strong = [each for each in best if each.weight >= WEIGHTS.strong] or best
        rarity = max(self._rarity(strong), share * sum(part.rarity for part in parts))
        own = self._rarity([each for each in best if each.weight >= WEIGHTS.own]) or rarity
        as_typed = tells * max(rarity, rarity + WEIGHTS.own_rarity * (own - rarity))
        rarity *= tells
        told = (replace(each, rarity=as_typed if each.weight >= WEIGHTS.own else rarity) for each in best)
        return Concept(typed, tuple(told), rarity, parts, share)

    def _rarity(self, variants: Iterable[Variant]) -> float:
        """0 where no text has any."""
        together = 0
        for variant in variants:
            together |= self._vocabulary.holding(variant.term)
        return self._vocabulary.rarity(together) if together else 0.0
