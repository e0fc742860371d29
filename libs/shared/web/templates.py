"""The full template of the route that answered, such as ``/v1/pupils/{pupil_id}``."""

from fastapi.routing import iter_route_contexts
from starlette.types import Scope

NO_ROUTE = "(none)"


class RouteTemplates:
    """Finds templates for logs and metrics, where the address itself must not stand: it may hold an id of a person.

    FastAPI hands a request the route as its own router knows it, without the prefixes of the routers around it, so
    the full path is looked up among the application's routes (listed once, and anew when an unknown one turns up).
    """

    def __init__(self) -> None:
        self._paths: dict[int, str] = {}

    def template(self, scope: Scope) -> str:
        """The template of the matched route; ``(none)`` before the router has found one."""
        route = scope.get("route")
        if route is None:
            return NO_ROUTE
        if id(route) not in self._paths:
            for context in iter_route_contexts(scope["app"].routes):
                self._paths[id(context.original_route)] = context.path or NO_ROUTE
            self._paths.setdefault(id(route), NO_ROUTE)
        return self._paths[id(route)]
