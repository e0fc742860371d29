"""Forms of one word brought together: Snowball's stem of the folded word, and the root that relatives share."""

import threading
from typing import Final, Literal

import Stemmer

from services.intervention_catalog.search.forms import IRREGULAR

Language = Literal["da", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("da", "en")
_ALGORITHMS: Final[dict[Language, str]] = {"da": "danish", "en": "english"}
# Endings that make one word out of another, longest first: vejled-ning, laes-ning, faelles-skab, teach-er.
_DERIVED: Final[dict[Language, tuple[str, ...]]] = {
    "da": (
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
# A participle's t tells less than the other endings, so less must be left: del-t, laer-t.
_SHORTEST_PARTICIPLE = 3


class _Stemmers(threading.local):
    """A stemmer of libstemmer keeps its own buffer and is no thread's but one's."""

    def __init__(self) -> None:
        self.of = {language: Stemmer.Stemmer(name, 1000) for language, name in _ALGORITHMS.items()}


_stemmers = _Stemmers()


def snowball(word: str, language: Language) -> str:
    """What Snowball's algorithm makes of a word in small letters."""
    stemmed: str = _stemmers.of[language].stemWord(word)
    return stemmed


def stem(word: str, language: Language) -> str:
    """The stem of a folded word; irregular forms go by their ground form (``boern`` has the stem of ``barn``)."""
    return snowball(IRREGULAR[language].get(word, word), language)


def root(stemmed: str, language: Language) -> str:
    """The root of a stem: ``vejledning`` and ``vejled`` (from *vejleder*) have one root. It is never very short."""
    for ending in _DERIVED[language]:
        shortest = _SHORTEST_PARTICIPLE if ending == "t" else _SHORTEST_ROOT
        if stemmed.endswith(ending) and len(stemmed) - len(ending) >= shortest:
            return stemmed[: -len(ending)]
    return stemmed
