"""For every error in a request to any service, the caller gets the reason in both languages, in the platform's own
texts.
"""

import ast
import copy
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from pydantic import TypeAdapter, ValidationError

from libs.shared.web.texts import FALLBACK
from libs.shared.web.validation import field_problems
from services.intervention_catalog.kinds.kinds import KINDS
from tests.factories.wired import SERVICES, app_of

ODD: tuple[Any, ...] = (
    *(None, True, -1, 7, 10**30, 0.5, 1e300, float("nan"), [], [[]], {}, {"x": 1}, "", "x", "x" * 5000, "-3", "1e400"),
    *("2022-13-01", "1900-01-01", "2150-01-01", "2022-09-30T12:00:00", "\x00", "08:99", ["x"] * 201, [{"x": 1}]),
)
Place = tuple[str | int, ...]
Check = Callable[[Any], list[Mapping[str, Any]]]


def adapters(app: FastAPI) -> Iterator[tuple[str, TypeAdapter[Any], Any]]:
    """The name and adapter of each parameter and body, with a first value (for a body the documented example)."""
    document = app.openapi()
    for route in iter_route_contexts(app.routes):
        dependant = getattr(route, "dependant", None)
        for each in [dependant] if dependant is not None and route.include_in_schema else []:
            todo = [each]
            while todo:
                one = todo.pop()
                todo += one.dependencies
                for field in (*one.path_params, *one.query_params, *one.header_params):
                    yield f"{route.path} {field.name}", field._type_adapter, "x"
                for field in one.body_params:
                    yield f"{route.path} body", field._type_adapter, example(field, document)


def example(field: Any, document: Mapping[str, Any]) -> Any:
    if field.field_info.examples:
        return field.field_info.examples[0]
    model = field.field_info.annotation
    for kind in getattr(model, "__args__", (model,)):
        if hasattr(kind, "__name__") and kind.__name__ in document["components"]["schemas"]:
            return document["components"]["schemas"][kind.__name__]["examples"][0]
    raise AssertionError(f"no example of {model}")


def places(value: Any, at: Place = ()) -> Iterator[Place]:
    yield at
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in parts:
        yield from places(each, (*at, key))


def with_odd(value: Any, at: Place, odd: Any) -> Any:
    if not at:
        return odd
    made = copy.deepcopy(value)
    found = made
    for step in at[:-1]:
        found = found[step]
    found[at[-1]] = odd
    return made


def broken(adapter: TypeAdapter[Any], good: Any) -> Iterator[Mapping[str, Any]]:
    """Every error of values that are wrong in one place, or have an additional field."""
    odd_ones = [with_odd(good, at, odd) for at in places(good) for odd in ODD]
    if isinstance(good, dict):
        odd_ones += [good | {"unknown": 1}, *({k: v for k, v in good.items() if k != name} for name in good)]
    for each in odd_ones:
        try:
            adapter.validate_python(each)
        except ValidationError as refused:
            yield from refused.errors(include_url=False, include_input=False)


async def reached() -> list[tuple[str, Mapping[str, Any]]]:
    found = []
    for name in SERVICES:
        for where, adapter, good in adapters(await app_of(name)):
            found += [(f"{name} {where}", error) for error in broken(adapter, good)]
    for kind in KINDS.values():
        found += [(kind.path, error) for error in broken(TypeAdapter(kind.written), {"unknown": 1})]
    return found


async def test_every_error_that_a_request_can_reach_is_said_in_two_languages_and_not_by_the_general_text() -> None:
    wrong, codes, seen = [], set(), set()
    for where, error in await reached():
        if (kind := (error["type"], str(error.get("ctx")))) in seen:
            continue
        seen.add(kind)
        (said,) = field_problems([{**error, "loc": ("body", *error["loc"])}])
        codes.add(said.code)
        texts = (said.messages.da, said.messages.en)
        if not all(texts) or len(set(texts)) == 1 or said.code == FALLBACK.code:
            wrong.append((where, error["type"], texts))
    assert wrong == []
    assert codes >= {
        *("plan.ends_before_start", "field.missing", "field.unknown", "choice.unknown", "date.expected"),
        *("date.out_of_range", "number.too_small", "number.too_large", "text.too_long", "text.form"),
        *("uuid.expected", "boolean.expected", "list.expected", "list.too_long", "object.expected", "text.too_short"),
    }


def validators(schema: Any) -> Iterator[Any]:
    """The functions that a core schema calls."""
    if isinstance(schema, dict):
        if str(schema.get("type", "")).startswith("function-"):
            given = schema["function"]
            yield given["function"] if isinstance(given, dict) else given
        for each in schema.values():
            yield from validators(each)
    elif isinstance(schema, list | tuple):
        for each in schema:
            yield from validators(each)


def raised(function: Any) -> Iterator[str]:
    """The raise and assert statements of a function, except ``PydanticCustomError(code, english, {"da": danish})``."""
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        match node:
            case ast.Raise(exc=ast.Call(func=ast.Name(id="PydanticCustomError"), args=[_, _, ast.Dict(keys=keys)])):
                if "da" not in {key.value for key in keys if isinstance(key, ast.Constant)}:
                    yield ast.unparse(node)
            case ast.Raise() | ast.Assert():
                yield ast.unparse(node)
            case _:
                pass


async def test_a_validator_of_a_request_raises_nothing_but_a_text_in_both_languages() -> None:
    found = set()
    for name in SERVICES:
        for _, adapter, _ in adapters(await app_of(name)):
            found |= set(validators(adapter.core_schema))
    for kind in KINDS.values():
        found |= set(validators(TypeAdapter(kind.written).core_schema))
    own = {each for each in found if each.__module__.startswith(("libs.", "services."))}
    assert any("_not_before_the_start" in each.__qualname__ for each in own)
    assert {each.__qualname__: list(raised(each)) for each in own if list(raised(each))} == {}


@pytest.mark.parametrize(
    "body",
    [
        'raise ValueError("a mark is one of")',
        "assert mark > 0",
        'raise PydanticCustomError("mark.unknown", "English alone")',
        'raise PydanticCustomError("mark.unknown", "English", {"en": "alone"})',
    ],
)
def test_what_is_looked_for_is_found(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspect, "getsource", lambda _: f"def check(mark):\n    {body}\n")
    assert len(list(raised(object()))) == 1
