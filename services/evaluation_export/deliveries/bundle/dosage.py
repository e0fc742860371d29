"""Table 3: courses and what they delivered."""

from fractions import Fraction

from services.evaluation_export.deliveries.bundle.counting import participants
from services.evaluation_export.deliveries.bundle.facts import Facts
from services.evaluation_export.deliveries.bundle.sheets import SUPPRESSED, Column, Row, Sheet, reason_column, rounded
from services.evaluation_export.deliveries.snapshot import Course, Type
from services.evaluation_export.disclosure.counts import Key
from services.evaluation_export.disclosure.suppression import is_small

SHEET = Sheet(
    "dosage",
    "data/",
    "Forløb og deres dosering efter variant",
    "Courses and their dosage by variant",
    (
        Column("school_year", "text", "", "Skoleår", "School year"),
        Column("intervention_type", "text", "code", "Indsatstype", "Intervention type"),
        Column("variant", "text", "code", "Variant", "Variant"),
        Column(
            "projects",
            "whole",
            "projects",
            "Godkendte projekter, hvis plan rummer varianten i skoleåret",
            "Approved projects whose plan has the variant in the school year",
        ),
        Column(
            "unit",
            "text",
            "code",
            "Doseringens enhed: lessons (lektioner à 45 minutter), sessions (gange), packages (pakker)",
            "Unit of the dosage: lessons (of 45 minutes), sessions, packages",
        ),
        Column("courses", "whole", "courses", "Forløb, der rører skoleåret", "Courses that touch the school year"),
        Column(
            "planned_met",
            "whole",
            "courses",
            "Forløb, hvis plan opfylder minimumsdoseringen",
            "Courses whose plan meets the minimum dosage",
        ),
        Column(
            "share_planned_met",
            "decimal",
            "share",
            "planned_met af alle forløb, 0–1",
            "planned_met of all courses, 0–1",
        ),
        Column(
            "delivered_met",
            "whole",
            "courses",
            "Forløb, der har leveret minimumsdoseringen",
            "Courses that have delivered the minimum dosage",
        ),
        Column(
            "share_delivered_met",
            "decimal",
            "share",
            "delivered_met af alle forløb, 0–1",
            "delivered_met of all courses, 0–1",
        ),
        Column(
            "mean_delivered",
            "decimal",
            "see unit",
            "Gennemsnitligt leveret pr. forløb; elevernes fremmøde er ikke med",
            "Mean delivered per course; the pupils' attendance is not included",
        ),
        Column(
            "mean_sessions",
            "decimal",
            "sessions",
            "Gennemsnitligt antal gange, forløbet er holdt",
            "Mean number of times the course was held",
        ),
        reason_column(),
    ),
)


def rows(facts: Facts, values: dict[Key, int | None]) -> list[Row]:
    """One row per variant and unit. Where a variant's participants are hidden its courses are too: a small group has
    two to four pupils, so that the number of courses would give the pupils away.
    """
    made: list[Row] = []
    for type_ in facts.types:
        for variant in (one.variant for one in type_.variants):
            courses = [one for one in facts.snapshot.courses if one.variant == variant]
            hidden = values[participants(type_, variant)] is None or is_small(len(facts.in_variant[variant]))
            if hidden:
                made.append(_row(facts, type_, variant, None, []))
            else:
                made += [
                    _row(facts, type_, variant, unit, [one for one in courses if one.unit == unit])
                    for unit in sorted({one.unit for one in courses})
                ]
    return made


def _row(facts: Facts, type_: Type, variant: str, unit: str | None, courses: list[Course]) -> Row:
    number = len(courses)
    planned = sum(one.planned == "met" for one in courses)
    delivered = sum(one.outcome == "met" for one in courses)
    numbers: dict[str, Fraction | None] = {
        "share_planned_met": Fraction(planned, number) if number else None,
        "share_delivered_met": Fraction(delivered, number) if number else None,
        "mean_delivered": sum((Fraction(one.delivered) for one in courses), Fraction()) / number if number else None,
        "mean_sessions": Fraction(sum(one.sessions for one in courses), number) if number else None,
    }
    return {
        "school_year": facts.snapshot.school_year,
        "intervention_type": type_.code,
        "variant": variant,
        "projects": facts.snapshot.projects.get(variant, 0) if number else None,
        "unit": unit,
        "courses": number or None,
        "planned_met": planned if number else None,
        "delivered_met": delivered if number else None,
        **{name: rounded(value) for name, value in numbers.items()},
        "missing_reason": None if number else SUPPRESSED,
    }
