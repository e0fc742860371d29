"""What is indexed for a word, and for a passage: its words, their stems and parts, and the phrases of the field."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.intervention_catalog.content.words import words_of
from services.intervention_catalog.search.danish.compounds import Compounds
from services.intervention_catalog.search.danish.stemming import LANGUAGES, Language, stem
from services.intervention_catalog.search.index.phrases import JOIN, Phrases
from services.intervention_catalog.search.index.search_document import NAME_WEIGHT, Passage, SearchDocument

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
class Entry:
    """One word of a text as it is indexed."""

    word: str
    stem: str
    parts: frozenset[str]


Terms = Mapping[tuple[Language, Form], Sequence[str]]
"""What a passage is found by, by language and form, as often as it stands there."""


class Lexicon:
    """The words that are known, taken apart. Entries are kept as they are made; one serves every thread."""

    def __init__(self, documents: Iterable[SearchDocument], further_words: Iterable[str], phrases: Phrases) -> None:
        danish = {word for one in documents for passage in one.passages for word in words_of(passage.text.da)}
        self.compounds = Compounds(danish.union(further_words))
        self._phrases = phrases
        self._entries: dict[tuple[str, Language], Entry] = {}

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

    def terms_of(self, passage: Passage) -> Terms:
        """Every term that the passage is found by."""
        terms: dict[tuple[Language, Form], list[str]] = defaultdict(list)
        for language in LANGUAGES:
            entries = [self.entry(word, language) for word in words_of(getattr(passage.text, language))]
            if not entries:
                continue
            terms[language, Form.WORD] = [entry.word for entry in entries]
            stems = terms[language, Form.STEM] = [entry.stem for entry in entries]
            parts = [part for entry in entries if entry.parts for part in sorted(entry.parts)]
            phrases = [key for key, _ in self._phrases.found(stems, language)]
            if parts:
                terms[language, Form.PART] = parts
            if phrases:
                terms[language, Form.PHRASE] = phrases
            if passage.weight >= NAME_WEIGHT:
                terms[language, Form.NAME] = [JOIN.join(stems)]
        return terms

    def phrases_in(self, entries: Sequence[Entry], language: Language) -> Iterator[tuple[str, tuple[int, ...]]]:
        """The phrases of a text by their key, and the places of their words."""
        return self._phrases.found([entry.stem for entry in entries], language)
