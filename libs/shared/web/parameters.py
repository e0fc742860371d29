"""Refuses query parameters that a route does not declare, because a misspelt one would otherwise be ignored."""

from typing import NamedTuple

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import ParamTypes
from fastapi.routing import APIRoute
from fastapi.security.base import SecurityBase

from libs.shared.web.access import identified
from libs.shared.web.refusals import RequestInvalid
from libs.shared.web.validation import field_problems


class _Taken(NamedTuple):
    names: frozenset[str]
    secured: bool


class KnownParameters:
    """A dependency of every route. Raises ``RequestInvalid`` with an error for each unknown parameter.

    A caller without a valid token, on a route that needs one, is refused only for that.
    """

    def __init__(self) -> None:
        self._taken: dict[int, _Taken] = {}

    async def __call__(self, request: Request) -> None:
        """Compare the query of the request with its route."""
        if not request.scope["query_string"]:
            return
        route = request.scope["route"]
        taken = self._taken.get(id(route)) or self._of(route)
        unknown = sorted(set(request.query_params) - taken.names)
        if not unknown or (taken.secured and identified(request.scope) is None):
            return
        error_type = "parameter_unknown" if taken.names else "parameters_none"
        context = {"expected": _listed(sorted(taken.names))}
        errors = [{"type": error_type, "loc": ("query", name), "ctx": context} for name in unknown]
        raise RequestInvalid(extra={"errors": [one.model_dump(by_alias=True) for one in field_problems(errors)]})

    def _of(self, route: APIRoute) -> _Taken:
        """The parameters of a route. Routes live as long as the application, so each is analysed once."""
        fields = get_flat_params(route.dependant)
        names = frozenset(field.alias for field in fields if getattr(field.field_info, "in_", None) is ParamTypes.query)
        self._taken[id(route)] = found = _Taken(names, _secured(route.dependant))
        return found


def _secured(dependant: Dependant) -> bool:
    return isinstance(dependant.call, SecurityBase) or any(map(_secured, dependant.dependencies))


def _listed(names: list[str]) -> str:
    """The names in the format of Pydantic's lists of choices: ``'a', 'b' or 'c'``."""
    quoted = [f"'{name}'" for name in names]
    return " or ".join(filter(None, (", ".join(quoted[:-1]), *quoted[-1:])))
