"""The word that was meant, where the one typed is unknown."""

from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

_MOST = 3


def bare(word: str) -> str:
    """The word as one who types neither æ, ø, å nor what stands for them has it: ``laerer`` is ``larer``."""
    return word.replace("ae", "a").replace("oe", "o").replace("aa", "a")


def allowed(length: int) -> int:
    """How many letters may be wrong, missing, too many or swapped in a word of that length: none below five."""
    if length < 5:
        return 0
    return 1 if length < 9 else 2


def meant(word: str, words: Sequence[str], most_wrong: int | None = None) -> tuple[tuple[str, int], ...]:
    """The nearest known words, best first, each with the number of letters that are wrong.

    Only those as near as the nearest; people seldom miss the first letter, so words that share it come first.
    """
    limit = allowed(len(word)) if most_wrong is None else most_wrong
    if not limit or not word.isalpha():
        return ()
    found = process.extract(word, words, scorer=OSA.distance, score_cutoff=limit, limit=20)
    ranked = sorted((int(wrong), known[0] != word[0], known) for known, wrong, _ in found)
    return tuple((known, wrong) for wrong, _, known in ranked if wrong == ranked[0][0])[:_MOST]
