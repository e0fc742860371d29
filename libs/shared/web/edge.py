"""The outermost layer of every request: correlation id, trace, security headers, one log line, one observation, and the
handler for unexpected failures.
"""

import time
from collections.abc import Mapping

from opentelemetry.trace import SpanKind, get_current_span
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from libs.shared.base.errors import Problem
from libs.shared.observability.correlation import accepted_or_new, correlation
from libs.shared.observability.failures import describe_failure
from libs.shared.observability.logs import get_logger
from libs.shared.observability.metrics import Metrics, known_method
from libs.shared.observability.tracing import Tracing, continue_trace
from libs.shared.operations.health import SCHEMA, Readiness
from libs.shared.web.problems import may_be_unmigrated, problem_of_failure, problem_response, unavailable_cause
from libs.shared.web.request_log import note_location, request_line, take_notes
from libs.shared.web.templates import RouteTemplates

CORRELATION_HEADER = "X-Correlation-Id"
CLIENT_GONE = 499  # nginx's status for a caller who disconnected; used in logs and metrics only

SECURITY_HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}

_log = get_logger("skoleloeft.http")


class AnswerBroken(RuntimeError):
    """A request failed after its answer had begun; raised without a cause, so that the server closes the connection
    without writing the failure's message to its log.
    """


class Edge:
    """ASGI middleware; must be the outermost."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, tracing: Tracing, readiness: Readiness) -> None:
        self._app = app
        self._readiness = readiness
        self._metrics = metrics
        self._tracing = tracing
        self._templates = RouteTemplates()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle an HTTP request; anything else (lifespan) is passed on unchanged."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        with (
            correlation(accepted_or_new(headers.get(CORRELATION_HEADER))) as correlation_id,
            continue_trace(
                headers.get("traceparent"),
                name=f"HTTP {known_method(scope['method'])}",
                tracing=self._tracing,
                kind=SpanKind.SERVER,
            ),
        ):
            answer = _Answer(
                self._app,
                scope,
                receive,
                send,
                metrics=self._metrics,
                readiness=self._readiness,
                templates=self._templates,
                correlation_id=correlation_id,
            )
            await answer.give()


class _Answer:
    """The state of one request."""

    def __init__(
        self,
        app: ASGIApp,
        scope: Scope,
        receive: Receive,
        send: Send,
        *,
        metrics: Metrics,
        readiness: Readiness,
        templates: RouteTemplates,
        correlation_id: str,
    ) -> None:
        self._app = app
        self._readiness = readiness
        self._metrics = metrics
        self._templates = templates
        self._scope = scope
        self._receive = receive
        self._send_on = send
        self._correlation_id = correlation_id
        self._status: int | None = None

    async def give(self) -> None:
        started = time.perf_counter()
        take_notes(self._scope)
        try:
            await self._app(self._scope, self._receive, self._send)
        except ClientDisconnect:
            self._status = self._status or CLIENT_GONE
        except Exception as failure:
            await self._fail(failure)
        finally:
            self._account(time.perf_counter() - started)

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = MutableHeaders(scope=message)
            note_location(self._scope, headers.get("Location"))
            headers[CORRELATION_HEADER] = self._correlation_id
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
        await self._send_on(message)

    async def _fail(self, failure: Exception) -> None:
        problem = failure if isinstance(failure, Problem) else await self._problem(failure)
        write = _log.warning if problem.status == 503 else _log.error
        write(
            "http.failed",
            route=self._templates.template(self._scope),
            code=problem.code,
            failure=describe_failure(failure),
        )
        if self._status is not None:
            raise AnswerBroken from None
        await problem_response(self._scope, problem)(self._scope, self._receive, self._send)

    async def _problem(self, failure: Exception) -> Problem:
        behind = may_be_unmigrated(failure) and await self._readiness.fails(SCHEMA)
        return problem_of_failure(failure, schema_behind=behind)

    def _account(self, seconds: float) -> None:
        method, route = known_method(self._scope["method"]), self._templates.template(self._scope)
        status = self._status or 500
        self._metrics.observe_request(method=method, route=route, status=status, seconds=seconds)
        if status == 503 and (cause := unavailable_cause(self._scope)) is not None:
            self._metrics.observe_unavailable(cause)
        span = get_current_span()
        span.update_name(f"{method} {route}")
        span.set_attributes({"http.request.method": method, "http.route": route, "http.response.status_code": status})
        own = route.startswith(("/health/", "/metrics"))
        write = _log.debug if own else _log.info
        write("http.request", **request_line(self._scope, route, status), milliseconds=round(seconds * 1000, 1))
