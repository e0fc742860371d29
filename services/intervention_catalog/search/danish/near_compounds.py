"""A compound that cannot be taken apart as it stands: one part has a typo, or is no word that is known."""

from collections.abc import Iterator, Sequence

from services.intervention_catalog.search.danish.compounds import LINKS, Compounds
from services.intervention_catalog.search.danish.typos import allowed, meant

_SHORTEST = 3
_SHORTEST_BESIDE_TYPO = 4
_SHORTEST_ALONE = 5


def nearly_split(word: str, compounds: Compounds, words: Sequence[str]) -> tuple[str, ...]:
    """The parts that are meant: both with one letter wrong, else the longest known end or beginning alone.

    Empty where there is nothing. The end says what a Danish compound is, so it goes before the beginning.
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
    """Beginning and end, the longest beginning first, without what may link them."""
    for at in range(len(word) - _SHORTEST, _SHORTEST - 1, -1):
        for link in LINKS:
            if word.startswith(link, at) and len(word) - at - len(link) >= _SHORTEST:
                yield word[:at], word[at + len(link) :]


def _nearly(piece: str, words: Sequence[str]) -> str | None:
    near = meant(piece, words, 1) if allowed(len(piece)) else ()
    return near[0][0] if near else None
