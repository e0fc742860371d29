"""Completeness of reporting. The figures are about schools and months, not about pupils, so none is hidden."""

from fractions import Fraction

from services.evaluation_export.bundle.sheets import Column, Row, Sheet, Value
from services.evaluation_export.products.aggregate.facts import Facts
from services.evaluation_export.products.aggregate.primary import to_digits

SHEET = Sheet(
    "completeness",
    "",
    "Indberetningens fuldstændighed efter kommune og efterår",
    "Completeness of reporting by municipality and autumn",
    (
        Column("municipality_code", "text", "", "Kommunekode", "Municipality code"),
        Column("municipality", "text", "", "Kommune", "Municipality"),
        Column("autumn_year", "whole", "year", "Efterårets kalenderår", "The autumn's calendar year"),
        Column("schools", "whole", "schools", "Kommunens skoler", "The municipality's schools"),
        Column(
            "schools_with_calendar",
            "whole",
            "schools",
            "Skoler med kendt skolekalender",
            "Schools whose calendar is known",
        ),
        Column(
            "mean_school_days",
            "decimal",
            "days",
            "Gennemsnitligt antal skoledage august–december på skoler med kendt kalender",
            "Mean number of school days August–December in schools whose calendar is known",
        ),
        Column("school_months", "whole", "months", "Skoler gange fem måneder", "Schools times five months"),
        Column("reported_months", "whole", "months", "Heraf indberettede", "Reported among them"),
        Column("share_reported", "decimal", "share", "Andelen, 0–1", "The share, 0–1"),
        Column("classes", "whole", "classes", "Klasser med elever i efteråret", "Classes with pupils in the autumn"),
        Column(
            "classes_of_unknown_kind",
            "whole",
            "classes",
            "Heraf klasser, om hvilke ingen har sagt, om de er almindelige; deres elever regnes ikke med",
            "Classes among them of which nobody has said whether they are ordinary; their pupils are left out",
        ),
    ),
)


def rows(facts: Facts) -> list[Row]:
    """One row per municipality with participants and autumn."""
    return [
        {
            "municipality_code": one.municipality_code,
            "municipality": one.municipality,
            "autumn_year": one.autumn_year,
            "schools": one.schools,
            "schools_with_calendar": one.schools_with_calendar,
            "mean_school_days": _share(one.school_days, one.schools_with_calendar, 2),
            "school_months": one.months,
            "reported_months": one.reported,
            "share_reported": _share(one.reported, one.months, 4),
            "classes": one.classes,
            "classes_of_unknown_kind": one.classes_of_unknown_kind,
        }
        for one in facts.snapshot.reporting
    ]


def _share(part: int, whole: int, digits: int) -> Value:
    return to_digits(Fraction(part, whole), digits) if whole else None
