"""The roles of each route, written independently of the code that enforces them. A missing route fails the tests.

``test_tenants`` tests which objects a role sees.
"""

from typing import Final

_KINDS = ("intervention-types", "support-levels", "trial-actions", "recommendations")

OPEN: Final = frozenset(
    {
        *(f"GET /v1/{kind}{rest}" for kind in _KINDS for rest in ("", "/{id}", "/{id}/versions")),
        *("GET /v1/rule-sets", "GET /v1/rule-sets/{name}", "GET /v1/rule-set-schemas/{family}"),
        *("GET /v1/search", "GET /v1/themes", "GET /v1/changes", "POST /v1/checks"),
        "POST /v1/checks/projects",
    }
)
"""The published catalog: anybody may read it and have a plan judged by it, with or without a token."""

UNDOCUMENTED_OPEN: Final = (
    *("/health/startup", "/health/live", "/health/ready", "/metrics", "/openapi.json"),
    *("/docs", "/docs/start.js", "/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css"),
)
"""For the platform and for readers of the documentation: no data of pupils, open, and outside the document."""

_MUNICIPALITY = frozenset({"municipality_integration"})
_SCHOOL = frozenset({"school", "resource_team"})
_TEAM = frozenset({"resource_team"})
_SECRETARIAT = frozenset({"secretariat"})
_EVALUATOR = frozenset({"evaluator"})
_EVERYBODY = _MUNICIPALITY | _SCHOOL | _SECRETARIAT | _EVALUATOR | frozenset({"auditor", "ops"})

