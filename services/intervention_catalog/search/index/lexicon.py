"""The index terms of a passage: its words, their stems, the parts of compounds, and phrases of synonym groups."""

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
    """The form of an index term: a word as written, a stem, the stem of a part of a compound, a phrase of a synonym
    group, or a whole name (phrases and names by their stems).
    """

    WORD = "word"
    STEM = "stem"
    PART = "part"
    PHRASE = "phrase"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Entry:
    """The index terms of one word."""

    word: str
    stem: str
    parts: frozenset[str]


Terms = Mapping[tuple[Language, Form], Sequence[str]]
"""The index terms of a passage by language and form, repeated as often as they occur."""


class Lexicon:
    """Makes the index terms of words and passages, and caches those of words. Threads may share one."""

    def __init__(self, documents: Iterable[SearchDocument], further_words: Iterable[str], phrases: Phrases) -> None:
        danish = {word for one in documents for passage in one.passages for word in words_of(passage.text.da)}
        self.compounds = Compounds(danish.union(further_words))
        self._phrases = phrases
        self._entries: dict[tuple[str, Language], Entry] = {}

    def entry(self, word: str, language: Language) -> Entry:
        """The index terms of a word. The parts of a section number are its beginnings: ``5.1.3e`` has ``5.1`` and
        ``5.1.3``.
        """
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
        """Every index term of the passage."""
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
        """The keys of the phrases in a text, each with the places of its words."""
        return self._phrases.found([entry.stem for entry in entries], language)
