"""Whether written names may be one child's. Pure; nothing here is stored or shown."""

import unicodedata
from collections.abc import Iterable

_PARTICLES = frozenset({"af", "al", "da", "de", "del", "den", "der", "di", "du", "el", "la", "van", "von"})
"""Particles that many names contain, so that they do not identify anybody."""


def folded(name: str) -> str:
    """The name as it is compared: composed (NFC), case folded, its words apart by one blank, in their order."""
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    # Letters with their marks, and numbers; hyphens, full stops and apostrophes part words.
    kept = (sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in composed)
    return " ".join("".join(kept).split())


class Names:
    """The names a pupil is known by, held against another one."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._said: set[str] = set()
        self._whole: set[tuple[str, ...]] = set()
        self._parts: set[str] = set()
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Know one more."""
        if name in self._said:  # nearly always: a pupil's rows have one name
            return
        self._said.add(name)
        words = folded(name).split()
        self._whole.add(tuple(sorted(words)))
        self._parts |= _telling(words)

    def agree(self, name: str) -> bool:
        """Whether a part of the name stands in a known one: names change by parts, at a marriage or by a nickname."""
        return name in self._said or not self._parts.isdisjoint(_telling(folded(name).split()))

    def alike(self, name: str) -> bool:
        """Whether a known name has the same words, in whatever order."""
        return name in self._said or tuple(sorted(folded(name).split())) in self._whole


def _telling(words: list[str]) -> set[str]:
    """The words by which a name is recognised: of letters; initials and particles only if there are no others."""
    of_letters = {word for word in words if not word.isnumeric()}
    return {word for word in of_letters if len(word) > 1 and word not in _PARTICLES} or of_letters
