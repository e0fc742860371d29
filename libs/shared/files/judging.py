"""Counts what the rows of a file come to without a server, chunk by chunk. No value of the file is kept."""

from collections import Counter
from dataclasses import dataclass, field

from libs.shared.base.errors import Problem
from libs.shared.files.chunks import Chunk
from libs.shared.files.columns import ParseContext
from libs.shared.files.errors import FieldError
from libs.shared.files.file_check import CheckedRow, FileCheck, Said, counts_of, error_of, rules_of_server
from libs.shared.files.kind import Kind
from libs.shared.files.notices import notices
from libs.shared.files.parse import MARKED, Layout, Parsed, RefusedRow, parse_chunk
from libs.shared.files.problems import TooManyRefused
from libs.shared.files.repeats import Repeats
from libs.shared.files.sent_names import as_sent, noticed_as_named_by
from libs.shared.files.stopping import too_many_refused

DUPLICATE = "row.duplicate"


@dataclass(slots=True)
class Judging:
    """A file's rows while it is read. ``most_shown`` is the most refused rows that the answer shows; ``complete`` says
    that the file is a snapshot.
    """

    kind: Kind
    media: str
    charset: str
    context: ParseContext
    most_shown: int
    complete: bool = False
    any_chunk: bool = False
    rows: int = 0
    refused: int = 0
    by_code: Counter[str] = field(default_factory=Counter)
    noticed: Counter[str] = field(default_factory=Counter)
    shown: list[CheckedRow] = field(default_factory=list)
    repeats: Repeats = field(default_factory=Repeats)

    def take(self, chunk: Chunk, layout: Layout | None) -> None:
        """Read a chunk. Raises ``TooManyRefused`` where a server would stop."""
        if layout is None:
            raise RuntimeError("a chunk comes after the layout is known")
        self.any_chunk = True
        parsed = parse_chunk(self.kind, layout, self.context, chunk.data, chunk.first_line, complete=self.complete)
        stop = too_many_refused(parsed, self.rows, self.refused)
        self._count(parsed, layout.media)
        key = zip(*(parsed.columns[name] for name in self.kind.natural_key), strict=True)
        self.repeats.add(list(map(hash, key)), layout.row_numbers(parsed.lines))
        if stop:
            raise TooManyRefused

    def result(self, layout: Layout | None, problem: Said | None) -> FileCheck:
        """The answer, once all chunks are taken or the file is refused as a whole for ``problem``."""
        if layout is not None:
            self._refuse_repeated(layout)
        return FileCheck(
            kind=self.kind,
            media=self.media,
            charset=self.charset,
            problem=problem,
            rows=self.rows,
            refused=self.refused,
            codes=counts_of(self.kind, self.by_code),
            shown=self.shown,
            notices=notices(self.noticed),
            needs_server=rules_of_server(self.kind),
        )

    def _count(self, parsed: Parsed, media: str) -> None:
        self.rows += parsed.rows
        self.refused += len(parsed.refused)
        self.by_code.update(row.errors[0].code for row in parsed.refused)
        self.noticed.update(noticed_as_named_by(self.media, self.kind.name, parsed.notices))
        for row in parsed.refused[: self.most_shown - len(self.shown)]:
            self.shown.append(self._shown(row, media))

    def _shown(self, row: RefusedRow, media: str) -> CheckedRow:
        line, errors = row.line, row.errors
        if media == MARKED:
            line, errors = as_sent(self.kind.name, row.text, line, errors)
        return CheckedRow(row.row, line, [error_of(self.kind, each) for each in errors])

    def _refuse_repeated(self, layout: Layout) -> None:
        count, first = self.repeats.found(self.most_shown)
        if not count:
            return
        self.refused += count
        self.by_code[DUPLICATE] += count
        before = layout.first_row_line - 1
        for row, of in first:
            error = error_of(self.kind, FieldError(DUPLICATE, params={"first_row": of}))
            self.shown.append(CheckedRow(row, row + before, [error]))
        self.shown.sort(key=lambda each: each.row)
        del self.shown[self.most_shown :]


def said(problem: Problem) -> Said:
    """A problem with its texts filled in."""
    return Said(problem.code, problem.messages["da"], problem.messages["en"])
