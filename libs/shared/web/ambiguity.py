"""Refuses requests that a proxy and this service could understand differently."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from libs.shared.web.problems import problem_response
from libs.shared.web.refusals import Ambiguous


class Unambiguous:
    """ASGI middleware: answers 400 and closes the connection.

    A body with both Content-Length and Transfer-Encoding may end at different places for two readers, so that a second
    request can be hidden in it (RFC 9112, 6.1). Of two Authorization headers one reader may check the first and another
    the last.
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
