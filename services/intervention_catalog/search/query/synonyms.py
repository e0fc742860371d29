"""The synonym groups, indexed by the stems of their terms."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from services.intervention_catalog.content.models.synonyms import Synonyms
from services.intervention_catalog.content.words import words_in
from services.intervention_catalog.search.danish.stemming import LANGUAGES, stem
from services.intervention_catalog.search.danish.stop_words import STOP_WORDS
from services.intervention_catalog.search.index.phrases import Phrases

Phrase = tuple[str, ...]
_BETWEEN = 2


@dataclass(frozen=True, slots=True)
class Found:
    """A term of a synonym group that a query begins with.

    ``length`` is the number of query words it spans, ``phrase`` those of them that belong to the term, ``same`` the
    terms of its group and ``broader`` the broader terms.
    """

    length: int
    phrase: Phrase
    same: tuple[Phrase, ...]
    broader: tuple[Phrase, ...]


class SynonymIndex:
    """Finds terms of synonym groups in a query. Immutable.

    A term belongs to one group (the check of the content refuses others); were there two, the first would win. A phrase
    is also found when it is written as one word: *skole-hjem-samarbejde*, *skolehjemsamarbejde*.
    """

    def __init__(self, synonyms: Synonyms) -> None:
        self._groups: list[tuple[tuple[Phrase, ...], tuple[Phrase, ...]]] = []
        self._by_stems: dict[Phrase, int] = {}
        for number, group in enumerate(synonyms.synonyms):
            terms = tuple(filter(None, map(phrase_of, group.terms)))
            self._groups.append((terms, tuple(filter(None, map(phrase_of, group.broader)))))
            for term in terms:
                for key in (*_keys(term), *_keys(("".join(term),))):
                    self._by_stems.setdefault(key, number)
        self._first = frozenset(key[0] for key in self._by_stems if len(key) > 1)
        self._longest = max(map(len, self._by_stems), default=0)
        phrases = frozenset(phrase for terms, broader in self._groups for phrase in (*terms, *broader))
        self.words = frozenset(word for phrase in phrases for word in phrase)
        self.phrases = Phrases(phrases)

    def at(self, words: Sequence[str]) -> Found | None:
        """The longest term that the words begin with, in any inflection; up to two function words may
        stand inside it.
        """
        for length, phrase in self._candidates(words):
            number = self._group_of(phrase)
            if number is not None:
                same, broader = self._groups[number]
                return Found(length, phrase, same, self._with_groups(broader, number))
        return None

    def _candidates(self, words: Sequence[str]) -> Iterator[tuple[int, Phrase]]:
        """Possible terms with the number of words they span: exact phrases, phrases with words inside,
        a single word.
        """
        for length in range(min(self._longest, len(words)), 1, -1):
            yield length, tuple(words[:length])
        if words and any(stem(words[0], language) in self._first for language in LANGUAGES):
            for length in range(min(self._longest + _BETWEEN, len(words)), 2, -1):
                for phrase in _without_function_words(words[:length]):
                    yield length, phrase
        if words:
            yield 1, tuple(words[:1])

    def _with_groups(self, broader: Sequence[Phrase], own: int) -> tuple[Phrase, ...]:
        """The broader terms and their synonyms; not the terms that are broader than those."""
        found = dict.fromkeys(broader)
        for each in broader:
            number = self._group_of(each)
            if number is not None and number != own:
                found.update(dict.fromkeys(self._groups[number][0]))
        return tuple(found)

    def _group_of(self, phrase: Phrase) -> int | None:
        return next((number for key in _keys(phrase) if (number := self._by_stems.get(key)) is not None), None)


def phrase_of(term: str) -> Phrase:
    """The folded words of a term."""
    return tuple(each.word for each in words_in(term))


def _keys(phrase: Phrase) -> list[Phrase]:
    return [tuple(stem(word, language) for word in phrase) for language in LANGUAGES]


def _without_function_words(words: Sequence[str]) -> Iterator[Phrase]:
    """The words without one, then without two of the function words between the first and the last word."""
    between = [at for at in range(1, len(words) - 1) if words[at] in STOP_WORDS["da"]]
    for count in range(1, _BETWEEN + 1):
        for left_out in combinations(between, count):
            yield tuple(word for at, word in enumerate(words) if at not in left_out)
