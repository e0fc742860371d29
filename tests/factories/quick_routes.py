"""Lets FastAPI analyse each parameter of a route once in a process.

A test with a database of its own builds its service with 140 routes. The analysis of their parameters took more
processor time than the rest of most such tests. It does not change between tests, so it is kept. A service that runs in
a process of its own uses the analysis of FastAPI itself.
"""

import inspect
from typing import Annotated, Any, get_args, get_origin

from fastapi.dependencies import utils

_analyse = utils.analyze_param
_known: dict[object, tuple[utils.ParamDetails, object]] = {}


def _quickly(*, param_name: str, annotation: Any, value: Any, path_param_names: set[str]) -> utils.ParamDetails:
    given = {"param_name": param_name, "annotation": annotation, "value": value, "path_param_names": path_param_names}
    parts: Any = annotation
    if get_origin(annotation) is Annotated:
        first, *others = get_args(annotation)
        parts = (first, *map(id, others))  # kept alive by the entry, so no other object gets their addresses
    default = repr(value) if value is not inspect.Signature.empty else None
    key = (param_name, parts, default, param_name in path_param_names)
    if key in _known:
        return _known[key][0]
    found = _analyse(**given)
    if found.depends is None:  # a dependency may hold the objects of one test
        _known[key] = found, annotation
    return found


def pytest_configure() -> None:
    """Replace FastAPI's own analysis by the one that remembers."""
    utils.analyze_param = _quickly
