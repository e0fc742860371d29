"""The planted cases by part and seed. Each is a list of populations, which are released in this order."""

import random
from collections.abc import Callable, Mapping
from dataclasses import replace

from services.evaluation_export.products.aggregate.primary import Part
from services.evaluation_export.products.aggregate.snapshot import HalfDays
from tests.disclosure.attacker.reading import ALL, AUTUMNS, CATEGORIES, TOTAL
from tests.disclosure.judge import Truth
from tests.disclosure.planted.stage import LATER, Stage, plenty
from tests.disclosure.populations import Population
from tests.disclosure.worlds import FIRST_YEAR, Pupil


def primary(seed: int) -> list[Population]:
    """A few pupils of a type in a grade of their own, or the only ones in a type, or the only ones who leave
    the flow, or the only ones who are marked as designated.
    """
    stage = Stage("primary", seed)
    stage.background()
    few = stage.pupils(stage.chance.randint(1, 4), grade=stage.chance.choice((2, 3)))
    match seed % 4:
        case 0:
            stage.course("A1", few)
        case 1:
            stage.course("C", few)
        case 2:
            group = stage.pupils(stage.chance.randint(20, 30), grade=4)
            stage.course("C", group)
            stage.select(group, "class", reasons=["lost_teaching"], designated=len(few))
        case _:
            stage.course("B", few)
            for pupil in few:
                pupil.has_cpr_number = False
    return [stage.population()]


