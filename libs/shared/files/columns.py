"""Columns of a file and the converters of their texts; ``declared`` makes them from a row model.

A converter takes one field's text and gives a value or raises ``Refused``. It is called once per *distinct* text of a
chunk (dates, codes and pupils repeat), so it may be careful without being slow.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from libs.shared.base.date_window import FIRST_DAY, OPEN_END, last_day
from libs.shared.files.errors import Refused
from libs.shared.privacy.cpr_in_text import holds_cpr_number
from libs.shared.privacy.identifiers import IdentifierInvalid, IdentifierKind, normalise
from libs.shared.privacy.keys import LookupKeys
from libs.shared.privacy.placeholders import is_placeholder

_LOST = "\ufffd"
"""The replacement character, which programs write for a character that they could not read."""
MOST_KEYS = 50_000
"""The number of keys cached while a file is read: some 20 MB."""


class Key(NamedTuple):
    """An identifier as it leaves the parser: a keyed hash, never the identifier."""

    kind: str
    key_id: str
    value: str


@dataclass(frozen=True, slots=True)
class ParseContext:
    """What converters may know of the upload. ``today`` is the municipality's date.

    ``keys`` remembers the keys of identifiers already read, because every chunk of a file names the same pupils. A
    context is kept while one file is read and no longer, because it holds identifiers.
    """

    municipality_code: str
    identifier: IdentifierKind
    lookup_keys: LookupKeys
    today: date
    keys: dict[str, "Key"] = field(default_factory=dict, repr=False, compare=False)

    def remember(self, keys: Mapping[str, "Key"]) -> None:
        """Add to ``keys``, which never hold more than ``MOST_KEYS`` and those of one chunk."""
        if len(self.keys) + len(keys) > MOST_KEYS:
            self.keys.clear()
        self.keys.update(keys)


Converter = Callable[[str, ParseContext], Any]


class NoIdentifier(Exception):
    """The field of an identifier contains a word for "nothing": it is read as empty, and the sender is told."""


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
    default: Any = None
    """What an empty field of an optional column means."""

    def read(self, text: str, context: ParseContext) -> Any:
        """The value of one field's text; the default for an empty optional one.

        The text is composed (NFC) first, so that two spellings which look the same are one name.

        Raises ``Refused``, and ``NoIdentifier`` for a placeholder in an optional column.
        """
        text = text.strip()
        if not text.isascii():
            text = unicodedata.normalize("NFC", text)
        if not text:
            if self.required:
                raise Refused("value.required")
            return self.default
        if len(text) > self.column.max_length:
            raise Refused("value.too_long", max=self.column.max_length)
        if not text.isprintable():
            raise Refused("value.characters")
        if _LOST in text:
            raise Refused("value.lost_letters")
        try:
            return self.convert(text, context)
        except NoIdentifier:
            if self.required:
                raise Refused("identifier.placeholder") from None
            raise


_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_DANISH = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,18}(?:[.,]\d{1,9})?", re.ASCII)


def read_date(text: str, context: ParseContext, *, past: bool = False, open_end: bool = False) -> date | None:
    """A date written as ``2022-09-30`` or ``30-09-2022``; None for an end that is written as open.
    Raises ``Refused``.
    """
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
    """A number with a comma or a full stop before its decimals; no thousands separator. Raises ``Refused``."""
    if not _NUMBER.fullmatch(text):
        raise Refused("number.invalid")
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise Refused("number.invalid") from None


def read_integer(text: str, context: ParseContext) -> int:
    """A whole number; ``5,0`` is accepted. Raises ``Refused``."""
    value = read_decimal(text, context)
    if value != value.to_integral_value():
        raise Refused("number.invalid")
    return int(value)


TRUTHS = {
    **dict.fromkeys(("true", "1", "ja", "yes", "sand"), "true"),
    **dict.fromkeys(("false", "0", "nej", "no", "falsk"), "false"),
}
"""What people and spreadsheets write; a Danish Excel turns a truth into SAND or FALSK."""


def read_truth(text: str, _context: ParseContext) -> str:
    """``true`` or ``false``, for columns of these two. Raises ``Refused``."""
    try:
        return TRUTHS[text.casefold()]
    except KeyError:
        raise Refused("value.unknown", allowed=["true", "false"]) from None


def read_text(text: str, _context: ParseContext) -> str:
    """The unchanged text, if it contains no CPR number."""
    if holds_cpr_number(text):
        raise Refused("text.identifier")
    return text


def read_identifier(text: str, context: ParseContext) -> Key:
    """An identifier of the upload's kind as a lookup key, made with the active key. Raises ``Refused``."""
    normalised = _identifier(context.identifier, text)
    key_id, value = context.lookup_keys.value(context.identifier, normalised, context.municipality_code)
    return Key(context.identifier.value, key_id, value)


def read_cpr_number(text: str, _context: ParseContext) -> str:
    """A CPR number's ten digits in the clear, for ``secret`` columns alone."""
    return _identifier(IdentifierKind.CPR_NUMBER, text)


def read_uni_login(text: str, _context: ParseContext) -> str:
    """A UNI-Login in the clear, for ``secret`` columns alone."""
    return _identifier(IdentifierKind.UNI_LOGIN, text)


def read_local_id(text: str, _context: ParseContext) -> str:
    """A source system's id in the clear, for ``secret`` columns alone."""
    return _identifier(IdentifierKind.LOCAL_ID, text)


def _identifier(kind: IdentifierKind, text: str) -> str:
    """The normal form of an identifier. Raises ``NoIdentifier`` or ``Refused``."""
    if is_placeholder(text):
        raise NoIdentifier
    try:
        return normalise(kind, text)
    except IdentifierInvalid as invalid:
        raise Refused(invalid.code) from None
