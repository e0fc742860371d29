"""Every figure of the bundle about pupils, with its persons, before the gate and the audit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from libs.shared.values.absence import CATEGORIES
from services.evaluation_export.disclosure.release import Cell, Figure
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.panel.periods import Period
from services.evaluation_export.products.aggregate.facts import Facts, Persons
from services.evaluation_export.products.aggregate.primary import (
    Off,
    Part,
    dominated,
    mean_days,
    rounded_count,
    share,
    to_digits,
)
from services.evaluation_export.products.aggregate.selected import CODES, OF_CLASSES
from services.evaluation_export.products.aggregate.snapshot import (
    TOTAL,
    Course,
    HalfDays,
    Type,
    in_category,
)

Figures = Mapping[Cell, Figure]

ALL = "all"
GRADES = tuple(map(str, range(11)))
"""Every grade can occur under every variant: rule C-GRADE only mentions the grades in which a type was tried."""
MEANS = (TOTAL, *CATEGORIES)
PUPILS, CLASSES = "pupils", "classes"
SELECTIONS = "selections"
PARTICIPANTS, NON_PARTICIPANTS = "participants", "non_participants"

SECOND = tuple(reversed(MEANS))
"""A single hidden mean of the four follows from the others, so the first printed one of these is hidden with it."""

DOSAGE = (
    "projects", "courses", "planned_met", "share_planned_met", "delivered_met", "share_delivered_met",
    "mean_delivered", "mean_sessions",
)  # fmt: skip


COVERAGE = ("stated", "enrolled", "identified")
"""What is counted of the places in courses."""


@dataclass(frozen=True, slots=True)
class Source:
    """A group of persons, and the figures printed of them for one period.

    ``name`` is the same in every delivery. ``figures`` has the figures by label (``pupils``, a category, a column of
    the dosage table) and ``cells`` the cell of each label. ``values`` are the measured values of each person; empty
    where the persons are only counted.
    """

    period: str
    name: str
    members: Persons
    cells: dict[str, Cell]
    figures: dict[str, Figure]
    values: dict[int, tuple[int | str, ...]] = field(default_factory=dict)


def sources(facts: Facts, rules: DisclosureRules, off: Off = frozenset()) -> list[Source]:
    """All groups of the bundle, each with the figures that the primary rules allow for it."""
    year = facts.snapshot.school_year
    found = []
    for name, cell, members in _groups_counted(facts):
        figures: dict[str, Figure] = {PUPILS: rounded_count(len(members), rules, off)}
        found.append(Source(year, name, members, {PUPILS: cell}, figures))
    for group, code, members in absence_groups(facts):
        for autumn in autumns(facts):
            halves = _half_days(facts, members, autumn)
            cells = {category: ("absence", group, code, autumn, category) for category in MEANS}
            means = _means(list(halves.values()), rules, off)
            found.append(Source(autumn, f"absence/{group}/{code}", members, {**cells}, means, {**halves}))
    for (variant, unit), courses in facts.courses.items():
        members, name = facts.took_part(variant, unit), f"dosage/{variant}/{unit}"
        columns = {column: ("dosage", variant, unit, column) for column in DOSAGE}
        projects = facts.snapshot.projects.get(variant, 0)
        figures = _dosage(courses, len(members), projects, rules, off)
        found.append(Source(year, name, members, {**columns}, figures, _held(courses)))
    found += _coverage(facts, rules, off)
    found += _selections(facts, rules, off)
    return found


def _selections(facts: Facts, rules: DisclosureRules, off: Off) -> Iterator[Source]:
    """The participants of each type, and of all types, by how and why they were selected, with the selected classes."""
    types: dict[str, Persons] = {ALL: facts.flow[0], **{one: frozenset(its) for one, its in facts.first.items()}}
    for letter, members in types.items():
        for code in CODES:
            here = facts.chosen[code] & members
            cell: Cell = (SELECTIONS, letter, code)
            cells: dict[str, Cell] = {PUPILS: cell}
            figures: dict[str, Figure] = {PUPILS: rounded_count(len(here), rules, off)}
            if code in OF_CLASSES:
                cells[CLASSES] = (*cell, CLASSES)
                number = sum(not its.isdisjoint(members) for its in facts.classes[code].values())
                shown = figures[PUPILS] is not None
                figures[CLASSES] = rounded_count(number, rules, off, least=rules.courses) if shown else None
            yield Source(facts.snapshot.school_year, "/".join(cell), here, cells, figures)


def _coverage(facts: Facts, rules: DisclosureRules, off: Off) -> Iterator[Source]:
    """The places of all courses of the year, each number with the persons behind it, so that the gate compares them
    with earlier deliveries.

    A person's values are what the person adds to the number, not what is said about the whole course: a course changes
    for all its pupils when one comes, and the gate would take one person for many. Places that a school stated belong
    to nobody, so what was stated about a person's courses stands for them.
    """
    courses = facts.snapshot.courses
    mine: dict[int, list[int]] = {person: [] for person in facts.flow[0]}
    for one in courses:
        for person in one.persons:
            if person in mine:
                mine[person].append(one.stated or 0)
    for code, members in (("stated", facts.flow[0]), ("enrolled", facts.flow[0]), ("identified", facts.flow[1])):
        number = sum(getattr(one, code) or 0 for one in courses)
        held = [len(mine[person]) for person in members]
        enough = len(members) >= rules.threshold and len(courses) >= rules.courses and not dominated(held, rules)
        places = rounded_count(number, rules, off) if enough or Part.PRIMARY in off else None
        values: dict[int, tuple[int | str, ...]] = {
            person: tuple(sorted(mine[person])) if code == "stated" else (len(mine[person]),) for person in members
        }
        name = f"coverage/{code}"
        yield Source(facts.snapshot.school_year, name, members, {code: ("coverage", code)}, {code: places}, values)


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
    """``all`` and then each variant of the type; a type of one variant has the same figures twice."""
    return (ALL, *(one.variant for one in type_.variants))


def _groups_counted(facts: Facts) -> Iterator[tuple[str, Cell, Persons]]:
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


def _half_days(facts: Facts, members: Persons, autumn: str) -> dict[int, HalfDays]:
    before = autumn == autumns(facts)[0]
    return {one.person: one.before if before else one.after for one in facts.snapshot.persons if one.person in members}


def _means(halves: Sequence[HalfDays], rules: DisclosureRules, off: Off) -> dict[str, Figure]:
    """The means by category. A single hidden mean follows from the three others, so a second one is hidden with it."""
    means: dict[str, Figure] = {
        category: mean_days([in_category(one, category) for one in halves], rules, off) for category in MEANS
    }
    if Part.MEANS not in off and sum(mean is None for mean in means.values()) == 1:
        means[next(category for category in SECOND if means[category] is not None)] = None
    return means


def _dosage(
    courses: Sequence[Course], pupils: int, projects: int, rules: DisclosureRules, off: Off
) -> dict[str, Figure]:
    """The figures of a row about courses: all hidden unless enough pupils took part in enough courses."""
    number = len(courses)
    figures: dict[str, Figure] = dict.fromkeys(DOSAGE)
    if Part.PRIMARY not in off and (pupils < rules.threshold or number < rules.courses):
        return figures
    figures["projects"] = projects
    figures["courses"] = rounded_count(number, rules, off, least=rules.courses)
    met_by = {"planned_met": [one.planned for one in courses], "delivered_met": [one.outcome for one in courses]}
    for column, outcomes in met_by.items():
        met = outcomes.count("met")
        figures[column] = rounded_count(met, rules, off, least=rules.courses)
        figures[f"share_{column}"] = share(met, number, rules, off)
    figures["mean_delivered"] = to_digits(sum((Fraction(one.delivered) for one in courses), Fraction()) / number, 1)
    figures["mean_sessions"] = to_digits(Fraction(sum(one.sessions for one in courses), number), 1)
    return figures


def _held(courses: Sequence[Course]) -> dict[int, tuple[int | str, ...]]:
    """By person, the records of the courses that the person took part in, sorted."""
    held: dict[int, list[str]] = {}
    for one in courses:
        recorded = f"{one.delivered.normalize():f} {one.sessions} {one.planned} {one.outcome}"
        for person in one.persons:
            held.setdefault(person, []).append(recorded)
    return {person: tuple(sorted(recorded)) for person, recorded in held.items()}


def printed(found: Iterable[Source]) -> Figures:
    """Every cell's figure, None where it is hidden."""
    return {cell: source.figures[label] for source in found for label, cell in source.cells.items()}
