"""Splits Danish compounds: ``pausestrategi`` into ``pause`` and ``strategi``, ``aarshjul`` into ``aar`` and ``hjul``.

Danish forms compounds freely, and people write them joined or apart. A word is split if each part is a known word; a
linking ``s`` or ``e`` may stand between parts.
"""

from collections.abc import Iterable

from services.intervention_catalog.search.danish.stemming import stem
from services.intervention_catalog.search.danish.stop_words import STOP_WORDS

LINKS = ("", "s", "e")
_SHORTEST = 3
_LONGEST_SPLIT = 40
# Suffixes that are also words: *fællesskab* does not contain *skab* (cupboard), nor *klassen* the word *sen* (late).
_ENDINGS = frozenset({"skab", "hed", "dom", "som", "ing", "sen", "ens", "ende", "erne"})


class Compounds:
    """Splits words into known words. Function words are no parts: *undervisning* does not contain *under*."""

    def __init__(self, words: Iterable[str]) -> None:
        known = {each for each in words if len(each) >= _SHORTEST and each.isalpha()} - STOP_WORDS["da"] - _ENDINGS
        self._words = frozenset(known)
        self._stems = frozenset(stemmed for each in known if len(stemmed := stem(each, "da")) >= _SHORTEST)

    def split(self, word: str) -> tuple[str, ...]:
        """The smallest number of known parts that make up the word, at least two; empty if it cannot be split."""
        if not 2 * _SHORTEST <= len(word) <= _LONGEST_SPLIT or not word.isalpha():
            return ()
        parts = self._best(word)
        return parts if len(parts) > 1 else ()

    def parts(self, word: str) -> frozenset[str]:
        """The parts at every depth: ``specialskoleplads`` has ``specialskole``, ``special``, ``skole``
        and ``plads``.
        """
        found: set[str] = set()
        for part in self.split(word):
            found.add(part)
            if part != word:
                found |= self.parts(part)
        return frozenset(found)

    def is_part(self, piece: str, *, last: bool) -> bool:
        """Whether the piece can be a part of a compound. Only the last part may be inflected."""
        if piece in self._words:
            return True
        if len(piece) < _SHORTEST + 1:
            return False
        return piece in self._stems or (last and stem(piece, "da") in self._stems)

    def _best(self, word: str) -> tuple[str, ...]:
        """The best split of the word, found by the best split of each of its endings, the shortest ending first."""
        best: dict[int, tuple[str, ...]] = {len(word): ()}
        for start in range(len(word) - _SHORTEST, -1, -1):
            candidates: list[tuple[str, ...]] = []
            for end in range(start + _SHORTEST, len(word) + 1):
                if (start, end) == (0, len(word)):
                    continue
                piece = word[start:end]
                if end == len(word):
                    if self.is_part(piece, last=True):
                        candidates.append((piece,))
                    continue
                for link in LINKS:
                    rest = best.get(end + len(link))
                    if rest and word.startswith(link, end) and self.is_part(piece, last=False):
                        candidates.append((piece, *rest))
            if candidates:
                best[start] = min(candidates, key=self._preference)
        return best.get(0, ())

    def _preference(self, parts: tuple[str, ...]) -> tuple[int, int, int, tuple[str, ...]]:
        """Sort key: fewer parts, then more whole words, then the longer shortest part, then the alphabet."""
        stems = sum(part not in self._words for part in parts)
        return len(parts), stems, -min(map(len, parts)), parts
