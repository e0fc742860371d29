"""Rows as lines of JSON, so that they are cut, stored and parsed as the lines of any file are.

The number of a line is that of the group or person in the file. A person who is not kept becomes an empty line, which
is not a row. A row that is refused already carries its errors, and each the name of its format ``form``.
"""

from collections.abc import Iterator

from libs.shared.files.chunks import Chunk
from libs.shared.files.cut import CutLimits
from libs.shared.files.kind import Kind
from libs.shared.files.marked_lines import write_line
from libs.shared.files.skolegrunddata.rows import Row


class Lines:
    """Gathers the rows of one kind, in the order of their positions, into chunks of whole lines."""

    def __init__(self, kind: Kind, limits: CutLimits, form: str) -> None:
        self._kind = kind
        self._form = form
        self._limits = limits
        self._data = bytearray()
        self._first = 1
        self._next = 1

    def add(self, row: Row) -> Iterator[Chunk]:
        """Take a row, and give the chunk before it if that is full."""
        line = self._line(row)
        # An empty line takes a byte, so a chunk cannot grow by them without limit either.
        while self._next < row.position or self._full(len(line)):
            if self._full(len(line)):
                yield self._chunk()
            if self._next < row.position:
                self._data += b"\n"
                self._next += 1
        self._data += line
        self._next += 1

    def end(self) -> Iterator[Chunk]:
        """The last chunk, if there are any rows in it."""
        if self._data.strip():
            yield self._chunk()

    def _full(self, more: int) -> bool:
        return bool(self._data) and (
            self._next - self._first >= self._limits.chunk_rows or len(self._data) + more > self._limits.chunk_bytes
        )

    def _chunk(self) -> Chunk:
        chunk = Chunk(bytes(self._data), self._first, self._next - self._first)
        self._data, self._first = bytearray(), self._next
        return chunk

    def _line(self, row: Row) -> bytes:
        named = self._kind.by_name
        fields = {name: text for name, text in row.fields.items() if text and name in named}
        return write_line(fields, row.errors, self._form, row.numbers)
