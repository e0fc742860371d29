"""Checks that a term is in one synonym group only and that a group has at least two terms."""

from collections import defaultdict
from collections.abc import Iterator

from services.intervention_catalog.content.checks.fault import Fault, FaultKind
from services.intervention_catalog.content.files import Content
from services.intervention_catalog.content.words import words_in


def synonym_faults(content: Content) -> Iterator[Fault]:
    """A fault for each duplicate id, group with fewer than two terms, term without a word, and term in two groups.

    Terms are compared by their folded words: ``Øvelse`` equals ``oevelse``.
    """
    groups: dict[str, int] = defaultdict(int)
    places: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for group in content.synonyms.synonyms:
        groups[group.id] += 1
        place = f"synonyms[{group.id}]"
        if len(group.terms) + len(group.broader) < 2:
            yield _fault(place, "has one term, and so says nothing")
        for term in (*group.terms, *group.broader):
            if not _words_of(term):
                yield _fault(place, f"the term “{term}” has no word")
        for term in group.terms:
            if _words_of(term):
                places[_words_of(term)].append(group.id)
        for term in group.broader:
            if _words_of(term) in map(_words_of, group.terms):
                yield _fault(place, f"the term “{term}” is broader than itself")
    for name, times in groups.items():
        if times > 1:
            yield _fault(f"synonyms[{name}]", f"stands {times} times")
    for words, where in places.items():
        if len(where) > 1:
            yield _fault(f"synonyms[{where[0]}]", f"the term “{' '.join(words)}” stands also in {', '.join(where[1:])}")


def _words_of(term: str) -> tuple[str, ...]:
    return tuple(each.word for each in words_in(term))


def _fault(place: str, sentence: str) -> Fault:
    return Fault(FaultKind.SYNONYM, place, sentence)
