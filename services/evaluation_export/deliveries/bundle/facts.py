"""Who is counted where: the sets of persons behind every number of the bundle."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.evaluation_export.deliveries.snapshot import Participation, Person, Snapshot, Type

Persons = frozenset[int]


@dataclass(frozen=True, slots=True)
class First:
    """A person's first participation in a type: what the person is counted under in it."""

    variant: str
    grade: int


@dataclass(frozen=True, slots=True)
class Facts:
    """The sets. ``flow`` are the persons left after each step of the population flow, the first being all enrolled.

    ``analysed`` are, by letter of the type, those of the last step who took part in that type in the autumn;
    ``others`` the pupils of the same schools who took part in nothing and meet the same conditions.
    """

    snapshot: Snapshot
    first: dict[str, dict[int, First]]
    in_variant: dict[str, Persons]
    flow: tuple[Persons, ...]
    analysed: dict[str, Persons]
    others: Persons

    @property
    def types(self) -> tuple[Type, ...]:
        """The catalog's types, by letter."""
        return self.snapshot.types


def facts_of(snapshot: Snapshot) -> Facts:
    """Sort everybody into the sets."""
    letters = {variant.variant: type_.letter for type_ in snapshot.types for variant in type_.variants}
    ordered = sorted(snapshot.participations, key=lambda one: (one.start, one.variant, one.grade, one.person))
    first: dict[str, dict[int, First]] = {type_.letter: {} for type_ in snapshot.types}
    for one in ordered:
        first[letters[one.variant]].setdefault(one.person, First(one.variant, one.grade))
    flow = _flow(snapshot)
    return Facts(
        snapshot=snapshot,
        first=first,
        in_variant={variant: _of(one for one in ordered if one.variant == variant) for variant in letters},
        flow=flow,
        analysed={
            letter: _of(one for one in ordered if one.autumn and letters[one.variant] == letter) & flow[-1]
            for letter in first
        },
        others=frozenset(one.person for one in snapshot.persons if not one.takes_part and _comparable(one)),
    )


def _flow(snapshot: Snapshot) -> tuple[Persons, ...]:
    persons = {one.person: one for one in snapshot.persons}
    autumn = _of(one for one in snapshot.participations if one.autumn)
    enrolled = _of(snapshot.participations)
    with_number = frozenset(one for one in enrolled if persons[one].has_cpr_number)
    ordinary = frozenset(one for one in with_number if persons[one].ordinary)
    in_autumn = ordinary & autumn
    return enrolled, with_number, ordinary, in_autumn, frozenset(one for one in in_autumn if persons[one].measured)


def _of(participations: Iterable[Participation]) -> Persons:
    return frozenset(one.person for one in participations)


def _comparable(person: Person) -> bool:
    return person.has_cpr_number and person.ordinary and person.measured
