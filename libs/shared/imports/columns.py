"""Columns: declared on the fields of a row model, read by converters made from the same declaration.

A converter takes one field's text and gives a value or raises ``Refused``. It is called once per *distinct* text of a
chunk (dates, codes and pupils repeat), so it may be careful without being slow.
"""

import re
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from libs.shared.base.date_window import FIRST_DAY, OPEN_END, last_day
from libs.shared.imports.errors import Refused
from libs.shared.privacy.cpr_in_text import holds_cpr_number
from libs.shared.privacy.identifiers import IdentifierInvalid, IdentifierKind, normalise, parse_cpr_number
from libs.shared.privacy.keys import LookupKeys


class Key(NamedTuple):
    """An identifier as it leaves the parser: a keyed hash, never the identifier."""

    kind: str
    key_id: str
    value: str


@dataclass(frozen=True, slots=True)
class ParseContext:
    """What converters may know of the upload. ``today`` is the municipality's date."""

    municipality_code: str
    identifier: IdentifierKind
    lookup_keys: LookupKeys
    today: date


Converter = Callable[[str, ParseContext], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """How a field of a row model stands in a file: put it in ``Annotated`` beside the type.

    ``identifier`` columns hold whatever identifier the upload names and become a ``Key``. ``secret`` columns (names,
    CPR numbers that a service must encrypt) reach the handler in the clear and can never be parked; ``keyed`` says of
    which kind of identifier the values are, so that equal ones are found while they are sealed. ``convert``
    replaces the converter made from the type; ``code`` replaces the code of a failed format. A date is one of
    ``base.date_window``; of a ``past`` column not after today; in an ``open_end`` one ``9999-12-31`` means empty.
    """

    da: str
    en: str
    example: str
    max_length: int = 200
    identifier: bool = False
    secret: bool = False
    keyed: IdentifierKind | None = None
    past: bool = False
    open_end: bool = False
    code: str | None = None
    convert: Converter | None = None
    allowed: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ReadyColumn:
    """A declared column with its name, its converter, and the way to JSON and back (for parked rows)."""

    name: str
    column: Column
    required: bool
    convert: Converter
    to_json: Callable[[Any], Any]
    from_json: Callable[[Any], Any]
    stored: str = "text"
    """The type of PostgreSQL that holds its values."""
    numeric: bool = False
    allowed: tuple[str, ...] = field(default=())

    def read(self, text: str, context: ParseContext) -> Any:
        """The value of one field's text; None for an empty optional one. Raises ``Refused``."""
        text = text.strip()
        if not text:
            if self.required:
                raise Refused("value.required")
            return None
        if len(text) > self.column.max_length:
            raise Refused("value.too_long", max=self.column.max_length)
        if not text.isprintable():
            raise Refused("value.characters")
        return self.convert(text, context)


_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_DANISH = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,18}(?:[.,]\d{1,9})?", re.ASCII)


def read_date(text: str, context: ParseContext, *, past: bool = False, open_end: bool = False) -> date | None:
    """ISO or dd-mm-yyyy; None for an end that is written as open."""
    if match := _ISO.fullmatch(text):
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    elif match := _DANISH.fullmatch(text):
        day, month, year = int(match[1]), int(match[2]), int(match[3])
    else:
        raise Refused("date.invalid")
    try:
        value = date(year, month, day)
    except ValueError:
        raise Refused("date.invalid") from None
    if open_end and value == OPEN_END:
        return None
    if past and value > context.today:
        raise Refused("date.in_future")
    last = last_day(context.today)
    if not FIRST_DAY <= value <= last:
        raise Refused("date.out_of_range", first=FIRST_DAY.isoformat(), last=last.isoformat())
    return value


def read_decimal(text: str, _context: ParseContext) -> Decimal:
    """A number with a comma or a full stop before its decimals; no thousands separator."""
    if not _NUMBER.fullmatch(text):
        raise Refused("number.invalid")
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise Refused("number.invalid") from None


def read_integer(text: str, context: ParseContext) -> int:
    """A whole number; ``5,0`` is one."""
    value = read_decimal(text, context)
    if value != value.to_integral_value():
        raise Refused("number.invalid")
    return int(value)


def read_text(text: str, _context: ParseContext) -> str:
    """The text as it stands, if there is no CPR number in it."""
    if holds_cpr_number(text):
        raise Refused("text.identifier")
    return text


def read_identifier(text: str, context: ParseContext) -> Key:
    """The upload's kind of identifier, as a lookup key by the active key."""
    try:
        normalised = normalise(context.identifier, text)
    except IdentifierInvalid as invalid:
        raise Refused(invalid.code) from None
    key_id, value = context.lookup_keys.value(context.identifier, normalised, context.municipality_code)
    return Key(context.identifier.value, key_id, value)


def read_cpr_number(text: str, _context: ParseContext) -> str:
    """A CPR number's ten digits in the clear, for ``secret`` columns alone."""
    try:
        return parse_cpr_number(text).digits
    except IdentifierInvalid as invalid:
        raise Refused(invalid.code) from None


def read_uni_login(text: str, _context: ParseContext) -> str:
    """A UNI-Login in the clear, for ``secret`` columns alone."""
    try:
        return normalise(IdentifierKind.UNI_LOGIN, text)
    except IdentifierInvalid as invalid:
        raise Refused(invalid.code) from None


def read_local_id(text: str, _context: ParseContext) -> str:
    """A source system's id in the clear, for ``secret`` columns alone."""
    try:
        return normalise(IdentifierKind.LOCAL_ID, text)
    except IdentifierInvalid as invalid:
        raise Refused(invalid.code) from None


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
    # include_input stays out: the value must not travel.
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
    if column.keyed and not column.secret:
        raise TypeError(f"column {name} is no secret, so it need not be keyed")
    if column.identifier and kind is not Key:
        raise TypeError(f"identifier column {name} must be of type Key")
    stored = _STORED.get(type(get_args(kind)[0]) if get_origin(kind) is Literal else kind, "text")
    return ReadyColumn(name, column, required, read, to_json, from_json, stored, kind in {int, Decimal}, allowed)
