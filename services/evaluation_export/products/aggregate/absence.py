"""Table 2: half-year absence before and after, of participants and of other pupils at their schools."""

from libs.shared.values.absence import CATEGORIES, DANISH
from services.evaluation_export.bundle.sheets import Column, Row, Sheet, reason_column, reason_of
from services.evaluation_export.products.aggregate.facts import Facts
from services.evaluation_export.products.aggregate.figures import MEANS, PUPILS, Figures, absence_groups, autumns
from services.evaluation_export.products.aggregate.snapshot import TOTAL

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
            "participants: deltagere, der begyndte før 1. januar; "
            "non_participants: elever på de samme skoler, der ikke deltog i noget i skoleåret "
            "og opfylder de samme betingelser",
            "participants: those who began before 1 January; "
            "non_participants: pupils of the same schools who took part in nothing in the school year "
            "and meet the same conditions",
        ),
        Column(
            "intervention_type",
            "text",
            "code",
            "Indsatstype; »all« er alle. En elev tæller kun med i den type, eleven begyndte på først",
            "Intervention type; 'all' is all. A pupil counts only in the type that the pupil began first",
        ),
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
            ", ".join(f"{category}: {DANISH[category]}" for category in CATEGORIES) + f", {TOTAL}: summen",
            f"Absence by {', '.join(CATEGORIES)}, and their sum ({TOTAL})",
        ),
        Column(
            "pupils",
            "whole",
            "pupils",
            "Elever med begge efterår fuldt indberettet (alle ti måneder på elevens skole), afrundet; "
            "de samme elever før og efter",
            "Pupils with both autumns fully reported (all ten months of the pupil's school), rounded; "
            "the same pupils before and after",
        ),
        reason_column("pupils_missing_reason", "pupils"),
        Column(
            "mean_days",
            "decimal",
            "days",
            "Gennemsnitligt antal fraværsdage pr. elev, regnet af de nøjagtige tal og skrevet med én decimal. "
            "En måned uden indberetning er ukendt, aldrig nul",
            "Mean days of absence per pupil, computed from exact values and shown to one decimal. "
            "A month not reported is unknown, never zero",
        ),
        reason_column("mean_days_missing_reason", "mean_days"),
    ),
)


def rows(facts: Facts, figures: Figures) -> list[Row]:
    """One row per group, type, autumn and category."""
    made: list[Row] = []
    before, after = autumns(facts)
    for group, code, _ in absence_groups(facts):
        pupils = figures["absence", group, code, PUPILS]
        for autumn, year in (("before", before), ("after", after)):
            for category in MEANS:
                mean = figures["absence", group, code, year, category]
                made.append(
                    {
                        "school_year": facts.snapshot.school_year,
                        "group": group,
                        "intervention_type": code,
                        "autumn": autumn,
                        "autumn_year": int(year),
                        "category": category,
                        "pupils": pupils,
                        "pupils_missing_reason": reason_of(pupils),
                        "mean_days": mean,
                        "mean_days_missing_reason": reason_of(mean),
                    }
                )
    return made
