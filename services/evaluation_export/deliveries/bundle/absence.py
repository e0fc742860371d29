"""Table 2: half-year absence before and after, of participants and of other pupils at their schools."""

from collections.abc import Iterator
from fractions import Fraction

from services.evaluation_export.deliveries.bundle.counting import ALL, OTHERS, analysed, left
from services.evaluation_export.deliveries.bundle.facts import Facts, Persons
from services.evaluation_export.deliveries.bundle.sheets import (
    NOBODY,
    SUPPRESSED,
    Column,
    Row,
    Sheet,
    reason_column,
    rounded,
)
from services.evaluation_export.deliveries.domain import Period
from services.evaluation_export.deliveries.snapshot import HalfDays
from services.evaluation_export.disclosure.counts import Key

CATEGORIES = {"total": (0, 1, 2), "illness": (0,), "authorised": (1,), "unauthorised": (2,)}

SHEET = Sheet(
    "absence",
    "data/",
    "Fravær i efterårshalvåret (august–december) før og efter, i dage",
    "Absence in the autumn half-year (August–December) before and after, in days",
    (
        Column("school_year", "text", "", "Skoleår", "School year"),
        Column(
            "group",
            "text",
            "code",
            "participants: deltagere, der begyndte før 1. januar; non_participants: elever på de "
            "samme skoler, der ikke "
            "deltog i noget i skoleåret og opfylder de samme betingelser",
            "participants: those who began before 1 January; non_participants: pupils of the same "
            "schools who took part "
            "in nothing in the school year and meet the same conditions",
        ),
        Column("intervention_type", "text", "code", "Indsatstype; »all« er alle", "Intervention type; 'all' is all"),
        Column(
            "autumn",
            "text",
            "code",
            "before: efteråret før skoleåret; after: skoleårets eget efterår",
            "before: the autumn before the school year; after: the school year's own autumn",
        ),
        Column("autumn_year", "whole", "year", "Efterårets kalenderår", "The autumn's calendar year"),
        Column(
            "category",
            "text",
            "code",
            "illness: sygdom, authorised: lovligt, unauthorised: ulovligt, total: summen",
            "Absence by illness, authorised, unauthorised, and their sum (total)",
        ),
        Column(
            "pupils",
            "whole",
            "pupils",
            "Elever med begge efterår fuldt indberettet (alle ti måneder på elevens skole); de samme før og efter",
            "Pupils with both autumns fully reported (all ten months of the pupil's school); the same before and after",
        ),
        Column(
            "mean_days",
            "decimal",
            "days",
            "Gennemsnitligt antal fraværsdage pr. elev, to decimaler. En måned uden indberetning er ukendt, aldrig nul",
            "Mean days of absence per pupil, two decimals. A month not reported is unknown, never zero",
        ),
        reason_column(),
    ),
)


def rows(facts: Facts, values: dict[Key, int | None]) -> list[Row]:
    """One row per group, type, autumn and category. A group whose number is hidden has no mean either."""
    period = Period(facts.snapshot.school_year)
    persons = {one.person: one for one in facts.snapshot.persons}
    made: list[Row] = []
    for group, code, key, members in _groups(facts):
        for autumn, year in (("before", period.first_year - 1), ("after", period.first_year)):
            halves = [persons[one].before if autumn == "before" else persons[one].after for one in members]
            for category, parts in CATEGORIES.items():
                pupils = values[key]
                made.append(
                    {
                        "school_year": facts.snapshot.school_year,
                        "group": group,
                        "intervention_type": code,
                        "autumn": autumn,
                        "autumn_year": year,
                        "category": category,
                        "pupils": pupils,
                        "mean_days": rounded(_mean(halves, parts)) if pupils else None,
                        "missing_reason": SUPPRESSED if pupils is None else None if pupils else NOBODY,
                    }
                )
    return made


def _groups(facts: Facts) -> Iterator[tuple[str, str, Key, Persons]]:
    yield "participants", ALL, left(len(facts.flow) - 1), facts.flow[-1]
    for type_ in facts.types:
        yield "participants", type_.code, analysed(type_), facts.analysed[type_.letter]
    yield "non_participants", ALL, OTHERS, facts.others


def _mean(halves: list[HalfDays], parts: tuple[int, ...]) -> Fraction | None:
    if not halves:
        return None
    return Fraction(sum(one[part] for one in halves for part in parts), 2 * len(halves))
