"""Everything that can go wrong in a request becomes a problem document here, and nowhere else.

No answer ever repeats a value of the request: it may be an identifier. The address is not repeated either, so
``instance`` names the request by its correlation id.
"""

import json
from collections.abc import Mapping

from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from libs.shared.base.errors import BadRequest, NotFound, Problem, TooLarge, UnsupportedMedia
from libs.shared.observability.correlation import current_correlation_id, new_correlation_id
from libs.shared.observability.failures import describe_failure, sqlstate
from libs.shared.observability.logs import get_logger
from libs.shared.web import documents
from libs.shared.web.language import choose_language
from libs.shared.web.methods import allow
from libs.shared.web.refusals import (
    Busy,
    DependencyAway,
    HttpRefusal,
    MethodNotAllowed,
    RequestInvalid,
    TextNotStorable,
)
from libs.shared.web.validation import field_problems

_log = get_logger("skoleloeft.http")

RETRY_AFTER_SECONDS = 5
_NOT_STORABLE = frozenset({"22021", "22P05"})  # a NUL character, or one the database cannot hold
_RETRY = frozenset({"40001", "40P01", "55P03"})  # serialization failure, deadlock, lock not available
_AWAY = ("08", "57P", "53")  # connection, shutdown or cancel by the operator, out of resources


def problem_response(scope: Scope, problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The HTTP answer for a problem, in the caller's language and with the headers its status asks for."""
    language = choose_language(Headers(scope=scope).get("accept-language"))
    body = documents.problem_body(
        status=problem.status,
        code=problem.code,
        messages=problem.messages,
        language=language,
        correlation_id=current_correlation_id() or new_correlation_id(),
        extra={**problem.extra, "pointer": problem.pointer},
    )
    return Response(
        json.dumps(body, ensure_ascii=False, default=str).encode(),
        status_code=problem.status,
        headers={
            "Content-Language": language,
            "Vary": "Accept-Language",
            **_status_headers(problem),
            **(headers or {}),
        },
        media_type=documents.PROBLEM_MEDIA_TYPE,
    )


def _status_headers(problem: Problem) -> dict[str, str]:
    if problem.status == 401:
        missing = problem.code == "token.missing"
        return {"WWW-Authenticate": 'Bearer realm="skoleloeft"' + ("" if missing else ', error="invalid_token"')}
    if problem.status in {429, 503} or "retry_after" in problem.extra:
        return {"Retry-After": str(problem.extra.get("retry_after", RETRY_AFTER_SECONDS))}
    return {}


async def on_problem(request: Request, failure: Exception) -> Response:
    """A problem that a route, a use case or a dependency raised."""
    assert isinstance(failure, Problem)  # noqa: S101 - Starlette hands each handler its own type only
    if failure.status >= 500:
        _log.error("http.refused", code=failure.code, failure=describe_failure(failure))
    return problem_response(request.scope, failure)


async def on_validation(request: Request, failure: Exception) -> Response:
    """A request that does not fit the declared parameters or body."""
    assert isinstance(failure, RequestValidationError)  # noqa: S101 - see on_problem
    errors = [one.model_dump(by_alias=True) for one in field_problems(failure.errors())]
    return problem_response(request.scope, RequestInvalid(extra={"errors": errors}))


async def on_http_exception(request: Request, failure: Exception) -> Response:
    """What the router and the framework raise by themselves: 404, 405, an unreadable body and the like."""
    assert isinstance(failure, HTTPException)  # noqa: S101 - see on_problem
    headers = allow(request.scope) if failure.status_code == 405 else failure.headers
    return problem_response(request.scope, problem_of_status(failure, request.scope), headers)


def problem_of_status(failure: HTTPException, scope: Scope) -> Problem:
    """The problem for a bare status."""
    match failure.status_code:
        case 400:
            return BadRequest()
        case 404:
            return NotFound()
        case 405:
            return MethodNotAllowed()
        case 413:
            return TooLarge(limit=scope.get("skoleloeft.body_limit", 0))
        case 415:
            return UnsupportedMedia(accepted="application/json")
        case status:
            return HttpRefusal.of(status)


def problem_of_failure(failure: BaseException) -> Problem:
    """The problem for a failure that nobody foresaw: 503 if trying again is right, 422 for text that no database
    column can hold, and otherwise 500 without a word about the cause.
    """
    state = sqlstate(failure)
    if state in _NOT_STORABLE:
        return TextNotStorable()
    if state in _RETRY:
        return Busy()
    if isinstance(failure, ConnectionError) or (state is not None and state.startswith(_AWAY)):
        return DependencyAway()
    return Problem()
