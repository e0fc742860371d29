"""Splits compounds of which one part is misspelt or unknown."""

from collections.abc import Iterator, Sequence

from services.intervention_catalog.search.danish.compounds import LINKS, Compounds
from services.intervention_catalog.search.danish.typos import allowed, meant

_SHORTEST = 3
_SHORTEST_BESIDE_TYPO = 4
_SHORTEST_ALONE = 5


def nearly_split(word: str, compounds: Compounds, words: Sequence[str]) -> tuple[str, ...]:
    """Two parts of which one has a single wrong letter; else the longest known ending or beginning alone; else nothing.

    An ending is preferred to a beginning, as the last part of a Danish compound is its head.
    """
    if not word.isalpha():
        return ()
    pieces = list(_pieces(word))
    for head, tail in pieces:
        if (
            len(head) >= _SHORTEST_BESIDE_TYPO
            and compounds.is_part(head, last=False)
            and (near := _nearly(tail, words))
        ):
            return head, near
    for head, tail in reversed(pieces):
        if len(tail) >= _SHORTEST_BESIDE_TYPO and compounds.is_part(tail, last=True) and (near := _nearly(head, words)):
            return near, tail
    for _, tail in reversed(pieces):
        if len(tail) >= _SHORTEST_ALONE and compounds.is_part(tail, last=True):
            return (tail,)
    for head, _ in pieces:
        if len(head) >= _SHORTEST_ALONE and compounds.is_part(head, last=False):
            return (head,)
    return ()


def _pieces(word: str) -> Iterator[tuple[str, str]]:
    """Pairs of beginning and ending without the linking letter, the longest beginning first."""
    for at in range(len(word) - _SHORTEST, _SHORTEST - 1, -1):
        for link in LINKS:
            if word.startswith(link, at) and len(word) - at - len(link) >= _SHORTEST:
                yield word[:at], word[at + len(link) :]


def _nearly(piece: str, words: Sequence[str]) -> str | None:
    near = meant(piece, words, 1) if allowed(len(piece)) else ()
    return near[0][0] if near else None
