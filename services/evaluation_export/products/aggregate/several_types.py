"""The number of persons who take part in more than one intervention type: one figure."""

from services.evaluation_export.bundle.sheets import Column, Row, Sheet, reason_column, reason_of
from services.evaluation_export.products.aggregate.facts import Facts
from services.evaluation_export.products.aggregate.figures import Figures

SHEET = Sheet(
    "several_types",
    "",
    "Deltagere i mere end én indsatstype",
    "Participants in more than one intervention type",
    (
        Column("school_year", "text", "", "Skoleår", "School year"),
        Column(
            "pupils",
            "whole",
            "pupils",
            "Elever, hvis tilmeldinger i skoleåret er til mere end én indsatstype, afrundet. "
            "I de andre tabeller tæller de kun med i den type, de begyndte på først",
            "Pupils whose enrolments of the school year are of more than one intervention type, rounded. "
            "In the other tables they count only in the type that they began first",
        ),
        reason_column(),
    ),
)


def rows(facts: Facts, figures: Figures) -> list[Row]:
    """One row."""
    pupils = figures[("several_types",)]
    return [{"school_year": facts.snapshot.school_year, "pupils": pupils, "missing_reason": reason_of(pupils)}]
