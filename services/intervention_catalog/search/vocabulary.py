"""The words of the corpus: which there are, and which documents hold them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import log1p
from typing import Final

from services.intervention_catalog.content.words import words_in
from services.intervention_catalog.search.compounds import Compounds
from services.intervention_catalog.search.document import NAME_WEIGHT, Passage, SearchDocument
from services.intervention_catalog.search.phrases import JOIN, Phrases
from services.intervention_catalog.search.stemming import LANGUAGES, Language, root, stem

_NONE: Final[frozenset[str]] = frozenset()
_MOST_ENTRIES = 20_000


class Form(StrEnum):
    """What is looked up: a word as it stands, its stem, a part of a compound (by the part's stem), a phrase of the
    synonyms, or the whole of a name (both by their stems).
    """

    WORD = "word"
    STEM = "stem"
    PART = "part"
    PHRASE = "phrase"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of the vocabulary."""

    language: Language
    form: Form
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One word of a text as it is indexed."""

    word: str
    stem: str
    parts: frozenset[str]


class Vocabulary:
    """Built once. The documents that hold a term are the bits of an integer, by their place in order of key."""

    def __init__(self, documents: Sequence[SearchDocument], further_words: Iterable[str], phrases: Phrases) -> None:
        self.size = len(documents)
        self._phrases = phrases
        further = frozenset(further_words)
        danish = {each.word for one in documents for passage in one.passages for each in words_in(passage.text.da)}
        self.compounds = Compounds(danish | further)
        self._entries: dict[tuple[str, Language], Entry] = {}
        self._holding: dict[tuple[Language, Form], dict[str, int]] = {
            (language, form): {} for language in LANGUAGES for form in Form
        }
        for number, document in enumerate(documents):
            for passage in document.passages:
                for language in LANGUAGES:
                    for form, text in self.terms_of(passage, language):
                        held = self._holding[language, form]
                        held[text] = held.get(text, 0) | 1 << number
        self._relatives = {language: _families(self._holding[language, Form.STEM], language) for language in LANGUAGES}
        written = (text for language in LANGUAGES for text in self._holding[language, Form.WORD])
        self.words = tuple(sorted(further.union(written)))

    def entry(self, word: str, language: Language) -> Entry:
        """What is indexed for a word. A number has what it begins with as parts: ``5.1.3e`` has ``5.1.3``."""
        known = self._entries.get((word, language))
        if known is None:
            known = self._new_entry(word, language)
            if len(self._entries) < _MOST_ENTRIES:
                self._entries[word, language] = known
        return known

    def _new_entry(self, word: str, language: Language) -> Entry:
        if word[0].isdigit() and "." in word:
            pieces = word.rstrip("abcdefghijklmnopqrstuvwxyz").split(".")
            return Entry(word, word, frozenset(".".join(pieces[:n]) for n in range(2, len(pieces) + 1)) - {word})
        parts = self.compounds.parts(word) if language == "da" else _NONE
        return Entry(word, stem(word, language), frozenset(stem(part, language) for part in parts))

    def terms_of(self, passage: Passage, language: Language) -> Iterator[tuple[Form, str]]:
        """Every term that the passage is found by, as often as it stands there."""
        entries = [self.entry(each.word, language) for each in words_in(getattr(passage.text, language))]
        for entry in entries:
            yield Form.WORD, entry.word
            yield Form.STEM, entry.stem
            for part in sorted(entry.parts):
                yield Form.PART, part
        for key, _ in self.phrases_in(entries, language):
            yield Form.PHRASE, key
        if passage.weight >= NAME_WEIGHT and entries:
            yield Form.NAME, JOIN.join(entry.stem for entry in entries)

    def phrases_in(self, entries: Sequence[Entry], language: Language) -> Iterator[tuple[str, tuple[int, ...]]]:
        """The phrases of a text by their key, and the places of their words."""
        return self._phrases.found([entry.stem for entry in entries], language)

    def __contains__(self, term: Term) -> bool:
        return term.text in self._holding[term.language, term.form]

    def knows(self, word: str) -> bool:
        """Whether some text holds the word in some form of it."""
        return any(
            Term(language, Form.WORD, word) in self or Term(language, Form.STEM, stem(word, language)) in self
            for language in LANGUAGES
        )

    def holding(self, term: Term) -> int:
        """The documents that hold the term, as bits."""
        return self._holding[term.language, term.form].get(term.text, 0)

    def relatives(self, stemmed: str, language: Language) -> tuple[str, ...]:
        """Other stems of the same root."""
        family = self._relatives[language].get(root(stemmed, language), ())
        return tuple(each for each in family if each != stemmed)

    def rarity(self, documents: int) -> float:
        """The inverse document frequency (as in BM25) of what stands in these documents."""
        count = documents.bit_count()
        return log1p((self.size - count + 0.5) / (count + 0.5))


def _families(stems: Iterable[str], language: Language) -> dict[str, tuple[str, ...]]:
    """The stems by root, where a root has several."""
    families: dict[str, list[str]] = defaultdict(list)
    for each in sorted(stems):
        families[root(each, language)].append(each)
    return {family: tuple(those) for family, those in families.items() if len(those) > 1}