RIGHTS: Final[dict[str, frozenset[str]]] = {
    "GET /v1/operations/flow": frozenset({"ops"}),
    **dict.fromkeys(
        (
            *("GET /v1/imports/kinds", "GET /v1/imports/kinds/{kind}/template.csv"),
            *("GET /v1/imports/kinds/{kind}/guide", "POST /v1/imports", "GET /v1/imports"),
            "GET /v1/imports/{receipt_id}",
            *("GET /v1/imports/{receipt_id}/refused", "GET /v1/imports/{receipt_id}/refused.csv"),
            *("GET /v1/imports/{receipt_id}/parked", "POST /v1/imports/{receipt_id}/cancel"),
            *("GET /v1/imports/{receipt_id}/difference", "GET /v1/imports/{receipt_id}/difference/pupils"),
            *("POST /v1/imports/{receipt_id}/confirm", "POST /v1/imports/{receipt_id}/reject"),
        ),
        _MUNICIPALITY | _SECRETARIAT,  # each for its own kinds of file
    ),
    "GET /v1/municipality-codes": _EVERYBODY,
    "GET /v1/set-aside-days": _MUNICIPALITY,
    "GET /v1/municipalities": _SECRETARIAT | frozenset({"ops"}),
    "PUT /v1/municipalities/{municipality_code}/imports": _SECRETARIAT | frozenset({"ops"}),
    "GET /v1/institutions": _SECRETARIAT,
    "GET /v1/municipalities/{municipality_code}": _SECRETARIAT | frozenset({"ops"}),
    "GET /v1/institutions/{institution_number}": _SECRETARIAT,
    "PUT /v1/institutions/{institution_number}": _SECRETARIAT,
    "PUT /v1/municipalities/{municipality_code}": _SECRETARIAT,
    "GET /v1/overlapping-stays": _SECRETARIAT,
    "GET /v1/roster-changes": _MUNICIPALITY,
    "GET /v1/schools": _SCHOOL | _MUNICIPALITY | _SECRETARIAT,
    "GET /v1/schools/{institution_number}": _SCHOOL | _MUNICIPALITY | _SECRETARIAT,
    "PUT /v1/schools/{institution_number}": _MUNICIPALITY,
    "GET /v1/classes/{institution_number}/{school_year}/{class_name}": _SCHOOL | _MUNICIPALITY,
    "PUT /v1/classes/{institution_number}/{school_year}/{class_name}": _MUNICIPALITY,
    "GET /v1/schools/{school_id}/classes": _SCHOOL | _MUNICIPALITY,
    "GET /v1/classes": _SCHOOL | _MUNICIPALITY,
    "GET /v1/class-kind-rules/{institution_number}": _SCHOOL | _MUNICIPALITY,
    "PUT /v1/class-kind-rules/{institution_number}": _MUNICIPALITY,
    "DELETE /v1/class-kind-rules/{institution_number}": _MUNICIPALITY,
    "GET /v1/schools/{school_id}/gross-list": _SCHOOL,
    "GET /v1/gross-list": _TEAM,
    "GET /v1/gross-list/figures": _TEAM | _SECRETARIAT,
    "POST /v1/pupils": _MUNICIPALITY,
    "POST /v1/pupils/look-ups": _SCHOOL,
    "POST /v1/pupils/{pupil_id}/name-disclosures": _TEAM,
    "GET /v1/name-disclosures": _TEAM,
    "GET /v1/name-disclosures/{disclosure_id}": _TEAM,
    "GET /v1/name-protections": _TEAM,
    "GET /v1/identity-coverage": _SCHOOL | _MUNICIPALITY,
    "GET /v1/identity-coverage/schools": _SCHOOL | _MUNICIPALITY,
    "GET /v1/identity-coverage/pupils": _SCHOOL | _MUNICIPALITY,
    "GET /v1/identity-coverage/municipalities": _SECRETARIAT,
    "GET /v1/membership-conflicts": _TEAM,
    "GET /v1/membership-conflicts/{conflict_id}": _TEAM,
    "POST /v1/membership-conflicts/{conflict_id}/decision": _TEAM,
    "GET /v1/pupil-conflicts": _TEAM,
    "GET /v1/pupil-conflicts/{conflict_id}": _TEAM,
    "POST /v1/pupil-conflicts/{conflict_id}/dismissal": _TEAM,
    "GET /v1/pupils/{pupil_id}/history": _TEAM | _MUNICIPALITY,
    "GET /v1/pupils/{pupil_id}/records": _TEAM,
    "POST /v1/pupils/{pupil_id}/merge": _TEAM,
    "POST /v1/pupils/{pupil_id}/split": _TEAM,
    "GET /v1/identity-cases": _TEAM,
    "POST /v1/identity-cases/{case_id}/decision": _TEAM,
    "POST /v1/indicators": _MUNICIPALITY,
    "GET /v1/pupils/{pupil_id}/indicators": _MUNICIPALITY,
    "GET /v1/pupils/{pupil_id}/indicators/{indicator}/{subject}/{grade}/{day}": _MUNICIPALITY,
    "PUT /v1/pupils/{pupil_id}/indicators/{indicator}/{subject}/{grade}/{day}": _MUNICIPALITY,
    "GET /v1/assessment-questions": _SCHOOL,
    "POST /v1/assessments": _SCHOOL,
    "GET /v1/assessments": _SCHOOL,
    "GET /v1/assessments/{assessment_id}": _SCHOOL,
    "PUT /v1/assessments/{assessment_id}": _SCHOOL,
    "GET /v1/assessments/{assessment_id}/versions": _SCHOOL,
    "POST /v1/kept-gross-lists": _SCHOOL,
    "GET /v1/kept-gross-lists": _SCHOOL,
    "GET /v1/kept-gross-lists/{kept_list_id}": _SCHOOL,
    "GET /v1/selections": _SCHOOL,
    "PUT /v1/selections/{selection_id}/designated": _SCHOOL,
    "POST /v1/selections/{selection_id}/reversal": _SCHOOL,
    "POST /v1/selections": _SCHOOL,
    "GET /v1/selections/{selection_id}": _SCHOOL,
    "POST /v1/projects": _SCHOOL,
    "PUT /v1/projects/{project_id}": _SCHOOL,
    "GET /v1/projects/{project_id}": _SCHOOL | _SECRETARIAT,
    "POST /v1/projects/{project_id}/submit": _SCHOOL,
    "POST /v1/projects/{project_id}/approve": _SECRETARIAT,
    "POST /v1/projects/{project_id}/return": _SECRETARIAT,
    "POST /v1/projects/{project_id}/approve-amendment": _TEAM,
    "POST /v1/projects/{project_id}/amendments": _SCHOOL,
    "POST /v1/projects/{project_id}/withdraw": _SCHOOL,
    **dict.fromkeys(
        (
            "GET /v1/projects",
            *(f"GET /v1/projects/{{project_id}}/{rest}" for rest in ("versions", "versions/{version}", "history")),
            "POST /v1/projects/{project_id}/close",
        ),
        _SCHOOL | _SECRETARIAT,
    ),
    "POST /v1/guidance": _SECRETARIAT,
    "GET /v1/guidance": _TEAM | _SECRETARIAT,
    "GET /v1/guidance/{guidance_id}": _TEAM | _SECRETARIAT,
    **dict.fromkeys(
        (
            *("POST /v1/initiatives", "PUT /v1/initiatives/{initiative_id}"),
            "POST /v1/initiatives/{initiative_id}/close",
            *("PUT /v1/initiatives/{initiative_id}/shares", "POST /v1/initiatives/{initiative_id}/invitations"),
            "POST /v1/initiatives/{initiative_id}/allocations",
            "POST /v1/initiatives/{initiative_id}/municipalities/{municipality_code}/withdrawal",
            "POST /v1/initiatives/{initiative_id}/municipalities/{municipality_code}/addition",
        ),
        _SECRETARIAT,
    ),
    **dict.fromkeys(
        (
            *("GET /v1/initiatives", "GET /v1/initiatives/{initiative_id}"),
            *("GET /v1/initiatives/{initiative_id}/shares", "GET /v1/initiatives/{initiative_id}/municipalities"),
            "GET /v1/initiatives/{initiative_id}/municipalities/{municipality_code}",
            *(
                "GET /v1/initiatives/{initiative_id}/allocations",
                "GET /v1/initiatives/{initiative_id}/allocations/{number}",
            ),
            "GET /v1/initiatives/{initiative_id}/allocations/{number}/parts",
        ),
        _TEAM | _SECRETARIAT | _EVALUATOR,
    ),
    "GET /v1/initiatives/{initiative_id}/roles": _SECRETARIAT | _EVALUATOR,
    **dict.fromkeys(
        (
            "POST /v1/initiatives/{initiative_id}/municipalities/{municipality_code}/answer",
            "GET /v1/initiatives/{initiative_id}/municipalities/{municipality_code}/passed-on",
            "GET /v1/initiatives/{initiative_id}/municipalities/{municipality_code}/passed-on/{entry_id}",
            "GET /v1/initiatives/{initiative_id}/steps",
        ),
        _TEAM | _SECRETARIAT,
    ),
    "POST /v1/initiatives/{initiative_id}/municipalities/{municipality_code}/passed-on": _TEAM,
    "PUT /v1/initiatives/{initiative_id}/municipalities/{municipality_code}/passed-on/{entry_id}": _TEAM,
    "POST /v1/courses": _SCHOOL,
    "GET /v1/courses": _SCHOOL | _SECRETARIAT,
    "GET /v1/courses/{course_id}": _SCHOOL,
    "PATCH /v1/courses/{course_id}": _SCHOOL,
    "POST /v1/courses/{course_id}/end": _SCHOOL,
    "POST /v1/courses/{course_id}/sessions": _SCHOOL,
    "GET /v1/courses/{course_id}/sessions": _SCHOOL,
    "GET /v1/courses/{course_id}/sessions/{held_on}/{starts_at}": _SCHOOL,
    "PUT /v1/courses/{course_id}/sessions/{held_on}/{starts_at}": _SCHOOL,
    "DELETE /v1/courses/{course_id}/sessions/{held_on}/{starts_at}": _SCHOOL,
    "POST /v1/courses/{course_id}/enrolments": _SCHOOL,
    "GET /v1/courses/{course_id}/offers": _SCHOOL,
    "POST /v1/courses/{course_id}/offers": _SCHOOL,
    "POST /v1/courses/{course_id}/split": _SCHOOL,
    "POST /v1/courses/{course_id}/merge": _SCHOOL,
    "GET /v1/courses/{course_id}/regroupings": _SCHOOL,
    "GET /v1/courses/{course_id}/schedule": _SCHOOL,
    "PUT /v1/courses/{course_id}/schedule": _SCHOOL,
    "GET /v1/courses/{course_id}/planned-sessions": _SCHOOL,
    "POST /v1/courses/{course_id}/planned-sessions/confirmations": _SCHOOL,
    "GET /v1/enrolments/{enrolment_id}": _SCHOOL,
    "PATCH /v1/enrolments/{enrolment_id}": _SCHOOL,
    "GET /v1/courses/{course_id}/dosage": _SCHOOL,
    "GET /v1/courses/{course_id}/pupils": _SCHOOL,
    "GET /v1/pupils/{pupil_id}/dosage": _SCHOOL,
    "POST /v1/drafts": _MUNICIPALITY | _SCHOOL | _SECRETARIAT,
    "GET /v1/drafts": _MUNICIPALITY | _SCHOOL | _SECRETARIAT,
    "GET /v1/drafts/{draft_id}": _MUNICIPALITY | _SCHOOL | _SECRETARIAT,
    "PUT /v1/drafts/{draft_id}": _MUNICIPALITY | _SCHOOL | _SECRETARIAT,
    "DELETE /v1/drafts/{draft_id}": _MUNICIPALITY | _SCHOOL | _SECRETARIAT,
    "POST /v1/drafts/{draft_id}/submit": _MUNICIPALITY | _SCHOOL | _SECRETARIAT,
    "POST /v1/drafts/{draft_id}/return": _SECRETARIAT,
    "POST /v1/drafts/{draft_id}/publish": _SECRETARIAT,
    "POST /v1/withdrawals": _MUNICIPALITY | _SCHOOL | _SECRETARIAT,
    "POST /v1/deliveries": _EVALUATOR,
    "GET /v1/deliveries": _EVALUATOR,
    "GET /v1/deliveries/{delivery_id}": _EVALUATOR,
    "GET /v1/deliveries/{delivery_id}/bundle": _EVALUATOR,
    "GET /v1/deliveries/{delivery_id}/files/{name}": _EVALUATOR,
}

BOUND_TO_A_MUNICIPALITY: Final = frozenset({"municipality_integration", "school", "resource_team"})
"""Roles that see the municipalities of their token alone. Secretariat and evaluator read the whole country."""

BOUND_TO_INSTITUTIONS: Final = BOUND_TO_A_MUNICIPALITY
"""Roles that see the institutions of their token alone, where it names any."""

NOTHING_WITHOUT_INSTITUTIONS: Final = frozenset({"school"})
"""Roles that see nothing where the token names none."""
