"""Every date in a request must be inside the window, in bodies and queries of all routes, including new ones."""

import datetime
from collections.abc import Iterator
from contextlib import suppress
from typing import Annotated, Any, get_args

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from libs.shared.base.date_window import FIRST_DAY, DaysInside
from libs.shared.contracts.topics import SERVICES
from tests.factories.wired import wired

BEFORE = FIRST_DAY - datetime.timedelta(days=1)


def kinds(annotation: Any) -> Iterator[Any]:
    """The classes that occur in an annotation."""
    parts = get_args(annotation)
    if not parts:
        yield annotation
    for part in parts:
        yield from kinds(part)


def dates(where: str, info: FieldInfo, seen: tuple[type, ...] = ()) -> Iterator[tuple[str, FieldInfo]]:
    """The fields in and below ``info`` that hold a date, with their place."""
    if DaysInside in info.metadata:
        return
    for kind in set(kinds(info.annotation)):
        if kind is datetime.date:
            yield where, info
        elif isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in seen:
            for name, field in kind.model_fields.items():
                yield from dates(f"{where}.{name}", field, (*seen, kind))


def given(dependant: Dependant) -> Iterator[Any]:
    """The parameters and body of a route and of its dependencies."""
    for group in (dependant.path_params, dependant.query_params, dependant.header_params, dependant.body_params):
        yield from group
    for each in dependant.dependencies:
        yield from given(each)


def takes(info: FieldInfo, day: datetime.date) -> bool:
    # The type with the constraints of its declaration, built at run time.
    constrained: Any = Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation
    for value in (day, [day]):
        with suppress(ValidationError):
            TypeAdapter(constrained).validate_python(value)
            return True
    return False


async def found() -> list[tuple[str, FieldInfo]]:
    all_dates: list[tuple[str, FieldInfo]] = []
    for name in SERVICES:
        for router in (await wired(name)).routers:
            for route in router.routes:
                assert isinstance(route, APIRoute)
                for field in given(route.dependant):
                    where = f"{name} {sorted(route.methods or ())} {route.path} {field.name}"
                    all_dates += dates(where, field.field_info)
    return all_dates


async def test_no_route_takes_a_date_before_the_window() -> None:
    each = await found()
    assert len(each) >= 10
    assert [where for where, info in each if takes(info, BEFORE)] == []
    assert [where for where, info in each if not takes(info, datetime.date(2022, 9, 1))] == []


class _Wrong(BaseModel):
    parts: list[datetime.date | None]


def test_a_date_without_the_window_would_be_found() -> None:
    ((where, info),) = dates("body", FieldInfo(annotation=_Wrong))
    assert where == "body.parts"
    assert takes(info, BEFORE)
