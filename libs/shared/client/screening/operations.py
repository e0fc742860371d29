"""The requests about kept gross lists, assessments and decisions."""

from collections.abc import Mapping
from typing import Any, Final

from libs.shared.client.operations import Operation, Page, Replaced
from libs.shared.client.screening.models import (
    Answers,
    Assessment,
    AssessmentAsked,
    AssessmentListed,
    AssessmentVersion,
    Decision,
    DecisionListed,
    Designated,
    KeptList,
    KeptPupil,
    ListToKeep,
    Questions,
    ReversalAsked,
)

HERE = ("registration",)
KEPT: Final = "/v1/kept-gross-lists"
ASSESSMENTS: Final = "/v1/assessments"
SELECTIONS: Final = "/v1/selections"
_PAGES = frozenset({"page_size", "page_token", "sort"})
_LIST = _PAGES | {"municipality", "school_id"}
_CONDITION = frozenset({"if-match"})


def _marked(shown: Mapping[str, Any]) -> dict[str, Any]:
    return {"pupil_ids": [each["pupil_id"] for each in shown["pupils"] if each["designated"]]}


KEEP = Operation(HERE, "POST", KEPT, KeptList, body=ListToKeep, keyed=True)
LIST_KEPT = Operation(HERE, "GET", KEPT, Page[KeptList], query=_LIST)
SHOW_KEPT = Operation(HERE, "GET", f"{KEPT}/{{kept_list_id}}", Page[KeptPupil], query=_PAGES)
QUESTIONS = Operation(HERE, "GET", "/v1/assessment-questions", Questions, query=frozenset({"as_of"}))
BEGIN = Operation(HERE, "POST", ASSESSMENTS, Assessment, body=AssessmentAsked, keyed=True)
LIST_ASSESSMENTS = Operation(HERE, "GET", ASSESSMENTS, Page[AssessmentListed], query=_LIST | {"status"})
ASSESSMENT = Operation(HERE, "GET", f"{ASSESSMENTS}/{{assessment_id}}", Assessment)
SAVE = Operation(
    HERE,
    "PUT",
    f"{ASSESSMENTS}/{{assessment_id}}",
    Assessment,
    body=Answers,
    headers=_CONDITION,
    replaced=Replaced(ASSESSMENT),
)
VERSIONS = Operation(HERE, "GET", f"{ASSESSMENTS}/{{assessment_id}}/versions", Page[AssessmentVersion], query=_PAGES)
LIST_DECISIONS = Operation(
    HERE, "GET", SELECTIONS, Page[DecisionListed], query=_LIST | {"class_id", "kind", "is_reversed"}
)
DECISION = Operation(HERE, "GET", f"{SELECTIONS}/{{selection_id}}", Decision)
DESIGNATE = Operation(
    HERE,
    "PUT",
    f"{SELECTIONS}/{{selection_id}}/designated",
    Decision,
    body=Designated,
    headers=_CONDITION,
    replaced=Replaced(DECISION, content=_marked),
)
REVERSE = Operation(
    HERE,
    "POST",
    f"{SELECTIONS}/{{selection_id}}/reversal",
    Decision,
    body=ReversalAsked,
    headers=_CONDITION,
    keyed=True,
)
