"""The full template of the route that answered, such as ``/v1/pupils/{pupil_id}``."""

from fastapi.routing import iter_route_contexts
from starlette.routing import Match
from starlette.types import Scope

NO_ROUTE = "(none)"


class RouteTemplates:
    """Finds templates for logs and metrics, where the address itself must not appear: it may contain an id of a person.

    FastAPI gives a request the route as its own router knows it, without the prefixes of the routers around it, so the
    full path is looked up among the application's routes (listed once, and again when an unknown one occurs).
    """

    def __init__(self) -> None:
        self._paths: dict[int, str] = {}

    def template(self, scope: Scope) -> str:
        """The template of the matched route, or of the one that would have matched a request refused before the router.

        ``(none)`` if there is none.
        """
        route = scope.get("route")
        if route is None:
            return self._before_routing(scope)
        if id(route) not in self._paths:
            for context in iter_route_contexts(scope["app"].routes):
                self._paths[id(context.original_route)] = context.path or NO_ROUTE
            self._paths.setdefault(id(route), NO_ROUTE)
        return self._paths[id(route)]

    def _before_routing(self, scope: Scope) -> str:
        """The template of the route that would match. Puts the path parameters into the scope, as the router would."""
        as_get = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        for context in iter_route_contexts(scope["app"].routes if "app" in scope else ()):
            match, child = context.matches(as_get)
            if match is Match.FULL:
                scope["path_params"] = child.get("path_params", {})
                return context.path or NO_ROUTE
        return NO_ROUTE
