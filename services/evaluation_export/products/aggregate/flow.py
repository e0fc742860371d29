"""The population flow: from all enrolled persons to those whose absence is compared."""

from services.evaluation_export.bundle.sheets import Column, Row, Sheet, Value, reason_column, reason_of
from services.evaluation_export.products.aggregate.figures import Figures

STEPS = (
    ("enrolled", "Mindst én tilmelding, der rører skoleåret", "At least one enrolment that touches the school year"),
    (
        "cpr_number",
        "Har et CPR-nummer (erstatningsnumre tæller ikke som CPR-numre)",
        "Has a CPR number (replacement numbers do not count as CPR numbers)",
    ),
    (
        "ordinary_public",
        "Kun i almindelige klasser på folkeskoler i skoleåret; klasser af ukendt slags regnes ikke med",
        "In ordinary classes of public schools only, in the school year; classes of unknown kind do not count",
    ),
    ("autumn", "Begyndte før 1. januar i skoleåret", "Began before 1 January of the school year"),
    (
        "reported",
        "Elev på en skole her i alle ti måneder af begge efterår, og alle ti er indberettet",
        "A pupil of a school here in all ten months of both autumns, and all ten are reported",
    ),
)

SHEET = Sheet(
    "population_flow",
    "",
    "Populationsflow",
    "Population flow",
    (
        Column("step", "whole", "", "Trin", "Step"),
        Column("code", "text", "code", "Trinets navn", "The step's name"),
        Column("rule_da", "text", "", "Hvem der er tilbage, på dansk", "Who is left, in Danish"),
        Column("rule_en", "text", "", "Hvem der er tilbage, på engelsk", "Who is left, in English"),
        Column("pupils_in", "whole", "pupils", "Elever før trinet, afrundet", "Pupils before the step, rounded"),
        reason_column("pupils_in_missing_reason", "pupils_in"),
        Column("pupils_out", "whole", "pupils", "Elever, der udgår, afrundet", "Pupils who leave, rounded"),
        reason_column("pupils_out_missing_reason", "pupils_out"),
        Column("pupils_left", "whole", "pupils", "Elever tilbage, afrundet", "Pupils left, rounded"),
        reason_column("pupils_left_missing_reason", "pupils_left"),
    ),
)


def rows(figures: Figures) -> list[Row]:
    """One row per step; the first step has only the number of persons left."""
    made: list[Row] = []
    for step, (code, da, en) in enumerate(STEPS):
        row: dict[str, Value] = {"step": step, "code": code, "rule_da": da, "rule_en": en}
        for name in ("in", "out", "left"):
            known = step > 0 or name == "left"
            pupils = figures["flow", name, str(step)] if known else None
            row[f"pupils_{name}"] = pupils
            row[f"pupils_{name}_missing_reason"] = reason_of(pupils) if known else None
        made.append(row)
    return made
