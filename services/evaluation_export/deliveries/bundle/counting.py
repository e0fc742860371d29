"""Every count of the bundle that a group of pupils stands behind, and how the counts are linked."""

from services.evaluation_export.deliveries.bundle.facts import Facts
from services.evaluation_export.deliveries.snapshot import Type
from services.evaluation_export.disclosure.counts import Key, LinkedCounts, Standing

ALL = "all"
GRADES = tuple(range(11))

# What is given up first where there is a choice: a grade before a total, the flow before a type's participants.
_GRADE, _TYPE_GRADE, _MEASURED, _VARIANT, _FLOW, _TYPE = range(1, 7)


def participants(type_: Type, variant: str = ALL, grade: str = ALL) -> Key:
    """Distinct participants of a type, by variant and grade; a type of one variant is that variant."""
    if len(type_.variants) == 1:
        variant = type_.variants[0].variant
    return ("participants", type_.letter, variant, grade)


def left(step: int) -> Key:
    """Those left after a step of the population flow; 0 is everybody enrolled."""
    return ("flow", "left", str(step))


def out(step: int) -> Key:
    """Those who leave at a step."""
    return ("flow", "out", str(step))


def analysed(type_: Type) -> Key:
    """Participants of a type whose absence is compared."""
    return ("analysed", type_.letter)


OTHERS: Key = ("analysed", "non_participants")


def count(facts: Facts) -> LinkedCounts:
    """All counts with their links."""
    counts = LinkedCounts()
    for type_ in facts.types:
        _participants(counts, facts, type_)
    _flow(counts, facts)
    last = len(facts.flow) - 1
    for type_ in facts.types:
        counts.add(analysed(type_), len(facts.analysed[type_.letter]), keep=_MEASURED)
        counts.nest(participants(type_), analysed(type_), ("not analysed", type_.letter))
        counts.nest(left(0), participants(type_), ("in other types only", type_.letter))
        counts.nest(left(last), analysed(type_), ("analysed in other types only", type_.letter))
    _overlap(counts, left(0), [participants(type_) for type_ in facts.types])
    _overlap(counts, left(last), [analysed(type_) for type_ in facts.types])
    counts.add(OTHERS, len(facts.others), keep=_FLOW)
    return counts


def _participants(counts: LinkedCounts, facts: Facts, type_: Type) -> None:
    found = facts.first[type_.letter].values()
    variants = [variant.variant for variant in type_.variants]
    for variant in variants:
        for grade in GRADES:
            here = sum(one.variant == variant and one.grade == grade for one in found)
            counts.add(participants(type_, variant, str(grade)), here, keep=_GRADE)
        own = [participants(type_, variant, str(grade)) for grade in GRADES]
        keep = _VARIANT if len(variants) > 1 else _TYPE
        whole = counts.add(participants(type_, variant), sum(map(counts.value, own)), keep=keep)
        counts.link(whole, own)
    if len(variants) == 1:
        return
    for grade in GRADES:
        parts = [participants(type_, variant, str(grade)) for variant in variants]
        whole = counts.add(participants(type_, ALL, str(grade)), sum(map(counts.value, parts)), keep=_TYPE_GRADE)
        counts.link(whole, parts)
    total = counts.add(participants(type_), len(found), keep=_TYPE)
    counts.link(total, [participants(type_, variant) for variant in variants])
    counts.link(total, [participants(type_, ALL, str(grade)) for grade in GRADES])


def _flow(counts: LinkedCounts, facts: Facts) -> None:
    counts.add(left(0), len(facts.flow[0]), keep=_FLOW)
    for step in range(1, len(facts.flow)):
        counts.add(left(step), len(facts.flow[step]), keep=_FLOW)
        counts.add(out(step), len(facts.flow[step - 1]) - len(facts.flow[step]), keep=_FLOW)
        counts.link(left(step - 1), (left(step), out(step)))


def _overlap(counts: LinkedCounts, persons: Key, types: list[Key]) -> None:
    """The types' counts add up to the persons and those counted more than once.

    How many take part in several types is printed nowhere. But somebody who knows the schools may know that nobody
    does, so nought is taken as known; another number is unknown, and must not follow from the rest if it is small.
    """
    together: Key = ("summed over types", *persons)
    counts.add(together, sum(map(counts.value, types)), Standing.DERIVED)
    counts.link(together, types)
    more = counts.value(together) - counts.value(persons)
    standing = Standing.DERIVED if more else Standing.KNOWN
    again = counts.add(("in several types", *persons), more, standing)
    counts.link(together, (persons, again))
