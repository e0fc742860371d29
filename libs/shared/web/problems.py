"""Turns every failure of a request into a problem document; no other code does.

No answer repeats a value of the request, as it may be an identifier. The address is not repeated either, so
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
from libs.shared.db.passing import Cause, passing_cause
from libs.shared.observability.correlation import current_correlation_id, new_correlation_id
from libs.shared.observability.failures import describe_failure, sqlstate
from libs.shared.observability.logs import get_logger
from libs.shared.web import documents
from libs.shared.web.language import choose_language
from libs.shared.web.methods import allow
from libs.shared.web.refusals import (
    BodyTooSlow,
    Busy,
    DependencyAway,
    HttpRefusal,
    MethodNotAllowed,
    RequestInvalid,
    TextNotStorable,
)
from libs.shared.web.request_log import note_code
from libs.shared.web.validation import field_problems

_log = get_logger("skoleloeft.http")

RETRY_AFTER_SECONDS = 5
_NOT_STORABLE = frozenset({"22021", "22P05"})  # a NUL character, or another one that the database cannot store
_UNKNOWN_TO_DATABASE = frozenset({"42P01", "42703", "42704", "42883"})  # table, column, object, function
_IN_THE_WAY = frozenset({Cause.LOCK, Cause.CONFLICT})
_CAUSE = "skoleloeft.unavailable_cause"
_BARE = {400: BadRequest, 404: NotFound, 405: MethodNotAllowed, 408: BodyTooSlow}


def problem_response(scope: Scope, problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The HTTP answer for a problem, in the caller's language and with the headers that its status requires.

    The cause of a 503 is stored in the request's scope, where the edge reads it to count it.
    """
    note_code(scope, problem.code)
    if problem.status == 503:
        scope[_CAUSE] = str(problem.params.get("cause", problem.code))
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
    """The answer to a problem raised by a route, a use case or a dependency."""
    assert isinstance(failure, Problem)  # noqa: S101 - Starlette hands each handler its own type only
    if failure.status >= 500:
        write = _log.warning if failure.status == 503 else _log.error
        write("http.refused", code=failure.code, failure=describe_failure(failure))
    return problem_response(request.scope, failure)


async def on_validation(request: Request, failure: Exception) -> Response:
    """The answer to a request that does not fit the declared parameters or body."""
    assert isinstance(failure, RequestValidationError)  # noqa: S101 - see on_problem
    errors = [one.model_dump(by_alias=True) for one in field_problems(failure.errors())]
    return problem_response(request.scope, RequestInvalid(extra={"errors": errors}))


async def on_http_exception(request: Request, failure: Exception) -> Response:
    """The answer to errors of the router and the framework: 404, 405, an unreadable body and so on."""
    assert isinstance(failure, HTTPException)  # noqa: S101 - see on_problem
    headers = allow(request.scope) if failure.status_code == 405 else failure.headers
    return problem_response(request.scope, problem_of_status(failure, request.scope), headers)


def problem_of_status(failure: HTTPException, scope: Scope) -> Problem:
    """The problem for a status of the router or the framework."""
    match failure.status_code:
        case status if status in _BARE:
            return _BARE[status]()
        case 413:
            return TooLarge(limit=scope.get("skoleloeft.body_limit", 0))
        case 415:
            return UnsupportedMedia(accepted="application/json")
        case status:
            return HttpRefusal.of(status)


def unavailable_cause(scope: Scope) -> str | None:
    """Why this request was answered 503: one of ``Cause``, or the code of the problem; None if it was not."""
    cause: str | None = scope.get(_CAUSE)
    return cause


def may_be_unmigrated(failure: BaseException) -> bool:
    """Whether the database does not know a name that the program uses: it is not migrated, or the program is wrong."""
    return sqlstate(failure) in _UNKNOWN_TO_DATABASE


def problem_of_failure(failure: BaseException, *, schema_behind: bool = False) -> Problem:
    """The problem for an unexpected failure: 503 if trying again can help, 422 for text that no database column can
    hold, and otherwise 500 without the cause.

    ``schema_behind`` says that the database waits for its migration, so that an unknown name is no error of the
    program. A statement that took too long is 503 as well: it changed nothing, and mostly fails because of the load at
    the moment. One that always takes too long is visible in the metric by cause.
    """
    if sqlstate(failure) in _NOT_STORABLE:
        return TextNotStorable()
    if schema_behind and may_be_unmigrated(failure):
        return DependencyAway(cause="schema")
    cause = passing_cause(failure)
    if cause is None:
        return Problem()
    return Busy(cause=cause) if cause in _IN_THE_WAY else DependencyAway(cause=cause)
