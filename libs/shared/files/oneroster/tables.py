"""Reads one CSV file of the zip row by row (RFC 4180, UTF-8, commas). Bounded by ``limits``, whatever it holds."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from libs.shared.files.oneroster.archive.directory import Member
from libs.shared.files.oneroster.archive.source import Source
from libs.shared.files.oneroster.archive.unpacking import unpack
from libs.shared.files.oneroster.limits import (
    LINE_BYTES,
    MOST_COLUMNS,
    MOST_ROWS,
    RECORD_LINES,
)
from libs.shared.files.oneroster.problems import (
    CsvEmpty,
    CsvInvalid,
    CsvTooLong,
    EncodingWrong,
    HeaderCase,
    HeaderMissing,
    HeaderRepeated,
    HeaderTooWide,
    SeparatorWrong,
    TooManyRows,
)

_OTHER_SEPARATORS = (";", "\t", "|")
_BOM = "\ufeff"


class Table:
    """One file: its header is read and checked first, then its rows.

    ``known`` are the standard's columns of the file, ``required`` those among them that must be there. A byte order
    mark is let pass. Columns that are not known are given in ``others``. Raises the problems of ``problems`` and of the
    archive.
    """

    def __init__(self, source: Source, member: Member, known: Sequence[str], required: Sequence[str]) -> None:
        self.name = member.name
        self._lines = _Lines(source, member)
        self._records = csv.reader(self._lines, strict=True)
        self._header = self._read_header(known, required)
        self.columns: Mapping[str, int] = {name: index for index, name in enumerate(self._header)}
        self.others = [index for name, index in self.columns.items() if name not in known]

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self._header)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(number, cells) of each row; 1 is the first after the header. Rows without any text are no rows, but are
        numbered. Cells are stripped. Raises ``CsvInvalid``, ``CsvTooLong``, ``EncodingWrong`` or ``TooManyRows``.
        """
        number = 0
        while (cells := self._next()) is not None:
            number += 1
            if number > MOST_ROWS:
                raise TooManyRows(file=self.name, limit=MOST_ROWS)
            if any(cells):
                yield number, [cell.strip() for cell in cells]

    def _next(self) -> list[str] | None:
        self._lines.begin_record()
        try:
            return next(self._records, None)
        except csv.Error as error:
            if "field limit" in str(error):
                raise CsvTooLong(file=self.name, line=self._lines.number) from None
            raise CsvInvalid(file=self.name, line=self._lines.number) from None

    def _read_header(self, known: Sequence[str], required: Sequence[str]) -> list[str]:
        cells = self._next()
        if not cells or not any(cells):
            raise CsvEmpty(file=self.name)
        header = [cell.strip() for cell in cells]
        while header and not header[-1]:
            header.pop()
        if len(header) == 1 and any(each in header[0] for each in _OTHER_SEPARATORS):
            raise SeparatorWrong(file=self.name)
        if len(header) > MOST_COLUMNS:
            raise HeaderTooWide(file=self.name, limit=MOST_COLUMNS)
        if any(count > 1 for count in Counter(header).values()):
            raise HeaderRepeated(file=self.name)
        by_case = {name.casefold(): name for name in known}
        for name in header:
            right = by_case.get(name.casefold())
            if right is not None and right != name:
                raise HeaderCase(file=self.name, column=right)
        for name in required:
            if name not in header:
                raise HeaderMissing(file=self.name, column=name)
        return header


class _Lines:
    """The lines of a member, decoded, with their ends. ``number`` is that of the line that was read last."""

    def __init__(self, source: Source, member: Member) -> None:
        self.number = 0
        self._name = member.name
        self._pieces = unpack(source, member)
        self._ready: list[str] = []
        self._rest = b""
        self._ended = False
        self._record = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        while not self._ready:
            if self._ended:
                raise StopIteration
            self._fill()
        if self.number - self._record >= RECORD_LINES:
            raise CsvTooLong(file=self._name, line=self.number)
        self.number += 1
        return self._ready.pop()

    def begin_record(self) -> None:
        """A row begins with the next line."""
        self._record = self.number

    def _fill(self) -> None:
        piece = next(self._pieces, b"")
        self._ended = not piece
        data = self._rest + piece
        lines = data.splitlines(keepends=True) if data else []
        if self._ended or not lines:
            self._rest = b""
        elif not lines[-1].endswith(b"\n"):
            self._rest = lines.pop()
        else:
            self._rest = b""
        if len(self._rest) > LINE_BYTES or any(len(line) > LINE_BYTES for line in lines):
            raise CsvTooLong(file=self._name, line=self.number + 1)
        self._ready = self._decoded(lines)

    def _decoded(self, lines: list[bytes]) -> list[str]:
        """The lines as text, the last first, as they are taken from the end."""
        try:
            texts = [line.decode() for line in lines]
        except UnicodeDecodeError:
            bad = next(index for index, line in enumerate(lines) if not _decodes(line))
            raise EncodingWrong(file=self._name, line=self.number + 1 + bad) from None
        if self.number == 0 and texts:
            if "\0" in texts[0]:
                raise EncodingWrong(file=self._name, line=1)
            texts[0] = texts[0].removeprefix(_BOM)
        texts.reverse()
        return texts


def _decodes(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
