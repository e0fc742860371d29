"""Plans that declare everything that the rules require, of which tests change one place at a time."""

from typing import Any

from libs.shared.rules.catalog import catalog_entries
from libs.shared.rules.composition.checks import check_plan
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.library import library_rule_set
from libs.shared.rules.verdicts import CheckVerdict

SET = library_rule_set("composition-2021")
CATALOG = catalog_entries()
TAUGHT = {"replaces_ordinary_teaching": False, "collides_with_ordinary_teaching": False}
EFFORTS: dict[str, dict[str, Any]] = {
    "A1": {"variant": "A1", "organisation": "stations", **TAUGHT},
    "B": {"variant": "B", **TAUGHT},
    "C": {"variant": "C", "group_size": 3, "content_described": True, "goals_described": True, **TAUGHT},
    "D1": {
        "variant": "D1",
        "content_described": True,
        "goals_described": True,
        "handover_planned": True,
        "voluntary": True,
        "grades": [8],
        **TAUGHT,
    },
    "E1": {"variant": "E1", "parents_informed": True, "grades": [2, 3, 5], **TAUGHT},
}
DECLARED = {
    "anchoring": True,
    "communication": True,
    "daily_responsibility": True,
    "substitutes": True,
    "rooms": True,
    "staff_and_parents_informed": True,
    "joint_planning": True,
    "running_evaluation": True,
    "competence_development": True,
    "uses_external_suppliers": False,
}


def plan(*efforts: dict[str, Any], **declared: Any) -> Plan:
    return Plan.model_validate(
        {"start": "2021-11-01", "efforts": list(efforts or EFFORTS.values()), **DECLARED, **declared}
    )


def effort(variant: str, **changed: Any) -> dict[str, Any]:
    return EFFORTS[variant] | changed


def judged(rule_id: str, given: Plan, *, at_start: bool = False) -> list[CheckVerdict]:
    return [each for each in check_plan(SET, given, CATALOG, at_start=at_start) if each.rule_id == rule_id]


def outcomes(rule_id: str, given: Plan) -> list[str]:
    return [each.outcome for each in judged(rule_id, given)]
