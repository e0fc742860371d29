"""Stems and roots: Snowball's stem of a folded word, and the root that derived words share."""

import re
import threading
from functools import lru_cache
from typing import Final, Literal

import Stemmer

from services.intervention_catalog.search.danish.irregular_words import IRREGULAR

Language = Literal["da", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("da", "en")
_ALGORITHMS: Final[dict[Language, str]] = {"da": "danish", "en": "english"}
# Suffixes that derive one word from another, longest first: vejled-ning, laes-ning, faelles-skab, teach-er.
_DERIVED: Final[dict[Language, tuple[str, ...]]] = {
    "da": (
        "ation",
        "ering",
        "ning",
        "else",
        "skab",
        "iker",
        "eri",
        "ing",
        "lig",
        "hed",
        "isk",
        "els",
        "er",
        "et",
        "ik",
        "i",
        "t",
    ),
    "en": ("ation", "ment", "ness", "ing", "ion", "er", "or", "al", "i"),
}
_SHORTEST_ROOT = 4
# The participle's t changes the meaning less than the other suffixes, so a shorter root is accepted: del-t, laer-t.
_SHORTEST_PARTICIPLE = 3
# Snowball also removes these suffixes, which turns a short word into another word (rolig, calm, into rol as in role),
# so they are put back after stems of up to three letters.
_KEPT = ("lig", "ig")
_LONGEST_MISTAKEN = 3
# The plural of a participle (tosprog-ede, as tosprog-et), after consonants that no infinitive in -ede has (vejlede).
_PARTICIPLE_PLURAL = re.compile(r"(?<=...[bdfgknpsv])ed$")


class _Stemmers(threading.local):
    """One stemmer per thread, as a stemmer of libstemmer keeps its own buffer and is not thread-safe."""

    def __init__(self) -> None:
        self.of = {language: Stemmer.Stemmer(name, 1000) for language, name in _ALGORITHMS.items()}


_stemmers = _Stemmers()


def snowball(word: str, language: Language) -> str:
    """Snowball's stem of a word in lower case."""
    stemmed: str = _stemmers.of[language].stemWord(word)
    return stemmed


@lru_cache(maxsize=20_000)
def stem(word: str, language: Language) -> str:
    """The stem of a folded word. Irregular inflections have the stem of their base form (``boern`` that
    of ``barn``).
    """
    ground = IRREGULAR[language].get(word, word)
    stemmed = snowball(ground, language)
    if language != "da":
        return stemmed
    if len(stemmed) <= _LONGEST_MISTAKEN:
        return next((stemmed + kept for kept in _KEPT if ground.startswith(stemmed + kept)), stemmed)
    return _PARTICIPLE_PLURAL.sub("", stemmed) if ground.endswith("ede") else stemmed


def root(stemmed: str, language: Language) -> str:
    """The root of a stem, at least three letters: ``vejledning`` and ``vejled`` (from *vejleder*) have
    the same root.
    """
    for ending in _DERIVED[language]:
        shortest = _SHORTEST_PARTICIPLE if ending == "t" else _SHORTEST_ROOT
        if stemmed.endswith(ending) and len(stemmed) - len(ending) >= shortest:
            left = stemmed[: -len(ending)]
            return left.removesuffix("t") if ending == "ation" and len(left) > _SHORTEST_ROOT else left
    return stemmed
