"""How the population flow begins: the places that courses stated, that pupils took, and whose pupils have a CPR number.

A place is one pupil in one course. A pupil in two courses has two places, and a place that nobody took belongs to no
pupil, so these are no steps of the flow of persons; its first step is the persons behind the places that were taken.
"""

from services.evaluation_export.bundle.sheets import Column, Row, Sheet, reason_column, reason_of
from services.evaluation_export.products.aggregate.figures import COVERAGE, Figures

STEPS = {
    "stated": (
        "Pladser, som skolerne har oplyst for forløb, der rører skoleåret, også før navnene var kendt",
        "Places that schools stated for courses that touch the school year, also before names were known",
    ),
    "enrolled": ("Pladser, som en elev er eller var tilmeldt", "Places in which a pupil is or was enrolled"),
    "identified": (
        "Pladser, hvis elev har et CPR-nummer (erstatningsnumre tæller ikke som CPR-numre)",
        "Places whose pupil has a CPR number (replacement numbers do not count as CPR numbers)",
    ),
}

SHEET = Sheet(
    "course_coverage",
    "",
    "Fra oplyste pladser til identificerede elever: begyndelsen af populationsflowet",
    "From stated places to identified pupils: the beginning of the population flow",
    (
        Column("code", "text", "code", "Trinets navn", "The step's name"),
        Column("rule_da", "text", "", "Hvad der tælles, på dansk", "What is counted, in Danish"),
        Column("rule_en", "text", "", "Hvad der tælles, på engelsk", "What is counted, in English"),
        Column(
            "places",
            "whole",
            "places",
            "Pladser (én elev i ét forløb), afrundet. Tallene går ikke altid op",
            "Places (one pupil in one course), rounded. The numbers need not add up",
        ),
        reason_column(),
    ),
)


def rows(figures: Figures) -> list[Row]:
    """One row per step."""
    made: list[Row] = []
    for code in COVERAGE:
        da, en = STEPS[code]
        places = figures["coverage", code]
        reason = reason_of(places)
        made.append({"code": code, "rule_da": da, "rule_en": en, "places": places, "missing_reason": reason})
    return made
