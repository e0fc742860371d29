"""Makes a column from a field of a row model: the type and its constraints choose the converter."""

import types
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from libs.shared.files.columns import (
    Column,
    Converter,
    Key,
    ParseContext,
    ReadyColumn,
    read_date,
    read_decimal,
    read_identifier,
    read_integer,
    read_text,
)
from libs.shared.files.errors import Refused


def _read_choice(text: str, _context: ParseContext, *, allowed: Mapping[str, Any], code: str) -> Any:
    try:
        return allowed[text]
    except KeyError:
        raise Refused(code, allowed=list(allowed)) from None


def _read_constrained(
    text: str, context: ParseContext, *, read: Converter, check: TypeAdapter[Any], code: str, example: str
) -> Any:
    value = read(text, context)
    try:
        return check.validate_python(value)
    except ValidationError as invalid:
        raise _refusal(invalid, code, example) from None


_LIMITS = {"greater_than_equal": ("ge", "≥"), "less_than_equal": ("le", "≤"), "greater_than": ("gt", ">")}
_LIMITS["less_than"] = ("lt", "<")


def _refusal(invalid: ValidationError, code: str, example: str) -> Refused:
    """Pydantic's first complaint as a code of ours; its limits are the declaration's, never the value."""
    # include_input is false: the value must not leave this function.
    complaint = invalid.errors(include_input=False, include_url=False)[0]
    if complaint["type"] in _LIMITS:
        name, sign = _LIMITS[complaint["type"]]
        return Refused("number.range", limit=f"{sign} {complaint['ctx'][name]}")
    return Refused(code, example=example)


def _same(value: Any) -> Any:
    return value


def _key_from_json(value: Any) -> Any:
    return None if value is None else Key(*value)


def _optional(to: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else to(value)


def _unwrap(annotation: Any) -> tuple[Any, bool]:
    """A type without its ``| None``, and whether it had one."""
    if get_origin(annotation) in {Union, types.UnionType}:
        rest = [part for part in get_args(annotation) if part is not types.NoneType]
        if len(rest) == 1:
            return rest[0], True
    return annotation, False


def _by_type(kind: Any, column: Column) -> tuple[Converter, Callable[[Any], Any], Callable[[Any], Any]]:
    """(converter, to JSON, from JSON) of a plain type. Raises ``TypeError`` for one that no file can hold."""
    if kind is date:
        read = partial(read_date, past=column.past, open_end=column.open_end)
        return read, _optional(date.isoformat), _optional(date.fromisoformat)
    if kind is Decimal:
        return read_decimal, _optional(str), _optional(Decimal)
    if kind is int:
        return read_integer, _same, _same
    if kind is str:
        return read_text, _same, _same
    if kind is Key:
        return read_identifier, _optional(list), _key_from_json
    raise TypeError(f"a column cannot be of type {kind!r}; give it a converter or use str, int, Decimal, date, Literal")


_STORED = {date: "date", Decimal: "numeric", int: "bigint"}


def ready(name: str, info: FieldInfo) -> ReadyColumn:
    """The column declared by a row model's field. Raises ``TypeError`` for a field that is no column."""
    column = next((entry for entry in info.metadata if isinstance(entry, Column)), None)
    if column is None:
        raise TypeError(f"field {name} carries no Column")
    kind, optional = _unwrap(info.annotation)
    required = info.is_required() and not optional
    constraints = [entry for entry in info.metadata if not isinstance(entry, Column)]
    if get_origin(kind) is Annotated:  # `Annotated[str, …] | None` keeps its constraints inside
        kind, *inner = get_args(kind)
        constraints += inner
    allowed: tuple[str, ...] = column.allowed or ()
    to_json: Callable[[Any], Any]
    from_json: Callable[[Any], Any]
    read: Converter
    if get_origin(kind) is Literal:
        values = {str(value): value for value in get_args(kind)}
        allowed = tuple(values)
        read = partial(_read_choice, allowed=values, code=column.code or "value.unknown")
        to_json, from_json = _same, _same
    else:
        read, to_json, from_json = _by_type(kind, column)
    if column.convert is not None:
        read = column.convert
    elif constraints:
        # A subscript made at run time: the type with the declaration's own constraints.
        constrained: Any = Annotated[(kind, *constraints)]
        annotated: TypeAdapter[Any] = TypeAdapter(constrained)
        read = partial(
            _read_constrained,
            read=read,
            check=annotated,
            code=column.code or "value.invalid",
            example=column.example,
        )
    if column.open_end and not (kind is date and optional):
        raise TypeError(f"column {name} has an open end, so its type must be date | None")
    if column.identifier and kind is not Key:
        raise TypeError(f"identifier column {name} must be of type Key")
    if column.keyed and not column.secret:
        raise TypeError(f"column {name} is no secret, so it need not be keyed")
    stored = _STORED.get(type(get_args(kind)[0]) if get_origin(kind) is Literal else kind, "text")
    numeric, default = kind in {int, Decimal}, None if info.is_required() else info.default
    return ReadyColumn(name, column, required, read, to_json, from_json, stored, numeric, allowed, default)
