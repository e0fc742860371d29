"""Finds the phrases of the synonym groups in a text, so that a phrase is indexed as one term."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from services.intervention_catalog.search.danish.stemming import LANGUAGES, Language, stem

# Up to this many other words may stand inside a phrase: "særlige og sociale behov" contains "særlige behov".
_BETWEEN = 2
JOIN = "_"


def phrase_key(words: Iterable[str], language: Language) -> str:
    """The index term of a phrase in a language; the same for all inflections of its words."""
    return JOIN.join(stem(word, language) for word in words)


class Phrases:
    """The phrases, indexed by their first stem. Immutable."""

    def __init__(self, phrases: Iterable[Sequence[str]]) -> None:
        by_first: dict[tuple[Language, str], set[tuple[str, ...]]] = defaultdict(set)
        for phrase in phrases:
            for language in LANGUAGES:
                stems = tuple(stem(word, language) for word in phrase)
                if len(stems) > 1:
                    by_first[language, stems[0]].add(stems[1:])
        self._by_first = {first: tuple(sorted(those)) for first, those in by_first.items()}

    def found(self, stems: Sequence[str], language: Language) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Every phrase in a text given by its stems: the phrase's key and the places of its words."""
        for start, first in enumerate(stems):
            for rest in self._by_first.get((language, first), ()):
                places = _places(stems, start, rest)
                if places:
                    yield JOIN.join((first, *rest)), places


def _places(stems: Sequence[str], start: int, rest: Sequence[str]) -> tuple[int, ...]:
    """The places of the words, each the nearest after the previous one; empty if too many other words intervene."""
    places = [start]
    last = start + len(rest) + _BETWEEN
    for each in rest:
        place = next((at for at in range(places[-1] + 1, min(last, len(stems) - 1) + 1) if stems[at] == each), None)
        if place is None:
            return ()
        places.append(place)
    return tuple(places)
