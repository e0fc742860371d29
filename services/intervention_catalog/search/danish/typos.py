"""Finds the known words that an unknown word may be a misspelling of."""

from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

_MOST = 3


def bare(word: str) -> str:
    """The folded word with one vowel for ae, oe and aa, as typed without æ, ø and å: ``laerer`` becomes ``larer``."""
    return word.replace("ae", "a").replace("oe", "o").replace("aa", "a")


def allowed(length: int) -> int:
    """The largest edit distance (letters wrong, missing, added or swapped) for a word of that length; 0 below five."""
    if length < 5:
        return 0
    return 1 if length < 9 else 2


def meant(word: str, words: Sequence[str], most_wrong: int | None = None) -> tuple[tuple[str, int], ...]:
    """The known words at the smallest edit distance, at most three, each with that distance.

    Words with the same first letter come first, as the first letter is seldom wrong.
    """
    limit = allowed(len(word)) if most_wrong is None else most_wrong
    if not limit or not word.isalpha():
        return ()
    found = process.extract(word, words, scorer=OSA.distance, score_cutoff=limit, limit=20)
    ranked = sorted((int(wrong), known[0] != word[0], known) for known, wrong, _ in found)
    return tuple((known, wrong) for wrong, _, known in ranked if wrong == ranked[0][0])[:_MOST]
