"""The words of the corpus: which there are, and which documents hold them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import log1p
from typing import Final

from services.intervention_catalog.search.compounds import Compounds
from services.intervention_catalog.search.document import SearchDocument
from services.intervention_catalog.search.stemming import LANGUAGES, Language, root, stem
from services.intervention_catalog.search.words import words_in

_NONE: Final[frozenset[str]] = frozenset()


class Form(StrEnum):
    """What of a word is looked up: the word as it stands, its stem, or a part of a compound (by the part's stem)."""

    WORD = "word"
    STEM = "stem"
    PART = "part"


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
    """Built once. The documents that hold a term are the bits of an integer, by the document's place in order of key."""

    def __init__(self, documents: Sequence[SearchDocument], further_words: Iterable[str]) -> None:
        self.size = len(documents)
        written = [
            {language: tuple(_words_of(each, language)) for language in LANGUAGES} for each in documents
        ]
        danish = {word for each in written for word in each["da"]}
        self.compounds = Compounds([*danish, *further_words])
        self._holding: dict[Term, int] = defaultdict(int)
        for number, texts in enumerate(written):
            for language in LANGUAGES:
                for word in texts[language]:
                    for term in self.terms_of(word, language):
                        self._holding[term] |= 1 << number
        self._holding = dict(self._holding)
        self._relatives = _relatives(self._holding)
        self.words = tuple(sorted(
            {term.text for term in self._holding if term.form is Form.WORD} | set(further_words)
        ))  # fmt: skip

    def entry(self, word: str, language: Language) -> Entry:
        """What is indexed for a word. Parts of a number are what it begins with: ``5.1.3e`` has ``5.1.3`` and ``5.1``."""
        if word[0].isdigit() and "." in word:
            pieces = word.rstrip("abcdefghijklmnopqrstuvwxyz").split(".")
            return Entry(word, word, frozenset(".".join(pieces[:n]) for n in range(2, len(pieces) + 1)) - {word})
        parts = self.compounds.parts(word) if language == "da" else _NONE
        return Entry(word, stem(word, language), frozenset(stem(part, language) for part in parts))

    def terms_of(self, word: str, language: Language) -> Iterable[Term]:
        """Every term that a word of a text is found by."""
        entry = self.entry(word, language)
        yield Term(language, Form.WORD, entry.word)
        yield Term(language, Form.STEM, entry.stem)
        for part in sorted(entry.parts):
            yield Term(language, Form.PART, part)

    def __contains__(self, term: object) -> bool:
        return term in self._holding

    def knows(self, word: str) -> bool:
        """Whether some text holds the word in some form of it."""
        return any(
            Term(language, Form.WORD, word) in self or Term(language, Form.STEM, stem(word, language)) in self
            for language in LANGUAGES
        )

    def holding(self, terms: Iterable[Term]) -> int:
        """The documents that hold any of the terms."""
        found = 0
        for term in terms:
            found |= self._holding.get(term, 0)
        return found

    def relatives(self, stemmed: str, language: Language) -> tuple[str, ...]:
        """Other stems of the same root."""
        family = self._relatives.get((language, root(stemmed, language)), ())
        return tuple(each for each in family if each != stemmed)

    def rarity(self, documents: int) -> float:
        """The inverse document frequency (as in BM25) of what stands in these documents."""
        count = documents.bit_count()
        return log1p((self.size - count + 0.5) / (count + 0.5))


def _words_of(document: SearchDocument, language: Language) -> Iterable[str]:
    for passage in document.passages:
        for each in words_in(getattr(passage.text, language)):
            yield each.word


def _relatives(terms: Mapping[Term, int]) -> dict[tuple[Language, str], tuple[str, ...]]:
    families: dict[tuple[Language, str], set[str]] = defaultdict(set)
    for term in terms:
        if term.form is Form.STEM:
            families[term.language, root(term.text, term.language)].add(term.text)
    return {family: tuple(sorted(stems)) for family, stems in families.items() if len(stems) > 1}
