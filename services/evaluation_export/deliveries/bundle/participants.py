"""Table 1: participants by intervention type, variant and grade."""

from services.evaluation_export.deliveries.bundle.counting import ALL, GRADES, participants
from services.evaluation_export.deliveries.bundle.facts import Facts
from services.evaluation_export.deliveries.bundle.sheets import SUPPRESSED, Column, Row, Sheet, reason_column
from services.evaluation_export.disclosure.counts import Key

SHEET = Sheet(
    "participants",
    "data/",
    "Deltagere efter indsatstype, variant og klassetrin",
    "Participants by intervention type, variant and grade",
    (
        Column("school_year", "text", "", "Skoleår", "School year"),
        Column("intervention_type", "text", "code", "Indsatstype", "Intervention type"),
        Column("letter", "text", "A–E", "Indsatstypens bogstav", "The type's letter"),
        Column(
            "variant",
            "text",
            "code",
            "Variant; »all« er hele typen. En elev tæller med i den variant af typen, eleven begyndte i først",
            "Variant; 'all' is the whole type. A pupil counts in the variant of the type that the pupil began first",
        ),
        Column(
            "grade",
            "text",
            "0–10",
            "Klassetrin ved begyndelsen i typen; »all« er alle klassetrin",
            "Grade at the start in the type; 'all' is every grade",
        ),
        Column(
            "pupils",
            "whole",
            "pupils",
            "Forskellige elever med mindst én tilmelding, der rører skoleåret. Typer må ikke lægges "
            "sammen: en elev kan "
            "deltage i flere",
            "Distinct pupils with at least one enrolment that touches the school year. Do not add up "
            "types: a pupil may "
            "take part in several",
        ),
        reason_column(),
    ),
)


def rows(facts: Facts, values: dict[Key, int | None]) -> list[Row]:
    """One row per type, variant (and all of them) and grade (and all); ``values`` are None where hidden."""
    made: list[Row] = []
    for type_ in facts.types:
        for variant in (ALL, *(one.variant for one in type_.variants)):
            for grade in (ALL, *map(str, GRADES)):
                value = values[participants(type_, variant, grade)]
                made.append(
                    {
                        "school_year": facts.snapshot.school_year,
                        "intervention_type": type_.code,
                        "letter": type_.letter,
                        "variant": variant,
                        "grade": grade,
                        "pupils": value,
                        "missing_reason": SUPPRESSED if value is None else None,
                    }
                )
    return made
