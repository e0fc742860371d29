"""The folded words of a text: different spellings of a letter give the same word.

``æ``, ``ø`` and ``å`` become ``ae``, ``oe`` and ``aa``, as people without these keys type them; other accents are
removed.
"""

import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# The number of a recommendation ("5.1.3.e", "5.1.3e") and a decimal number are one word; a combining mark belongs to
# its letter.
_WORD = re.compile(r"\d+(?:[.,]\d+)+(?:\.?[a-z](?![^\W_]))?|[^\W_](?:[^\W_]|[\u0300-\u036f])*", re.IGNORECASE)
_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe"})
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word and its place in the text, ``text[start:stop]``."""

    word: str
    start: int
    stop: int

    def lacks_its_end(self, text: str) -> bool:
        """Whether a hyphen follows that no letter follows, as in *læse- og skrivevanskeligheder*."""
        return text[self.stop : self.stop + 1] == "-" and not text[self.stop + 1 : self.stop + 2].isalnum()


def folded(word: str) -> str:
    """The word in lower case, without Danish or accented letters: ``Åben`` becomes ``aaben``, ``idé``
    becomes ``ide``.
    """
    if word.isascii():
        return word.lower()
    letters = unicodedata.normalize("NFC", word).casefold().translate(_LETTERS)
    if letters.isascii():
        return letters
    return "".join(
        each for each in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(each)
    ).casefold()


def words_in(text: str) -> Iterator[Word]:
    """The words of a text in order; a word longer than any real word is left out."""
    for found in _WORD.finditer(text):
        if found.end() - found.start() <= _LONGEST:
            word = folded(found[0])
            if found[0][0].isdigit() and word[-1].isalpha():
                word = f"{word[:-1].rstrip('.')}{word[-1]}"
            if word:
                yield Word(word, found.start(), found.end())


@lru_cache(maxsize=4096)
def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a text of the catalog, cached: most texts are unchanged at the next publication. Not for
    queries.
    """
    return tuple(sys.intern(each.word) for each in words_in(text))


def as_typed(query: str, most: int) -> str:
    """The first ``most`` characters of a query, without invisible characters."""
    composed = unicodedata.normalize("NFC", query[:most])
    return "".join(
        " " if category == "Cc" else each
        for each in composed
        if (category := unicodedata.category(each)) not in ("Cf", "Cs", "Co")
    )
