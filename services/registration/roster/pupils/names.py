"""Whether written names may be one child's. Pure; nothing here is stored or shown."""

import unicodedata
from collections.abc import Iterable

_PARTICLES = frozenset({"af", "al", "da", "de", "del", "den", "der", "di", "du", "el", "la", "van", "von"})
"""Particles that many names contain, so that they do not identify anybody."""


def folded(name: str) -> str:
    """The name for comparison: composed (NFC), case folded, its words in order and separated by one blank."""
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    # Letters with their marks, and numbers; hyphens, full stops and apostrophes separate words.
    kept = (sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in composed)
    return " ".join("".join(kept).split())


class Names:
    """The known names of a pupil, to be compared with another name. They are folded only if the other one is new:
    nearly always a pupil's rows have one name.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._said = set(names)
        self._unfolded = list(self._said)
        self._whole: set[tuple[str, ...]] = set()
        self._parts: set[str] = set()

    def add(self, name: str) -> None:
        """Add a name."""
        if name not in self._said:
            self._said.add(name)
            self._unfolded.append(name)

    def agree(self, name: str) -> bool:
        """Whether a word of the name is in a known name, as often only a part of a name changes (a marriage, a
        nickname).
        """
        if name in self._said:
            return True
        self._fold()
        return not self._parts.isdisjoint(_telling(folded(name).split()))

    def alike(self, name: str) -> bool:
        """Whether a known name has the same words, in any order."""
        if name in self._said:
            return True
        self._fold()
        return tuple(sorted(folded(name).split())) in self._whole

    def _fold(self) -> None:
        for name in self._unfolded:
            words = folded(name).split()
            self._whole.add(tuple(sorted(words)))
            self._parts |= _telling(words)
        self._unfolded.clear()


def _telling(words: list[str]) -> set[str]:
    """The words that identify a name: those of letters; initials and particles only if there are no others."""
    of_letters = {word for word in words if not word.isnumeric()}
    return {word for word in of_letters if len(word) > 1 and word not in _PARTICLES} or of_letters
