"""The methods of a resource: ``Allow``, HEAD and OPTIONS as RFC 9110 requires (9.1, 9.3.2, 9.3.7, 10.2.1).

The framework has one route per method, names only the first of them when the method is wrong, and answers neither HEAD
nor OPTIONS.
"""

from fastapi.routing import iter_route_contexts
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def allowed_methods(scope: Scope) -> tuple[str, ...]:
    """Every method of the addressed resource, in order, over all routes of its path; empty if there is none."""
    found: set[str] = set()
    for route in iter_route_contexts(scope["app"].routes):
        if route.methods and route.matches(scope)[0] is not Match.NONE:
            found |= route.methods
    if "GET" in found:
        found.add("HEAD")
    if found:
        found.add("OPTIONS")
    return tuple(sorted(found))


def allow(scope: Scope) -> dict[str, str]:
    """The ``Allow`` header for the addressed resource."""
    return {"Allow": ", ".join(allowed_methods(scope))}


class Methods:
    """ASGI middleware: HEAD is answered like GET without the content, OPTIONS with the methods of the resource.

    OPTIONS needs no token: its answer is part of the OpenAPI document and concerns no single object.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer OPTIONS and rewrite HEAD; pass on all other requests unchanged."""
        method = scope["method"] if scope["type"] == "http" else ""
        if method == "OPTIONS" and allowed_methods(scope):
            await Response(status_code=204, headers=allow(scope))(scope, receive, send)
        elif method == "HEAD" and "GET" in allowed_methods(scope):
            await self._head(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _head(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def without_content(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        # A copy, as the server leaves out the content depending on the method in its own scope.
        as_get = {**scope, "method": "GET"}
        try:
            await self._app(as_get, receive, without_content)
        finally:
            # The outermost layer names the route and the object in logs and metrics.
            scope.update((name, as_get[name]) for name in ("route", "path_params") if name in as_get)
