"""The index terms of all documents, with the documents that hold each."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log1p

from services.intervention_catalog.search.danish.stemming import LANGUAGES, Language, root, stem
from services.intervention_catalog.search.danish.stop_words import STOP_WORDS
from services.intervention_catalog.search.danish.typos import bare
from services.intervention_catalog.search.index.lexicon import Form, Lexicon, Terms


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of the corpus."""

    language: Language
    form: Form
    text: str


class CorpusTerms:
    """The terms of the corpus. A set of documents is an integer in which bit *n* stands for document *n*. Immutable."""

    def __init__(self, lexicon: Lexicon, documents: Sequence[Sequence[Terms]], further_words: Iterable[str]) -> None:
        self.size = len(documents)
        self.lexicon = lexicon
        self.compounds = lexicon.compounds
        self._holding: dict[tuple[Language, Form], dict[str, int]] = {
            (language, form): {} for language in LANGUAGES for form in Form
        }
        for number, passages in enumerate(documents):
            for terms in passages:
                for kind, texts in terms.items():
                    held = self._holding[kind]
                    for text in texts:
                        held[text] = held.get(text, 0) | 1 << number
        self._relatives = {language: _families(self._holding[language, Form.STEM], language) for language in LANGUAGES}
        written = (text for language in LANGUAGES for text in self._holding[language, Form.WORD])
        self.words = tuple(sorted({*further_words, *written}))
        self._by_bare = _unmarked((*self.words, *sorted(STOP_WORDS["da"])))

    def __contains__(self, term: Term) -> bool:
        return term.text in self._holding[term.language, term.form]

    def knows(self, word: str) -> bool:
        """Whether a document holds the word or another word with its stem."""
        return any(
            Term(language, Form.WORD, word) in self or Term(language, Form.STEM, stem(word, language)) in self
            for language in LANGUAGES
        )

    def restored(self, word: str) -> str:
        """The known word of which this is the spelling without æ, ø and å (*larer* for *lærer*), or the word itself."""
        return word if self.knows(word) else self._by_bare.get(word, word)

    def holding(self, term: Term) -> int:
        """The documents that hold the term, as a bit set."""
        return self._holding[term.language, term.form].get(term.text, 0)

    def relatives(self, stemmed: str, language: Language) -> tuple[str, ...]:
        """Other stems with the same root."""
        family = self._relatives[language].get(root(stemmed, language), ())
        return tuple(each for each in family if each != stemmed)

    def idf(self, documents: int) -> float:
        """The inverse document frequency (as in BM25) of a term that these documents (a bit set) hold."""
        count = documents.bit_count()
        return log1p((self.size - count + 0.5) / (count + 0.5))


def _families(stems: Iterable[str], language: Language) -> dict[str, tuple[str, ...]]:
    """The stems by root. A root with one stem is kept, as a query may have another form of it (*trygt* for *tryg*)."""
    families: dict[str, list[str]] = defaultdict(list)
    for each in sorted(stems):
        families[root(each, language)].append(each)
    return {family: tuple(those) for family, those in families.items()}


def _unmarked(words: Iterable[str]) -> dict[str, str]:
    """Words with æ, ø or å by their spelling without these letters; of two with the same spelling the first is kept."""
    by_bare: dict[str, str] = {}
    for word in words:
        plain = bare(word)
        if plain != word:
            by_bare.setdefault(plain, word)
    return by_bare
