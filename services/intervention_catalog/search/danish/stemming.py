"""Forms of one word brought together: Snowball's stem of the folded word, and the root that relatives share."""

import re
import threading
from functools import lru_cache
from typing import Final, Literal

import Stemmer

from services.intervention_catalog.search.danish.irregular_words import IRREGULAR

Language = Literal["da", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("da", "en")
_ALGORITHMS: Final[dict[Language, str]] = {"da": "danish", "en": "english"}
# Endings that make one word out of another, longest first: vejled-ning, laes-ning, faelles-skab, teach-er.
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
# A participle's t tells less than the other endings, so less must be left: del-t, laer-t.
_SHORTEST_PARTICIPLE = 3
# Snowball takes these off too, and of a short word leaves another one: early and time, calm and role.
_KEPT = ("lig", "ig")
_LONGEST_MISTAKEN = 3
# A participle's plural, where no infinitive can end so: tosprog-ede as tosprog-et, but vejlede.
_PARTICIPLE_PLURAL = re.compile(r"(?<=...[bdfgknpsv])ed$")


class _Stemmers(threading.local):
    """A stemmer of libstemmer keeps its own buffer and is no thread's but one's."""

    def __init__(self) -> None:
        self.of = {language: Stemmer.Stemmer(name, 1000) for language, name in _ALGORITHMS.items()}


_stemmers = _Stemmers()


def snowball(word: str, language: Language) -> str:
    """What Snowball's algorithm makes of a word in small letters."""
    stemmed: str = _stemmers.of[language].stemWord(word)
    return stemmed


@lru_cache(maxsize=20_000)
def stem(word: str, language: Language) -> str:
    """The stem of a folded word; irregular forms go by their ground form (``boern`` has the stem of ``barn``)."""
    ground = IRREGULAR[language].get(word, word)
    stemmed = snowball(ground, language)
    if language != "da":
        return stemmed
    if len(stemmed) <= _LONGEST_MISTAKEN:
        return next((stemmed + kept for kept in _KEPT if ground.startswith(stemmed + kept)), stemmed)
    return _PARTICIPLE_PLURAL.sub("", stemmed) if ground.endswith("ede") else stemmed


def root(stemmed: str, language: Language) -> str:
    """The root of a stem: ``vejledning`` and ``vejled`` (from *vejleder*) have one root. It is never very short."""
    for ending in _DERIVED[language]:
        shortest = _SHORTEST_PARTICIPLE if ending == "t" else _SHORTEST_ROOT
        if stemmed.endswith(ending) and len(stemmed) - len(ending) >= shortest:
            left = stemmed[: -len(ending)]
            return left.removesuffix("t") if ending == "ation" and len(left) > _SHORTEST_ROOT else left
    return stemmed
