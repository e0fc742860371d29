"""The audit's own counting of a snapshot: the groups that are small, and the means that rest on few pupils."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.products.aggregate.snapshot import Participation, Person, Selected, Snapshot

Finest = tuple[str, str]
"""The variant and grade under which a person counts."""


@dataclass(frozen=True, slots=True)
class Truth:
    """Persons by the groups under which they count, and the steps at which they leave.

    ``participants`` and ``analysed`` hold persons by letter, variant and grade; ``out`` the number that leaves at each
    step of the flow, from the first; ``reached`` the last step that each person passes; ``several`` the persons of more
    than one type; ``others`` the persons of the comparison group; ``in_courses`` the persons by variant and unit of the
    courses; ``days`` half-days by person, calendar year of the autumn and category; ``places`` those of the courses, as
    these state them. ``chosen`` has the persons of each type by how and why they were selected.
    """

    participants: dict[str, dict[Finest, list[int]]]
    analysed: dict[str, dict[Finest, list[int]]]
    out: tuple[int, ...]
    reached: dict[int, int]
    several: frozenset[int]
    others: tuple[int, ...]
    in_courses: dict[Finest, frozenset[int]]
    courses: dict[tuple[str, str, str], int]
    days: dict[int, dict[str, tuple[int, ...]]]
    places: dict[str, int]
    chosen: dict[tuple[str, str], frozenset[int]]

    def all_analysed(self, letter: str) -> list[int]:
        """The persons of a type whose absence is compared."""
        return [one for persons in self.analysed[letter].values() for one in persons]

    def half_days(self, persons: Iterable[int], year: str, parts: Collection[int]) -> list[int]:
        """Each person's half-days in the categories named by ``parts``."""
        return [sum(self.days[one][year][part] for part in parts) for one in persons]

    def half_days_by_category(self, persons: Iterable[int], year: str) -> list[int]:
        """All persons' half-days together, by category."""
        return [sum(column) for column in zip(*(self.days[one][year] for one in persons), strict=True)]


def count(snapshot: Snapshot) -> Truth:
    """Sorts all persons. A person counts under the first of all known enrolments, by day, letter, variant and grade."""
    letters = {variant.variant: type_.letter for type_ in snapshot.types for variant in type_.variants}
    first: dict[int, Participation] = {}
    for one in snapshot.participations:
        before = first.get(one.person)
        if before is None or _order(one, letters) < _order(before, letters):
            first[one.person] = one
    persons = {one.person: one for one in snapshot.persons}
    this_year = [one for one in snapshot.participations if one.this_year]
    flow = _flow(persons, this_year)
    type_of = {one: letters[first[one].variant] for one in flow[0]}
    return Truth(
        participants=_sorted(flow[0], first, letters, snapshot),
        analysed=_sorted(flow[-1], first, letters, snapshot),
        out=tuple(len(before) - len(after) for before, after in pairwise(flow)),
        reached={one: sum(one in left for left in flow) - 1 for one in flow[0]},
        several=_several(this_year, letters),
        others=tuple(one.person for one in snapshot.persons if not one.takes_part and _compared(one)),
        in_courses=_in_courses(snapshot),
        courses=_courses(snapshot),
        days={one.person: _days(one, snapshot) for one in snapshot.persons},
        places={
            code: sum(getattr(one, code) or 0 for one in snapshot.courses)
            for code in ("stated", "enrolled", "identified")
        },
        chosen=_chosen(snapshot, type_of),
    )


def rests_on_few(half_days: Collection[int], rules: DisclosureRules) -> bool:
    """Whether a mean may not be shown: too few pupils, too few whose value is not the commonest, or one dominates.

    One dominates if all but the two largest add up to less than p per cent of the largest (p %-rule).
    """
    commonest = max(Counter(half_days).values(), default=0)
    if len(half_days) - commonest < rules.threshold:
        return True
    largest, second = sorted(half_days)[-1:-3:-1]
    return 100 * (sum(half_days) - largest - second) < rules.p * largest


def _order(one: Participation, letters: dict[str, str]) -> tuple[str, str, str, int]:
    return one.start, letters[one.variant], one.variant, one.grade


def _flow(persons: dict[int, Person], this_year: list[Participation]) -> list[frozenset[int]]:
    enrolled = frozenset(one.person for one in this_year)
    autumn = frozenset(one.person for one in this_year if one.autumn)
    with_number = frozenset(one for one in enrolled if persons[one].has_cpr_number)
    ordinary = frozenset(one for one in with_number if persons[one].ordinary)
    in_autumn = ordinary & autumn
    return [enrolled, with_number, ordinary, in_autumn, frozenset(one for one in in_autumn if persons[one].measured)]


def _sorted(
    members: frozenset[int], first: dict[int, Participation], letters: dict[str, str], snapshot: Snapshot
) -> dict[str, dict[Finest, list[int]]]:
    found: dict[str, dict[Finest, list[int]]] = {type_.letter: {} for type_ in snapshot.types}
    for person in sorted(members):
        one = first[person]
        found[letters[one.variant]].setdefault((one.variant, str(one.grade)), []).append(person)
    return found


def _several(this_year: list[Participation], letters: dict[str, str]) -> frozenset[int]:
    types: dict[int, set[str]] = {}
    for one in this_year:
        types.setdefault(one.person, set()).add(letters[one.variant])
    return frozenset(person for person, found in types.items() if len(found) > 1)


def _compared(person: Person) -> bool:
    return person.has_cpr_number and person.ordinary and person.measured


def _in_courses(snapshot: Snapshot) -> dict[Finest, frozenset[int]]:
    found: dict[Finest, set[int]] = {}
    for course in snapshot.courses:
        found.setdefault((course.variant, course.unit), set()).update(course.persons)
    return {place: frozenset(persons) for place, persons in found.items()}


def _courses(snapshot: Snapshot) -> dict[tuple[str, str, str], int]:
    found: Counter[tuple[str, str, str]] = Counter()
    for one in snapshot.courses:
        found[one.variant, one.unit, "courses"] += 1
        found[one.variant, one.unit, "planned_met"] += one.planned == "met"
        found[one.variant, one.unit, "delivered_met"] += one.outcome == "met"
    return dict(found)


def _chosen(snapshot: Snapshot, type_of: Mapping[int, str]) -> dict[tuple[str, str], frozenset[int]]:
    found: dict[tuple[str, str], set[int]] = {}
    for one in snapshot.selected:
        if one.person in type_of:
            for code in _codes(one):
                found.setdefault((type_of[one.person], code), set()).add(one.person)
    return {place: frozenset(persons) for place, persons in found.items()}


def _codes(one: Selected) -> Iterator[str]:
    yield from ("selected", one.kind, *one.reasons)
    if one.designated:
        yield "designated"


def _days(person: Person, snapshot: Snapshot) -> dict[str, tuple[int, ...]]:
    year = int(snapshot.school_year[:4])
    return {str(year - 1): person.before, str(year): person.after}
