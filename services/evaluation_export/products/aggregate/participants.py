"""Table 1: participants by intervention type, variant and grade."""

from services.evaluation_export.bundle.sheets import Column, Row, Sheet, reason_column, reason_of
from services.evaluation_export.products.aggregate.facts import Facts
from services.evaluation_export.products.aggregate.figures import ALL, GRADES, PARTICIPANTS, Figures, variants_of

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
            "Variant; »all« er hele typen. "
            "En elev tæller kun med i den type, eleven begyndte på først, "
            "og i den variant af typen, eleven begyndte på først",
            "Variant; 'all' is the whole type. "
            "A pupil counts only in the type that the pupil began first, "
            "and in the variant of it that the pupil began first",
        ),
        Column(
            "grade",
            "text",
            "0–10",
            "Klassetrin ved denne første begyndelse; »all« er alle klassetrin",
            "Grade at this first start; 'all' is every grade",
        ),
        Column(
            "pupils",
            "whole",
            "pupils",
            "Forskellige elever med mindst én tilmelding, der rører skoleåret, afrundet. "
            "Intet antal elever er skrevet nøjagtigt, og tallene går ikke altid op",
            "Distinct pupils with at least one enrolment that touches the school year, rounded. "
            "No number of pupils is exact, and the numbers need not add up",
        ),
        reason_column(),
    ),
)


def rows(facts: Facts, figures: Figures) -> list[Row]:
    """One row per type, variant (and all of them) and grade (and all), the same rows whatever the data."""
    made: list[Row] = []
    for type_ in facts.types:
        for variant in variants_of(type_):
            for grade in (ALL, *GRADES):
                pupils = figures[PARTICIPANTS, type_.letter, variant, grade]
                made.append(
                    {
                        "school_year": facts.snapshot.school_year,
                        "intervention_type": type_.code,
                        "letter": type_.letter,
                        "variant": variant,
                        "grade": grade,
                        "pupils": pupils,
                        "missing_reason": reason_of(pupils),
                    }
                )
    return made
