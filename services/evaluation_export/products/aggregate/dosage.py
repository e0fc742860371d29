"""Table 3: courses and what they delivered."""

from services.evaluation_export.bundle.sheets import Column, Row, Sheet, reason_column, reason_of
from services.evaluation_export.products.aggregate.facts import Facts
from services.evaluation_export.products.aggregate.figures import DOSAGE, Figures
from services.evaluation_export.products.aggregate.snapshot import Type

SHEET = Sheet(
    "dosage",
    "data/",
    "Forløb og deres dosering efter variant",
    "Courses and their dosage by variant",
    (
        Column("school_year", "text", "", "Skoleår", "School year"),
        Column("intervention_type", "text", "code", "Indsatstype", "Intervention type"),
        Column(
            "variant",
            "text",
            "code",
            "Den variant, forløbene er holdt i, også når eleverne tæller med i en anden, de begyndte på først",
            "The variant that the courses were held in, even where their pupils count in another that they began first",
        ),
        Column(
            "projects",
            "whole",
            "projects",
            "Godkendte projekter, hvis plan rummer varianten i skoleåret; nøjagtigt, for det handler ikke om elever",
            "Approved projects whose plan has the variant in the school year; exact, since it is not about pupils",
        ),
        Column(
            "unit",
            "text",
            "code",
            "Doseringens enhed: lessons (lektioner à 45 minutter), sessions (gange), packages (pakker)",
            "Unit of the dosage: lessons (of 45 minutes), sessions, packages",
        ),
        Column(
            "courses",
            "whole",
            "courses",
            "Forløb, der rører skoleåret, afrundet",
            "Courses that touch the school year, rounded",
        ),
        Column(
            "planned_met",
            "whole",
            "courses",
            "Forløb, hvis plan opfylder minimumsdoseringen, afrundet",
            "Courses whose plan meets the minimum dosage, rounded",
        ),
        Column(
            "share_planned_met",
            "whole",
            "per cent",
            "planned_met i procent af courses, regnet af de afrundede tal",
            "planned_met in per cent of courses, computed from the rounded numbers",
        ),
        Column(
            "delivered_met",
            "whole",
            "courses",
            "Forløb, der har leveret minimumsdoseringen, afrundet",
            "Courses that have delivered the minimum dosage, rounded",
        ),
        Column(
            "share_delivered_met",
            "whole",
            "per cent",
            "delivered_met i procent af courses, regnet af de afrundede tal",
            "delivered_met in per cent of courses, computed from the rounded numbers",
        ),
        Column(
            "mean_delivered",
            "decimal",
            "see unit",
            "Gennemsnitligt leveret pr. forløb, én decimal; elevernes fremmøde er ikke med",
            "Mean delivered per course, one decimal; the pupils' attendance is not included",
        ),
        Column(
            "mean_sessions",
            "decimal",
            "sessions",
            "Gennemsnitligt antal gange, forløbet er holdt, én decimal",
            "Mean number of times the course was held, one decimal",
        ),
        reason_column(),
    ),
)


def rows(facts: Facts, figures: Figures) -> list[Row]:
    """Every variant has a row: one for each unit whose figures are printed, or one that is empty.

    So a missing row never reveals that nobody took part.
    """
    made: list[Row] = []
    for type_ in facts.types:
        for variant in (one.variant for one in type_.variants):
            units = [unit for name, unit in facts.courses if name == variant]
            shown: list[str | None] = [one for one in units if figures["dosage", variant, one, "courses"] is not None]
            made += [_row(facts, type_, variant, unit, figures) for unit in shown or [None]]
    return made


def _row(facts: Facts, type_: Type, variant: str, unit: str | None, figures: Figures) -> Row:
    found = {column: figures["dosage", variant, unit, column] if unit else None for column in DOSAGE}
    return {
        "school_year": facts.snapshot.school_year,
        "intervention_type": type_.code,
        "variant": variant,
        "unit": unit,
        **found,
        "missing_reason": reason_of(*found.values()),
    }
