"""Every figure of the bundle about pupils, with the persons behind it, before the gate and the audit look at it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from services.evaluation_export.deliveries.bundle.facts import Facts, Persons
from services.evaluation_export.deliveries.bundle.primary import (
    Off,
    Part,
    mean_days,
    rounded_count,
    share,
    to_digits,
)
from services.evaluation_export.deliveries.domain import Period
from services.evaluation_export.deliveries.snapshot import Course, HalfDays, Type
from services.evaluation_export.disclosure.release import Cell, Figure
from services.evaluation_export.disclosure.rules import DisclosureRules

ALL = "all"
GRADES = tuple(map(str, range(11)))
"""Every grade can occur under every variant: rule C-GRADE only notes the grades a type was tried in."""
CATEGORIES = {"total": (0, 1, 2), "illness": (0,), "authorised": (1,), "unauthorised": (2,)}
PUPILS = "pupils"
PARTICIPANTS, NON_PARTICIPANTS = "participants", "non_participants"

SECOND = ("unauthorised", "authorised", "illness", "total")
"""Where one of four means is hidden, the three others give it: the first of these that is printed is hidden too."""

DOSAGE = (
    "projects", "courses", "planned_met", "share_planned_met", "delivered_met", "share_delivered_met",
    "mean_delivered", "mean_sessions",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """Some persons, and the figures printed of them for one period.

    ``name`` is the same in every delivery. ``figures`` has them by label (``pupils``, a category, a column of the
    dosage) and ``cells`` where each stands. ``values`` is what was measured of each person, as text; empty where the
    persons are only counted.
    """

    period: str
    name: str
    members: Persons
    cells: dict[str, Cell]
    figures: dict[str, Figure]
    values: dict[int, str] = field(default_factory=dict)


def sources(facts: Facts, rules: DisclosureRules, off: Off = frozenset()) -> list[Source]:
    """All of them, each with what may be printed of it by itself."""
    year = facts.snapshot.school_year
    found = []
    for name, cell, members in _counted(facts):
        figures: dict[str, Figure] = {PUPILS: rounded_count(len(members), rules, off)}
        found.append(Source(year, name, members, {PUPILS: cell}, figures))
    for group, code, members in absence_groups(facts):
        found += [_means(facts, group, code, members, autumn, rules, off) for autumn in autumns(facts)]
    found += [_dosage(facts, *key, courses, rules, off) for key, courses in facts.courses.items()]
    return found


def absence_groups(facts: Facts) -> Iterator[tuple[str, str, Persons]]:
    """The groups whose absence is compared: all participants, each type's, and the others at their schools."""
    yield PARTICIPANTS, ALL, facts.flow[-1]
    for type_ in facts.types:
        yield PARTICIPANTS, type_.code, facts.analysed(type_.letter)
    yield NON_PARTICIPANTS, ALL, facts.others


def autumns(facts: Facts) -> tuple[str, str]:
    """The calendar years of the autumns before and after."""
    first = Period(facts.snapshot.school_year).first_year
    return str(first - 1), str(first)


def variants_of(type_: Type) -> tuple[str, ...]:
    """All of them together first, then each; a type of one variant has the same figures twice."""
    return (ALL, *(one.variant for one in type_.variants))


def _counted(facts: Facts) -> Iterator[tuple[str, Cell, Persons]]:
    """The name, the cell and the persons of every count of pupils."""
    for type_ in facts.types:
        first = facts.first[type_.letter]
        for variant in variants_of(type_):
            for grade in (ALL, *GRADES):
                here = frozenset(
                    person
                    for person, one in first.items()
                    if variant in (ALL, one.variant) and grade in (ALL, str(one.grade))
                )
                cell = (PARTICIPANTS, type_.letter, variant, grade)
                yield "/".join(cell), cell, here
    for step, left in enumerate(facts.flow):
        if step:
            before = facts.flow[step - 1]
            yield f"flow/in/{step}", ("flow", "in", str(step)), before
            yield f"flow/out/{step}", ("flow", "out", str(step)), before - left
        yield f"flow/left/{step}", ("flow", "left", str(step)), left
    yield "several_types", ("several_types",), facts.several
    for group, code, members in absence_groups(facts):
        yield f"absence/{group}/{code}", ("absence", group, code, PUPILS), members


def _means(
    facts: Facts, group: str, code: str, members: Persons, autumn: str, rules: DisclosureRules, off: Off
) -> Source:
    before = autumn == autumns(facts)[0]
    halves: dict[int, HalfDays] = {
        one.person: one.before if before else one.after for one in facts.snapshot.persons if one.person in members
    }
    figures: dict[str, Figure] = {
        category: mean_days([sum(one[part] for part in parts) for one in halves.values()], rules, off)
        for category, parts in CATEGORIES.items()
    }
    if Part.MEANS not in off and sum(figure is None for figure in figures.values()) == 1:
        figures[next(category for category in SECOND if figures[category] is not None)] = None
    return Source(
        autumn,
        f"absence/{group}/{code}",
        members,
        {category: ("absence", group, code, autumn, category) for category in CATEGORIES},
        figures,
        {person: " ".join(map(str, one)) for person, one in halves.items()},
    )


def _dosage(
    facts: Facts, variant: str, unit: str, courses: tuple[Course, ...], rules: DisclosureRules, off: Off
) -> Source:
    """The figures of a row about courses: all hidden unless enough pupils took part in enough courses."""
    members, number = facts.took_part(variant, unit), len(courses)
    figures: dict[str, Figure] = dict.fromkeys(DOSAGE)
    if Part.PRIMARY in off or (len(members) >= rules.threshold and number >= rules.courses):
        figures["projects"] = facts.snapshot.projects.get(variant, 0)
        figures["courses"] = rounded_count(number, rules, off, least=rules.courses)
        planned = sum(one.planned == "met" for one in courses)
        delivered = sum(one.outcome == "met" for one in courses)
        for column, met in (("planned_met", planned), ("delivered_met", delivered)):
            figures[column] = rounded_count(met, rules, off, least=rules.courses)
            figures[f"share_{column}"] = share(met, number, rules, off)
        total = sum((Fraction(one.delivered) for one in courses), Fraction())
        figures["mean_delivered"] = to_digits(total / number, 1)
        figures["mean_sessions"] = to_digits(Fraction(sum(one.sessions for one in courses), number), 1)
    return Source(
        facts.snapshot.school_year,
        f"dosage/{variant}/{unit}",
        members,
        {column: ("dosage", variant, unit, column) for column in DOSAGE},
        figures,
        _held(courses),
    )


def _held(courses: tuple[Course, ...]) -> dict[int, str]:
    """By person, what the courses that the person took part in are recorded with, in one order."""
    held: dict[int, list[str]] = {}
    for one in courses:
        recorded = f"{one.delivered.normalize():f} {one.sessions} {one.planned} {one.outcome}"
        for person in one.persons:
            held.setdefault(person, []).append(recorded)
    return {person: "; ".join(sorted(recorded)) for person, recorded in held.items()}


def printed(found: list[Source], hidden: frozenset[Cell]) -> Mapping[Cell, Figure]:
    """Every cell's figure, None where it is hidden."""
    return {
        cell: None if cell in hidden else source.figures[label]
        for source in found
        for label, cell in source.cells.items()
    }
