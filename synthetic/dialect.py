"""How a system writes its CSV: charset, line ends, dates, decimals, quotes, blanks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_DATE_COLUMNS = frozenset({"date", "valid_from", "valid_to"})
_DECIMAL_COLUMNS = frozenset({"days"})
_CPR_COLUMNS = frozenset({"pupil", "cpr_number"})
_QUOTED_EVERY, _BLANKS_EVERY, _HYPHEN_EVERY = 3, 5, 7
_CPR_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one file is written. ``untidy`` quotes fields, adds trailing blanks and writes hyphens, each in some rows."""

    charset: str = "utf-8"
    bom: bool = False
    crlf: bool = False
    decimal_comma: bool = False
    day_first: bool = False
    untidy: bool = False

    @property
    def content_type(self) -> str:
        """The ``Content-Type`` with which the file is sent."""
        return f"text/csv; charset={self.charset}"

    def row(self, columns: Sequence[str], fields: Sequence[str], number: int) -> str:
        """Data row ``number`` (1 is the first) without its line end; ``fields`` have ISO dates and decimal points."""
        return self._line(self._field(*pair, number) for pair in zip(_padded(columns, fields), fields, strict=True))

    def header(self, columns: Sequence[str]) -> str:
        """The header row without its line end."""
        return self._line(columns)

    def encode(self, line: str) -> bytes:
        """The bytes of a line with its end."""
        return (line + ("\r\n" if self.crlf else "\n")).encode(self.charset)

    def _line(self, fields: Iterable[str]) -> str:
        return ";".join(fields)

    def _field(self, column: str, text: str, number: int) -> str:
        if self.day_first and column in _DATE_COLUMNS and text.count("-") == 2:
            year, month, day = text.split("-")
            text = f"{day}-{month}-{year}"
        if self.decimal_comma and column in _DECIMAL_COLUMNS:
            text = text.replace(".", ",")
        if self.untidy and number % _HYPHEN_EVERY == 0 and column in _CPR_COLUMNS and len(text) == _CPR_DIGITS:
            text = f"{text[:6]}-{text[6:]}"
        if self.untidy and number % _BLANKS_EVERY == 0:
            text += " "
        if (self.untidy and number % _QUOTED_EVERY == 0) or any(sign in text for sign in ';"\r\n'):
            text = '"' + text.replace('"', '""') + '"'
        return text


def _padded(columns: Sequence[str], fields: Sequence[str]) -> list[str]:
    """A column name for each field, also in rows with too few or too many."""
    return [*columns[: len(fields)], *[""] * (len(fields) - len(columns))]


TIDY = Dialect()
OF_ABSENCE = (
    Dialect(charset="iso-8859-1", crlf=True, decimal_comma=True),
    Dialect(day_first=True, decimal_comma=True),
    Dialect(bom=True),
    Dialect(untidy=True),
)
"""The dialects of the first absence files, in order; later files are tidy."""
