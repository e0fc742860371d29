"""The requests about projects and guidance."""

from pydantic import BaseModel

from libs.shared.client.operations import Operation, Replaced
from libs.shared.client.registration.projects.models import (
    Guidance,
    GuidanceWritten,
    Project,
    ProjectAsked,
    ProjectHistory,
    Reasons,
    Returned,
)

HERE = ("registration",)
_PAGES = frozenset({"page_size", "page_token"})
_IF_MATCH = frozenset({"if-match"})
CREATE_PROJECT = Operation(HERE, "POST", "/v1/projects", Project, body=ProjectAsked, keyed=True)
PROJECT = Operation(HERE, "GET", "/v1/projects/{project_id}", Project)
CHANGE_PROJECT = Operation(
    HERE,
    "PUT",
    "/v1/projects/{project_id}",
    Project,
    body=ProjectAsked,
    headers=_IF_MATCH,
    replaced=Replaced(PROJECT),
)


def _step(name: str, body: type[BaseModel] | None = None) -> Operation[Project]:
    path = f"/v1/projects/{{project_id}}/{name}"
    return Operation(HERE, "POST", path, Project, body=body, headers=_IF_MATCH, keyed=True)


SUBMIT_PROJECT = _step("submit", Reasons)
APPROVE_PROJECT = _step("approve", Reasons)
APPROVE_AMENDMENT = _step("approve-amendment", Reasons)
RETURN_PROJECT = _step("return", Returned)
AMEND_PROJECT = _step("amendments")
WITHDRAW_AMENDMENT = _step("withdraw")
CLOSE_PROJECT = _step("close")
PROJECT_HISTORY = Operation(HERE, "GET", "/v1/projects/{project_id}/history", ProjectHistory, query=_PAGES)
LOG_GUIDANCE = Operation(HERE, "POST", "/v1/guidance", Guidance, body=GuidanceWritten, keyed=True)
