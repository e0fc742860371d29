"""The sets of persons behind every number of the bundle."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.evaluation_export.products.aggregate.selected import Persons, chosen, classes
from services.evaluation_export.products.aggregate.snapshot import Course, Participation, Person, Snapshot, Type

__all__ = ["Facts", "First", "Persons", "facts_of"]


@dataclass(frozen=True, slots=True)
class First:
    """The variant that a person began first, and the grade at that start; the person is counted under these."""

    variant: str
    grade: int


@dataclass(frozen=True, slots=True)
class Facts:
    """The sets of persons that the tables count.

    ``first`` has the persons counted under each type, by its letter; no person is in two of these groups. ``several``
    are those whose enrolments of the school year are of more than one type. ``flow`` are the persons left after each
    step of the population flow; the first set is all enrolled persons. ``others`` are the pupils of the same schools
    who took part in nothing and meet the same conditions. ``courses`` are those of a variant and a unit. ``chosen`` has
    the enrolled persons by how and why they were selected, ``classes`` those of each selected class (see ``selected``).
    """

    snapshot: Snapshot
    first: dict[str, dict[int, First]]
    several: Persons
    flow: tuple[Persons, ...]
    others: Persons
    courses: dict[tuple[str, str], tuple[Course, ...]]
    chosen: Mapping[str, Persons]
    classes: Mapping[str, Mapping[int, Persons]]

    @property
    def types(self) -> tuple[Type, ...]:
        """The catalog's types, by letter."""
        return self.snapshot.types

    def analysed(self, letter: str) -> Persons:
        """The persons left after the last step who are counted under the type."""
        return self.flow[-1] & self.first[letter].keys()

    def took_part(self, variant: str, unit: str) -> Persons:
        """The persons who were in a course of the variant and unit, whichever type they are counted under."""
        return frozenset(person for course in self.courses[variant, unit] for person in course.persons)


def facts_of(snapshot: Snapshot, *, partition: bool = True) -> Facts:
    """Divide the persons of the snapshot into the sets.

    A person counts under the type that they began first of all known enrolments, also before the school year. Of types
    begun on the same day, the first letter counts; within the type, the variant begun first (same day: the first code).
    Without ``partition``, which only tests ask for, a person counts under each type of the year.
    """
    letters = {variant.variant: type_.letter for type_ in snapshot.types for variant in type_.variants}
    enrolled = _persons(one for one in snapshot.participations if one.this_year)
    first: dict[str, dict[int, First]] = {type_.letter: {} for type_ in snapshot.types}
    types: dict[int, set[str]] = {}
    placed: set[int] = set()
    for one in sorted(
        snapshot.participations, key=lambda one: (one.start, letters[one.variant], one.variant, one.grade)
    ):
        letter = letters[one.variant]
        if one.this_year:
            types.setdefault(one.person, set()).add(letter)
        is_first = one.person not in placed if partition else one.this_year
        if one.person in enrolled and is_first:
            first[letter].setdefault(one.person, First(one.variant, one.grade))
            placed.add(one.person)
    return Facts(
        snapshot=snapshot,
        first=first,
        several=frozenset(person for person, begun in types.items() if len(begun) > 1),
        flow=_flow(snapshot),
        others=frozenset(one.person for one in snapshot.persons if not one.takes_part and _comparable(one)),
        courses=_courses(snapshot),
        chosen=chosen(snapshot.selected, enrolled),
        classes=classes(snapshot.selected, enrolled),
    )


def _flow(snapshot: Snapshot) -> tuple[Persons, ...]:
    persons = {one.person: one for one in snapshot.persons}
    this_year = [one for one in snapshot.participations if one.this_year]
    autumn = _persons(one for one in this_year if one.autumn)
    enrolled = _persons(this_year)
    with_number = frozenset(one for one in enrolled if persons[one].has_cpr_number)
    ordinary = frozenset(one for one in with_number if persons[one].ordinary)
    in_autumn = ordinary & autumn
    return enrolled, with_number, ordinary, in_autumn, frozenset(one for one in in_autumn if persons[one].measured)


def _courses(snapshot: Snapshot) -> dict[tuple[str, str], tuple[Course, ...]]:
    found: dict[tuple[str, str], list[Course]] = {}
    for one in snapshot.courses:
        found.setdefault((one.variant, one.unit), []).append(one)
    return {key: tuple(courses) for key, courses in sorted(found.items())}


def _persons(participations: Iterable[Participation]) -> Persons:
    return frozenset(one.person for one in participations)


def _comparable(person: Person) -> bool:
    return person.has_cpr_number and person.ordinary and person.measured
