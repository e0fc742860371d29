"""Refuses requests that a proxy and this service could understand differently."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from libs.shared.web.problems import problem_response
from libs.shared.web.refusals import Ambiguous


class Unambiguous:
    """ASGI middleware: 400, and the connection is closed.

    A body with both Content-Length and Transfer-Encoding ends at one place for one reader and at another for the next,
    so that a second request can hide in it (RFC 9112, 6.1). Of two Authorization headers one reader checks the first
    and another the last.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on unambiguous requests."""
        problem = _problem(Headers(scope=scope)) if scope["type"] == "http" else None
        if problem is None:
            await self._app(scope, receive, send)
        else:
            await problem_response(scope, problem, {"Connection": "close"})(scope, receive, send)


def _problem(headers: Headers) -> Ambiguous | None:
    if "transfer-encoding" in headers and "content-length" in headers:
        both = "Content-Length {} Transfer-Encoding"
        return Ambiguous(header_da=both.format("og"), header_en=both.format("and"))
    if len(headers.getlist("authorization")) > 1:
        return Ambiguous(header_da="Authorization står der to gange", header_en="Authorization is there twice")
    return None
