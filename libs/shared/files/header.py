"""Reads a CSV file's header, and refuses what can be wrong with it.

A header has at most ``HEADER_BYTES`` bytes and ``MORE_NAMES`` names more than its kind has columns. Both limits are
checked before any name is compared, so that reading a header is cheap. A refusal repeats a few names only.
"""

import csv
import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from libs.shared.files.charset import decode_line
from libs.shared.files.kind import RETURNED_COLUMNS, Kind
from libs.shared.files.problems import (
    ColumnDuplicate,
    ColumnMissing,
    ColumnUnknown,
    FileEmpty,
    HeaderEncoding,
    HeaderQuotes,
    HeaderTooLong,
    HeaderTooWide,
    LineEndsMissing,
)

SEPARATORS = (";", ",", "\t")
HEADER_BYTES = 8192
MORE_NAMES = 20
"""The four columns of a file of refused rows, and some that a spreadsheet leaves empty."""
_SHOWN_POSITIONS = 10
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Header:
    """A CSV file's header: its separator and its names as they stand, lower-cased and stripped.

    An empty name belongs to no column. It is kept, because rows have a cell for it.
    """

    separator: str
    names: tuple[str, ...]

    @property
    def returned(self) -> bool:
        """Whether this is a returned file of refused rows, whose cells were escaped for spreadsheets."""
        return not set(RETURNED_COLUMNS).isdisjoint(self.names)

    @classmethod
    def read(cls, line: str, kind: Kind) -> "Header":
        """Read and check a header line. Raises the file's problems."""
        line = line.strip("\r\n")
        if not line.strip():
            raise FileEmpty
        separator = separator_of(line)
        most = len(kind.columns) + MORE_NAMES
        if (found := line.count(separator) + 1) > most:
            raise HeaderTooWide(pointer="/header", found=found, most=most)
        names = split_names(line)
        check_names(names, kind)
        return cls(separator, names)


def separator_of(line: str) -> str:
    """The separator of a header line: the first of ``; , tab`` that it holds, as no column's name holds one."""
    return next((sign for sign in SEPARATORS if sign in line), ";")


def split_names(line: str) -> tuple[str, ...]:
    """The names of a header line, in lower case and stripped. Raises ``HeaderQuotes``."""
    try:
        cells = next(csv.reader([line], delimiter=separator_of(line), strict=True))
    except csv.Error:
        raise HeaderQuotes(pointer="/header") from None
    return tuple(cell.strip().lower() for cell in cells)


def find_header(beginning: bytes, charset: str, kind: Kind, *, whole: bool) -> tuple[Header, int]:
    """The header that ``beginning`` starts with, and how many bytes it takes with its line end.

    ``beginning`` is all of the file if ``whole``, else more than ``HEADER_BYTES`` of it. Raises the file's problems; a
    file that is one line and no header is told that it has no line ends, which is what is wrong with it.
    """
    end = beginning.find(b"\n", 0, HEADER_BYTES + 1)
    if end < 0 and len(beginning) > HEADER_BYTES:
        raise HeaderTooLong(pointer="/header", limit=HEADER_BYTES)
    line = decode_line(beginning if end < 0 else beginning[:end], charset)
    if line is None:
        raise HeaderEncoding(pointer="/header", charset=charset)
    try:
        header = Header.read(line, kind)
    except (ColumnUnknown, HeaderQuotes, HeaderTooWide):
        if end < 0 and whole:
            raise LineEndsMissing(pointer="/header") from None
        raise
    return header, len(beginning) if end < 0 else end + 1


def check_names(names: Sequence[str], kind: Kind) -> None:
    """Check a header's names. Raises ``ColumnUnknown``, ``ColumnDuplicate`` or ``ColumnMissing``."""
    known = {*kind.by_name, *RETURNED_COLUMNS, ""}
    if unknown := [position for position, name in enumerate(names, start=1) if name not in known]:
        raise _unknown(unknown, [names[position - 1] for position in unknown], kind)
    if twice := sorted(name for name, times in Counter(names).items() if name and times > 1):
        raise ColumnDuplicate(pointer="/header", columns=", ".join(twice))
    if missing := [column.name for column in kind.columns if column.required and column.name not in names]:
        raise ColumnMissing(pointer="/header", columns=", ".join(missing))


def _unknown(positions: Sequence[int], written: Sequence[str], kind: Kind) -> ColumnUnknown:
    """The problem: the positions of the first few unknown names, and the names that may have been meant."""
    near = sorted(
        {
            match
            for name in written
            if len(name) <= _LONGEST_NAME
            for match in difflib.get_close_matches(name, kind.names, 1, 0.7)
        }
    )
    shown = ", ".join(map(str, positions[:_SHOWN_POSITIONS]))
    return ColumnUnknown(
        pointer="/header",
        positions=f"{shown} …" if len(positions) > _SHOWN_POSITIONS else shown,
        suggestion_da=f" (menes {', '.join(near)}?)" if near else "",
        suggestion_en=f" (is {', '.join(near)} meant?)" if near else "",
        known=", ".join(kind.names),
    )
