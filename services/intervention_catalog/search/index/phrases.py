"""The phrases of the synonym groups where they stand in a text, each then searched as if it were one word."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from services.intervention_catalog.search.danish.stemming import LANGUAGES, Language, stem

# So many other words may stand between: "støtte til særlige og sociale behov" speaks of "særlige behov".
_BETWEEN = 2
JOIN = "_"


def phrase_key(words: Iterable[str], language: Language) -> str:
    """The name of a phrase in a language, the same for all inflected forms of its words."""
    return JOIN.join(stem(word, language) for word in words)


class Phrases:
    """Immutable: phrases by their first stem."""

    def __init__(self, phrases: Iterable[Sequence[str]]) -> None:
        by_first: dict[tuple[Language, str], set[tuple[str, ...]]] = defaultdict(set)
        for phrase in phrases:
            for language in LANGUAGES:
                stems = tuple(stem(word, language) for word in phrase)
                if len(stems) > 1:
                    by_first[language, stems[0]].add(stems[1:])
        self._by_first = {first: tuple(sorted(those)) for first, those in by_first.items()}

    def found(self, stems: Sequence[str], language: Language) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Every phrase in the stems of a text: its key and the places of its words."""
        for start, first in enumerate(stems):
            for rest in self._by_first.get((language, first), ()):
                places = _places(stems, start, rest)
                if places:
                    yield JOIN.join((first, *rest)), places


def _places(stems: Sequence[str], start: int, rest: Sequence[str]) -> tuple[int, ...]:
    """The places of the words, each the nearest after the one before; empty where too many others stand between."""
    places = [start]
    last = start + len(rest) + _BETWEEN
    for each in rest:
        place = next((at for at in range(places[-1] + 1, min(last, len(stems) - 1) + 1) if stems[at] == each), None)
        if place is None:
            return ()
        places.append(place)
    return tuple(places)
