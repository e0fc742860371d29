"""Turns one chunk of a file into rows that can be staged and rows that are refused. Pure; called in a thread."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from libs.shared.files.columns import ParseContext
from libs.shared.files.errors import OUTSIDE_SCOPE, FieldError, value_class
from libs.shared.files.kind import INSTITUTION, SCHOOL_YEAR, Kind
from libs.shared.files.kinds.vocabulary import OTHER_INSTITUTION, OTHER_SCHOOL_YEAR
from libs.shared.files.parse import MARKED, Parsed, RefusedRow, parse_chunk
from libs.shared.files.problems import TooManyRefused
from libs.shared.files.sent_names import form_of, noticed_as_named_by
from libs.shared.files.stopping import too_many_refused
from libs.shared.imports.batch import NamedRow
from libs.shared.imports.receipts.receipt import Atomic, Receipt
from libs.shared.imports.receipts.stowing import chunk_context
from libs.shared.imports.staging.naming import named_rows
from libs.shared.imports.staging.records import Sealing, records

TOO_MANY_ROWS = "file.too_many_rows"


@dataclass(frozen=True, slots=True)
class Read:
    """The result of reading a chunk. ``rows`` counts valid and refused rows; ``stop`` is the code of the problem that
    stops the file, if there is one.
    """

    records: Sequence[tuple[Any, ...]]
    refused: Sequence[RefusedRow]
    rows: int
    refused_by_code: Mapping[str, int]
    notices: Mapping[str, int]
    stop: str | None
    named: Sequence[NamedRow] = ()
    """For a snapshot: whom each refused row is about."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk as stored."""

    seq: int
    first_line: int
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Before:
    """The number of rows before a chunk, how many of them are refused, and the chunk's rows that are already done.

    ``written`` says that some row of the file is written: then the file is no longer stopped for its refused rows.
    """

    rows: int
    refused: int
    done: frozenset[int] = frozenset()
    written: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the chunks of one file. It is kept while the file is read, because ``context`` caches identifiers."""

    kind: Kind
    receipt: Receipt
    context: ParseContext
    sealing: Sealing
    atomic_rows: int

    def read(self, chunk: Chunk, before: Before) -> Read:
        """Open, parse and key a chunk. Raises ``Undecryptable``."""
        receipt = self.receipt
        data = self.sealing.vault.decrypt(chunk.sealed, chunk_context(receipt.id, chunk.seq))
        parsed = parse_chunk(
            self.kind,
            receipt.layout,
            self.context,
            data,
            chunk.first_line,
            complete=receipt.upload.snapshot is not None,
        )
        if before.done:
            _leave_out(receipt, parsed, before.done)
        _refuse_outside(receipt, self.kind, parsed)
        _refuse_others(receipt, parsed)
        parsed.refused.sort(key=lambda row: row.line)
        numbers = receipt.layout.row_numbers(parsed.lines)
        return Read(
            records(self.kind, parsed.columns, numbers, self.sealing) if numbers else [],
            parsed.refused,
            parsed.rows,
            Counter(row.errors[0].code for row in parsed.refused),
            _notices(receipt, data, parsed),
            _stop(receipt, parsed, before, self.atomic_rows),
            self._named(parsed) if receipt.upload.snapshot else (),
        )

    def _named(self, parsed: Parsed) -> Sequence[NamedRow]:
        return named_rows(self.kind, self.receipt.layout, self.context, self.sealing.lookup_keys, parsed.refused)


def _notices(receipt: Receipt, data: bytes, parsed: Parsed) -> Mapping[str, int]:
    """The counts of the notices, under the names of the sent file."""
    if receipt.layout.media != MARKED or not parsed.notices:
        return parsed.notices
    return noticed_as_named_by(form_of(data), receipt.upload.kind, parsed.notices)


def _leave_out(receipt: Receipt, parsed: Parsed, done: frozenset[int]) -> None:
    """Remove rows that were written before the staging was lost."""
    row_number = receipt.layout.row_number
    parsed.refused = [row for row in parsed.refused if row.row not in done]
    keep = [index for index, line in enumerate(parsed.lines) if row_number(line) not in done]
    if len(keep) < len(parsed.lines):
        _keep(parsed, keep)


def _refuse_outside(receipt: Receipt, kind: Kind, parsed: Parsed) -> None:
    """Move valid rows about institutions outside the sender's scope to the refused rows."""
    institutions = receipt.upload.institutions
    if institutions is None or INSTITUTION not in parsed.columns:
        return
    numbers = parsed.columns[INSTITUTION]
    outside = [index for index, number in enumerate(numbers) if number not in institutions]
    for index in outside:
        error = FieldError(OUTSIDE_SCOPE, INSTITUTION, value_class(numbers[index] or ""))
        row = receipt.layout.row_number(parsed.lines[index])
        parsed.refused.append(RefusedRow(row, parsed.lines[index], parsed.texts[index], [error]))
    if outside:
        _keep(parsed, [index for index, number in enumerate(numbers) if number in institutions])


def _refuse_others(receipt: Receipt, parsed: Parsed) -> None:
    """Move valid rows that a snapshot is not complete for to the refused rows."""
    snapshot = receipt.upload.snapshot
    if snapshot is None:
        return
    for column, own, code in (
        (INSTITUTION, snapshot.institution_number, OTHER_INSTITUTION),
        (SCHOOL_YEAR, snapshot.school_year, OTHER_SCHOOL_YEAR),
    ):
        values = parsed.columns[column]
        if all(value == own for value in values):
            continue
        for index, value in enumerate(values):
            if value != own:
                row = receipt.layout.row_number(parsed.lines[index])
                error = FieldError(code, column, value_class(value or ""))
                parsed.refused.append(RefusedRow(row, parsed.lines[index], parsed.texts[index], [error]))
        _keep(parsed, [index for index, value in enumerate(values) if value == own])


def _keep(parsed: Parsed, indexes: Sequence[int]) -> None:
    """Keep only the valid rows at these indexes."""
    parsed.lines = [parsed.lines[index] for index in indexes]
    parsed.texts = [parsed.texts[index] for index in indexes]
    parsed.columns = {name: [values[index] for index in indexes] for name, values in parsed.columns.items()}


def _stop(receipt: Receipt, parsed: Parsed, before: Before, atomic_rows: int) -> str | None:
    """The code of the problem that stops the file, or None. It does not depend on how the file is cut into chunks."""
    if receipt.upload.atomic is Atomic.FILE and before.rows + parsed.rows > atomic_rows:
        return TOO_MANY_ROWS
    if not before.written and too_many_refused(parsed, before.rows, before.refused):
        return TooManyRefused.code
    return None
