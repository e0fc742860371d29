"""A correct body for every route that takes JSON, and the roles that send it."""

from typing import Any

from tests.e2e.security.initiative import INITIATIVE, shares
from tests.e2e.security.openapi import Route
from tests.e2e.security.requests import PASSED_ON, good_bodies
from tests.e2e.security.rights import RIGHTS
from tests.e2e.security.tenant import DECIDED_ON, FIRST_DAY, UNTIL, YEAR
from tests.e2e.security.world import World, draft, plan
from tests.factories.projects import document

_IN_INITIATIVE = "POST /v1/initiatives/{initiative_id}/municipalities/{municipality_code}"

REASON = {"rule_id": "C-PLAN", "reason": "Fordi"}


def _few(school_id: str) -> dict[str, Any]:
    """A field of each kind of a description: a text, a list, a number, a date, a choice and an id."""
    courses = {"school_id": school_id, "variant": "C", "subjects": ["danish"], "grades": [5], "courses": 1}
    step = {"what": "Forløb", "first_day": "2022-08-22"}
    return {
        "target_group": {"reach": "all_schools", "shared_need": "Læsning"},
        "choice": {"courses": [courses]},
        "organisation": {"implementation": [step]},
        "budget": {"pay": 1000},
    }


def _of_courses(world: World, good: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    pupils = world.own.pupils[0]
    phase = {"weekly_amount": "4", "unit": "sessions", "weeks": 12, "minutes_per_session": 30}
    new = {"pupil_id": pupils[4], "valid_from": "2022-09-05", "valid_to": "2022-09-06", "designated": False}
    one, later = "/v1/courses/{course_id}", "2022-09-12"
    return {
        "POST /v1/courses": good["POST /v1/courses"] | {"planned": [phase]},
        f"PATCH {one}": {"subjects": ["danish"], "expected_pupils": 3},
        f"POST {one}/end": {"last_day": "2022-11-29", "reason": "staff_missing"},
        f"POST {one}/enrolments": {"enrolments": [new]},
        f"POST {one}/offers": {"accept": [new], "decline": [pupils[3]]},
        "PATCH /v1/enrolments/{enrolment_id}": {"designated": True, "valid_to": "2022-11-30"},
        f"POST {one}/sessions": {"sessions": [{"held_on": "2022-09-06", "starts_at": "08:15", "minutes": 30}]},
        f"PUT {one}/sessions/{{held_on}}/{{starts_at}}": {
            "minutes": 30,
            "pupils": 3,
            "attendance": [{"pupil_id": pupils[0], "minutes": 30}],
        },
        f"PUT {one}/schedule": {
            "slots": [{"weekday": 1, "starts_at": "08:15", "minutes": 30, "every_weeks": 1}],
            "exceptions": [
                {"kind": "moved", "day": later, "starts_at": "08:15", "to_day": "2022-09-13", "to_time": "10:00"}
            ],
            "school_days_only": True,
        },
        f"POST {one}/planned-sessions/confirmations": {
            "sessions": [{"day": later, "starts_at": "08:15", "outcome": "held"}]
        },
    }


def _of_pupils(world: World) -> dict[str, dict[str, Any]]:
    result = {"indicator": "national_test", "subject": "reading", "grade": 4, "date": "2022-03-15", "value": "god"}
    return {
        "POST /v1/indicators": {"municipality_code": world.own.code, "cpr_number": world.own.cpr(0), **result},
        "PUT /v1/pupils/{pupil_id}/indicators/{indicator}/{subject}/{grade}/{day}": {"value": "god"},
        "POST /v1/pupils/{pupil_id}/name-disclosures": {"purpose": "parents", "reason": "Samtale", "days": 1},
        "PUT /v1/assessments/{assessment_id}": {
            "answers": [{"question": "Q2", "text": "Læser"}, {"question": "Q3", "answer": "yes"}],
            "status": "draft",
        },
        "POST /v1/selections/{selection_id}/reversal": {"reason": "Et andet tilbud", "reversed_on": "2023-08-21"},
        "PUT /v1/class-kind-rules/{institution_number}": {"rules": [{"kind": "special", "name": "*S", "line": "S*"}]},
    }


def bodies(world: World) -> dict[str, dict[str, Any]]:
    """A correct body for every route that takes JSON."""
    good = good_bodies(world)
    project = document("Et projekt til", world.own.schools[:1], plan()) | {"description": _few(world.own.schools[0])}
    initiative = INITIATIVE | {"rule_sets": ["funding-2021"], "comparison_from_percent": "14.00"}
    return (
        good
        | _of_courses(world, good)
        | _of_pupils(world)
        | {
            "PUT /v1/projects/{project_id}": project,
            "POST /v1/projects/{project_id}/submit": {"reasons": [REASON]},
            "POST /v1/projects/{project_id}/approve": {"reasons": [REASON]},
            "POST /v1/projects/{project_id}/approve-amendment": {"reasons": [REASON]},
            "POST /v1/projects/{project_id}/return": {"remarks": [{"text": "Skriv mere", "pointer": "/description"}]},
            "POST /v1/projects/{project_id}/close": {"remark": "Slut"},
            "POST /v1/guidance": {
                "municipality_code": world.own.code,
                "project_id": None,
                "given_on": "2023-03-01",
                "kind": "needs",
                "channel": "mail",
                "text": "Vejledning",
            },
            "PUT /v1/municipalities/{municipality_code}": {"status": "accepted"},
            "PUT /v1/municipalities/{municipality_code}/imports": {"reason": "pilot"},
            "PUT /v1/institutions/{institution_number}": {"municipality_code": world.own.code},
            "PUT /v1/schools/{institution_number}": {"name": "Prøveskolen", "kind": "public"},
            "PUT /v1/classes/{institution_number}/{school_year}/{class_name}": {"grade": 5, "kind": "ordinary"},
            # A membership of no day, so that no other test meets the pupil.
            "POST /v1/pupils": {
                "municipality_code": world.own.code,
                "uni_login": "odd00001",
                "name": "Ulige Prøvesen",
                "institution_number": world.own.institutions[0],
                "school_year": YEAR,
                "class_name": "5A",
                "valid_from": FIRST_DAY,
                "valid_to": FIRST_DAY,
            },
            "POST /v1/identity-cases/{case_id}/decision": {"decision": "another_pupil"},
            "POST /v1/pupils/{pupil_id}/merge": {"merged_pupil_id": world.own.pupils[0][1]},
            "POST /v1/pupils/{pupil_id}/split": {
                "name": "Ulige Prøvesen",
                "stays": [{"class_id": world.own.classes[0], "claimed_from": FIRST_DAY}],
                "identifier_ids": [world.own.pupils[0][1]],
            },
            "POST /v1/membership-conflicts/{conflict_id}/decision": {"institution_number": world.own.institutions[0]},
            "POST /v1/initiatives": initiative,
            "PUT /v1/initiatives/{initiative_id}": initiative,
            "POST /v1/initiatives/{initiative_id}/close": {"reason": "Fordi"},
            "PUT /v1/initiatives/{initiative_id}/shares": shares(world.own.code, world.other.code),
            "POST /v1/initiatives/{initiative_id}/invitations": {
                "answer_by": UNTIL,
                "municipality_codes": ["151"],
                "reason": "Fordi",
            },
            "POST /v1/initiatives/{initiative_id}/allocations": {"leave_out_unanswered": True, "reason": "Fordi"},
            f"{_IN_INITIATIVE}/answer": {"answer": "accepted", "decided_on": DECIDED_ON, "reason": "Fordi"},
            f"{_IN_INITIATIVE}/withdrawal": {"spent": 0, "reason": "Fordi"},
            f"POST {PASSED_ON}": good[f"POST {PASSED_ON}"] | {"reason": "Fordi"},
            f"PUT {PASSED_ON}/{{entry_id}}": {"amount": 0, "reason": "Fordi"},
            "POST /v1/drafts": draft(world.own.code) | {"valid_from": "2022-08-01", "valid_to": "2023-08-01"},
            "PUT /v1/drafts/{draft_id}": draft(world.own.code),
            "POST /v1/drafts/{draft_id}/return": {"note": "Mangler mål"},
            "POST /v1/withdrawals": {
                "kind": "trial_action",
                "id": "nothing",
                "valid_to": "2022-08-01",
                "reason": "on_request",
            },
            "POST /v1/checks": plan(),
            "POST /v1/checks/projects": project,
            "POST /v1/deliveries": {"product": "aggregate", "school_year": "2022/2023"},
        }
    )


def roles_for(route: Route) -> list[str]:
    """The roles for a call. The secretariat sees the whole country, which could hide faults, so it is used only where
    needed.
    """
    if "/drafts" in route.path or ("/initiatives" in route.path and not route.path.startswith(PASSED_ON)):
        return ["secretariat"]
    local, team = ["school", "evaluator", "municipality_integration", "ops"], ["resource_team"]
    allowed = RIGHTS.get(route.key)
    return next((each for each in (local, team) if allowed is None or allowed & {*each}), ["secretariat"])