def rounding(seed: int) -> list[Population]:
    """Exact counts of a group and of nearly all of it reveal the other one or two; rounded counts leave many
    possibilities. Or a group is selected but for one or two.
    """
    stage = Stage("rounding", seed)
    stage.background()
    if seed % 3 == 2:
        group = stage.pupils(stage.chance.randint(18, 22), grade=1)
        stage.course("C", group)
        stage.select(group[stage.chance.randint(1, 2) :], "group")
        return [stage.population()]
    left, parts = stage.chance.randint(1, 2), stage.chance.randint(2, 4)
    while True:
        sizes = [stage.chance.randint(8, 30) for _ in range(parts)]
        printed = [(size + 2) // 5 * 5 for size in sizes]
        if (sum(sizes) + left + 2) // 5 * 5 + 2 - sum(printed) + 2 * parts >= 6:
            break
    groups = [stage.pupils(size, grade=number) for number, size in enumerate([*sizes, left])]
    stage.course("C", [pupil for group in groups for pupil in group])
    return [stage.population()]


def means(seed: int) -> list[Population]:
    """A mean of unauthorised absence that has one to four contributors, or that one pupil dominates."""
    stage = Stage("means", seed)
    stage.background()
    size, contributors = stage.chance.randint(12, 40), stage.chance.randint(1, 4)
    group = stage.pupils(size, grade=3)
    for number, pupil in enumerate(group):
        for autumn, (illness, authorised, _) in pupil.half_days.items():
            if seed % 2:
                few = stage.chance.randint(1, 6) if number < contributors else 0
            else:
                few = 120 if number == 0 else 1 if number < 7 else 0
            pupil.half_days[autumn] = illness, authorised, few
    stage.course("C", group)
    return [stage.population()]


def partition(seed: int) -> list[Population]:
    """One to three pupils in two types whose pupils have hardly any unauthorised absence.

    If they are counted in both types, they are the intersection of the two. Counting them in the second type changes
    none of its printed figures, so an audit that assumes a partition sees nothing unusual.
    """
    for attempt in range(10_000):
        stage = Stage("partition", seed, attempt)
        chance, both = stage.chance, stage.chance.randint(1, 3)
        second = stage.pupils(chance.randint(18, 22 - both), grade=3, days=_hardly(0))
        first = stage.pupils(chance.randint(38 - len(second), 22), grade=2, days=_hardly(0))
        for group in (first, second):
            for pupil in chance.sample(group[both:], 5):
                pupil.half_days = {autumn: (one[0], one[1], 1) for autumn, one in pupil.half_days.items()}
        for pupil in first[:both]:
            pupil.half_days = {autumn: _middle(second, autumn) for autumn in pupil.half_days}
        stage.course("A1", first)
        stage.course("B", [*second, *first[:both]], start=LATER)
        for pupil in first[:both]:
            pupil.enrolments[-1] = replace(pupil.enrolments[-1], grade=3)
        population = stage.population()
        if _printed(Truth(population.snapshot)) == _printed(Truth(population.snapshot, overlapping=True)):
            return [population]
    raise AssertionError(f"no such case found for {seed}")


def _hardly(unauthorised: int) -> Callable[[random.Random], HalfDays]:
    def days(chance: random.Random) -> HalfDays:
        return (*plenty(chance)[:2], unauthorised)

    return days


def _middle(group: list[Pupil], autumn: int) -> HalfDays:
    illness, authorised = (round(sum(one.half_days[autumn][kind] for one in group) / len(group)) for kind in (0, 1))
    return illness, authorised, 0


def _printed(truth: Truth) -> list[object]:
    found: list[object] = []
    for letter in (ALL, "A", "B"):
        found.append((truth.count(("absence", letter)) + 2) // 5)
        for autumn in AUTUMNS:
            for category in (TOTAL, *CATEGORIES):
                half_days = sum(truth.half_days(truth.groups[letter], autumn, category))
                found += [(10 * half_days + len(truth.groups[letter])) // (2 * len(truth.groups[letter]))]
                found.append(truth.weak(letter, autumn, category))
    return found


def audit(seed: int) -> list[Population]:
    """Rounded counts that together leave one or two pupils, though each is safe: in a grade, or in a type of those who
    were selected; or a few pupils in a type with little absence.
    """
    stage = Stage("audit", seed)
    stage.background()
    chance = stage.chance
    if seed % 3 == 2:
        for variant, many in (("A1", 5), ("B", 5), ("C", chance.randint(1, 2))):
            group = stage.pupils(chance.randint(15, 25), grade=3)
            stage.course(variant, group)
            stage.select(group[:many])
        return [stage.population()]
    if seed % 2:
        parts = chance.randint(2, 4)
        for grade in range(parts):
            stage.course("C", stage.pupils(5, grade=grade))
        stage.course("C", stage.pupils(chance.randint(1, 2), grade=parts))
    else:
        many = stage.pupils(chance.randint(18, 27), grade=1, days=_hardly(0))
        few = stage.pupils(chance.randint(1, 3), grade=2, days=_hardly(0))
        for pupil in (*chance.sample(many, 5), few[0]):
            pupil.half_days = {autumn: (one[0], one[1], 1) for autumn, one in pupil.half_days.items()}
        stage.course("C", [*many, *few])
    return [stage.population()]


def gate(seed: int) -> list[Population]:
    """Two releases, between which one to three pupils come, go, are corrected or are marked as designated; also in
    neighbouring school years.
    """
    stage = Stage("gate", seed)
    chance = stage.chance
    stage.background()
    group = stage.pupils(chance.randint(9, 14), grade=1)
    few = stage.pupils(chance.randint(1, 3), grade=1)
    kind = seed % 5
    stage.course("C", group if kind == 0 else [*group, *few])
    if kind == 4:
        stage.select(stage.in_courses_of("A1"), "class", reasons=["shared_need"], designated=12)
    releases = [stage.population()]
    match kind:
        case 0:
            stage.course("C", few)
        case 1:
            for pupil in few:
                pupil.enrolments = []
        case 4:
            group = stage.in_courses_of("A1")
            stage.select(group, "class", reasons=["shared_need"], designated=12 + len(few))
        case 2:
            for pupil in few:
                pupil.half_days = {autumn: plenty(chance) for autumn in pupil.half_days}
        case _:
            stage.course("C", group, start=f"{FIRST_YEAR + 1}-08-15", year=FIRST_YEAR + 1)
            stage.course("A1", stage.pupils(30, grade=6), start=f"{FIRST_YEAR + 1}-08-15", year=FIRST_YEAR + 1)
            return [*releases, stage.population(FIRST_YEAR + 1)]
    return [*releases, stage.population()]


CASES: Mapping[Part, Callable[[int], list[Population]]] = {
    Part.PRIMARY: primary,
    Part.ROUNDING: rounding,
    Part.MEANS: means,
    Part.PARTITION: partition,
    Part.AUDIT: audit,
    Part.GATE: gate,
}
