"""Complete project descriptions for any plan and schools."""

from collections.abc import Sequence
from typing import Any

ANY = {"If-Match": "*"}
"""The condition of a change whatever the version."""


def description(plan: dict[str, Any], school_ids: Sequence[str]) -> dict[str, Any]:
    """A description that lacks nothing: every effort of the plan at every school."""
    courses = [
        {
            "school_id": school_id,
            "variant": effort["variant"],
            "subjects": ["danish"],
            "grades": effort.get("grades", [5]),
            "courses": 1,
        }
        for school_id in school_ids
        for effort in plan["efforts"]
    ]
    return {
        "target_group": {
            "reach": "all_schools",
            "needs": ["shared"],
            "shared_need": "Læsning på mellemtrinnet.",
            "narrowed": False,
        },
        "possibilities": {
            **dict.fromkeys(("staff", "substitutes", "suppliers", "training", "rooms"), "Beskrevet."),
            "times": ["lessons"],
        },
        "choice": {"reason": "Behovet er fælles.", "courses": courses, "differences": "Skolerne er ens."},
        "organisation": {
            **dict.fromkeys(("daily_responsibility", "counsellors", "school_board"), "Beskrevet."),
            **dict.fromkeys(("told_to_participants", "told_to_others"), "Beskrevet."),
            **dict.fromkeys(("anchoring", "communication", "parents"), "Beskrevet."),
            "working_group": {"set_up": False},
            "staff": dict.fromkeys(("competence", "knowledge_of_pupils", "motivation"), "Beskrevet."),
            "implementation": [{"what": "Forløb", "responsible": "Lederen", "first_day": "2022-08-22"}],
        },
        "budget": {"pay": 100_000, "materials": 20_000},
    }


def document(title: str, school_ids: Sequence[str], plan: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The body of a project that can be submitted, if its plan keeps the rules."""
    return {
        "title": title,
        "school_ids": list(school_ids),
        "plan": plan,
        "description": description(plan, school_ids),
        **more,
    }
