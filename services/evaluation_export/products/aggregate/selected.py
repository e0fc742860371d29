"""How and why participants were selected: the persons, and the classes, behind each row of the table ``selections``."""

from collections.abc import Iterable, Mapping

from services.evaluation_export.disclosure.codes import REASONS
from services.evaluation_export.products.aggregate.snapshot import Selected

Persons = frozenset[int]

SELECTED, WITH_CLASS, DESIGNATED = "selected", "class", "designated"
OF_CLASSES = (WITH_CLASS, *REASONS)
"""The codes that are about whole classes, so that classes are counted beside pupils."""
CODES = (SELECTED, "pupil", "group", *OF_CLASSES, DESIGNATED)


def chosen(selected: Iterable[Selected], among: Persons) -> Mapping[str, Persons]:
    """The persons of ``among`` by code. A person may have several, such as two reasons."""
    found: dict[str, set[int]] = {code: set() for code in CODES}
    for one in selected:
        if one.person in among:
            for code in codes_of(one):
                found[code].add(one.person)
    return {code: frozenset(persons) for code, persons in found.items()}


def classes(selected: Iterable[Selected], among: Persons) -> Mapping[str, Mapping[int, Persons]]:
    """By code about classes, the selected classes with their persons of ``among``."""
    found: dict[str, dict[int, set[int]]] = {code: {} for code in OF_CLASSES}
    for one in selected:
        if one.class_ is not None and one.person in among:
            for code in codes_of(one):
                if code in found:
                    found[code].setdefault(one.class_, set()).add(one.person)
    return {code: {number: frozenset(persons) for number, persons in its.items()} for code, its in found.items()}


def codes_of(one: Selected) -> tuple[str, ...]:
    """The codes under which a decision counts its person."""
    return (SELECTED, one.kind, *one.reasons, *((DESIGNATED,) if one.designated else ()))
