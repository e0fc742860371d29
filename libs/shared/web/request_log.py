"""The fields of the one log line of each request: who did what, on which object, and with which result.

Until there is an audit log, these lines show who read data about a child. Text in an address may be a CPR number, a
local id or a name, so only values in the form of the platform's ids (UUIDs) and of official numbers of municipalities
and schools are logged.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import Request
from starlette.types import Scope

from libs.shared.observability.metrics import known_method
from libs.shared.values.codes import is_institution_number, is_municipality_code
from libs.shared.web.access import identified

_NOTES = "skoleloeft.notes"
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_MOST = 20


def _is_uuid(text: str) -> bool:
    return _UUID.fullmatch(text) is not None


_IDS = (
    "receipt_id", "school_id", "pupil_id", "selection_id", "project_id", "course_id", "draft_id", "delivery_id",
    "case_id", "initiative_id", "entry_id", "disclosure_id", "conflict_id", "class_id", "kept_list_id", "assessment_id",
    "guidance_id", "enrolment_id",
)  # fmt: skip
LOGGED: Mapping[str, Callable[[str], bool]] = {
    "municipality_code": is_municipality_code,
    "municipality": is_municipality_code,
    "institution_number": is_institution_number,
    **dict.fromkeys(_IDS, _is_uuid),
}
"""The parameters whose value is logged, if it has this form: ids of this platform and official numbers. A test compares
them with the routes of all services.
"""


def take_notes(scope: Scope) -> None:
    """Start the notes of a request; copies of its scope made by the layers share them."""
    scope[_NOTES] = {"code": None, "objects": {}}


def note_objects(request: Request, name: str, ids: Iterable[UUID]) -> None:
    """Note objects in the answer that the address does not name, such as the pupils that a look-up found."""
    request.scope[_NOTES]["objects"][name] = [str(each) for each in ids]


def note_code(scope: Scope, code: str) -> None:
    """Note the stable code of the problem in the answer."""
    if _NOTES in scope:
        scope[_NOTES]["code"] = code


def note_location(scope: Scope, location: str | None) -> None:
    """Note the id of the created object, which is at the end of the answer's ``Location``."""
    if location is not None and _UUID.fullmatch(end := location.rpartition("/")[2]):
        scope[_NOTES]["objects"]["created"] = end


def request_line(scope: Scope, route: str, status: int) -> dict[str, Any]:
    """The fields, always all of them, as JSON-ready values; ``docs/guides/ops/http.md`` describes them."""
    caller = identified(scope)
    notes = scope[_NOTES]
    return {
        "method": known_method(scope["method"]),
        "route": route,
        "status": status,
        "code": notes["code"],
        "subject": caller.subject if caller else None,
        "roles": sorted(role.value for role in caller.roles) if caller else [],
        "municipality_codes": sorted(caller.municipality_codes) if caller else [],
        "institution_numbers": sorted(caller.institution_numbers) if caller else [],
        "objects": _named(scope) | notes["objects"],
    }


def _named(scope: Scope) -> dict[str, Any]:
    """The objects that the address names, in its path or, for a list, in its query."""
    in_query = parse_qsl(scope.get("query_string", b"").decode("ascii", "replace"))[:_MOST]
    return _safe([*in_query, *_texts(scope.get("path_params") or {})])


def _texts(parameters: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    return ((name, str(value)) for name, value in parameters.items())


def _safe(named: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The parameters whose value has the form of an id of the platform or an official number, as its name requires."""
    return {name: value for name, value in named if (has_form := LOGGED.get(name)) is not None and has_form(value)}
