"""What the check of a file without a server found, to be shown as a table or as JSON. No value of the file is in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from libs.shared.files.errors import FieldError
from libs.shared.files.guide import without_places
from libs.shared.files.kind import Kind
from libs.shared.files.notices import Notice


@dataclass(frozen=True, slots=True)
class Said:
    """Something with a stable code and its text in both languages."""

    code: str
    da: str
    en: str


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with a row. ``column`` is None where it is the whole row; ``value_class`` is like ``digits(9)``."""

    said: Said
    column: str | None
    value_class: str


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A refused row: its number (1 is the first data row), its line in the file, and what is wrong with it."""

    row: int
    line: int
    errors: Sequence[RowError]


@dataclass(frozen=True, slots=True)
class CodeCount:
    """A code, how many rows were refused with it as their first error, and what to do (``…`` stands for details)."""

    said: Said
    rows: int


@dataclass(frozen=True, slots=True)
class FileCheck:
    """A checked file.

    ``problem`` is why the file as a whole would be refused; counts then say how far it was read. ``kind`` is None where
    the kind could not be told. ``rows`` = ``fine`` + ``refused``. ``shown`` are the first refused rows, in the file's
    order. ``needs_server`` are the rules of the kind that only a server can judge, so a row that is fine here may still
    be refused or wait there.
    """

    kind: Kind | None
    media: str
    charset: str
    problem: Said | None = None
    rows: int = 0
    refused: int = 0
    codes: Sequence[CodeCount] = ()
    shown: Sequence[CheckedRow] = ()
    notices: Sequence[Notice] = ()
    needs_server: Sequence[Said] = field(default=())

    @property
    def fine(self) -> int:
        """Rows with nothing against them."""
        return self.rows - self.refused

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong that can be found without a server."""
        return self.problem is None and not self.refused

    def as_json(self) -> dict[str, Any]:
        """Plain values, to be written as JSON."""
        return {
            "kind": self.kind.name if self.kind else None,
            "media": self.media,
            "charset": self.charset,
            "problem": _text_of(self.problem) if self.problem else None,
            "rows": self.rows,
            "fine": self.fine,
            "refused": self.refused,
            "refused_by_code": [{**_text_of(each.said), "rows": each.rows} for each in self.codes],
            "refused_rows": [
                {
                    "row": row.row,
                    "line": row.line,
                    "errors": [
                        {**_text_of(each.said), "column": each.column, "value_class": each.value_class}
                        for each in row.errors
                    ],
                }
                for row in self.shown
            ],
            "notices": [
                {"code": each.code, "column": each.column, "rows": each.count, "messages": each.messages}
                for each in self.notices
            ],
            "needs_server": [_text_of(each) for each in self.needs_server],
        }


def _text_of(said: Said) -> dict[str, Any]:
    return {"code": said.code, "messages": {"da": said.da, "en": said.en}}


def error_of(kind: Kind, error: FieldError) -> RowError:
    """An error with its texts filled in."""
    messages = kind.catalog.messages(error.as_json())
    return RowError(Said(error.code, messages["da"], messages["en"]), error.column, error.value_class)


def counts_of(kind: Kind, by_code: Mapping[str, int]) -> list[CodeCount]:
    """The codes with their general texts, the most frequent first."""
    texts = {text.code: Said(text.code, without_places(text.da), without_places(text.en)) for text in kind.catalog}
    ordered = sorted(by_code.items(), key=lambda each: (-each[1], each[0]))
    return [CodeCount(texts[code], rows) for code, rows in ordered]


def rules_of_server(kind: Kind) -> list[Said]:
    """The rules of a kind that need what is stored."""
    return [
        Said(text.code, without_places(text.da), without_places(text.en))
        for text in kind.catalog
        if text.needs_server and (kind.of_pupils or text.code not in _OF_PUPILS)
    ]


_OF_PUPILS = frozenset(
    {"pupil.unknown", "pupil.outside_scope", "row.would_wait", "row.parked_too_long", "row.wait_ended"}
)
