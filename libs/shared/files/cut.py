"""Cuts a byte stream into chunks of whole lines. The cuts depend on the bytes only, not on how they arrived."""

from collections.abc import Iterator
from dataclasses import dataclass

from libs.shared.files.problems import LineTooLong

LONGEST_LINE = 64 * 1024
"""Bytes; many times the longest row of any kind."""
FILE_BYTES = 256 * 1024 * 1024
"""The largest file, unpacked, where an installation sets no other limit."""
_BLOCK = 16 * 1024


@dataclass(frozen=True, slots=True)
class CutLimits:
    """The most that a chunk and a file may hold.

    A chunk is worked on in one transaction, and each of its rows may be refused and stored. ``file_lines`` counts blank
    lines too, because they take room in chunks. ``file_rows`` is for files that are taken as a whole; with None rows
    are not counted.
    """

    chunk_bytes: int = 4 * 1024 * 1024
    chunk_rows: int = 20_000
    file_lines: int = 10_000_000
    file_rows: int | None = None

    @property
    def line_bytes(self) -> int:
        """The longest line, without its end."""
        return min(LONGEST_LINE, self.chunk_bytes - 1)


class Cutter:
    """Cuts after the last line end within ``chunk_bytes`` and ``chunk_rows``; an empty line counts as a line."""

    def __init__(self, limits: CutLimits) -> None:
        self._limits = limits
        self._buffer = bytearray()
        self._ends = 0
        """Line ends in the buffer."""
        self._line = 0
        """The start of a line; no line before it is too long."""

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """The chunks that are complete. Raises ``LineTooLong``."""
        self._buffer += piece
        self._ends += piece.count(b"\n")
        self._require_lines()
        while self._ends >= self._limits.chunk_rows or len(self._buffer) >= self._limits.chunk_bytes:
            yield self._cut()

    def end(self) -> Iterator[bytes]:
        """The last chunk, if anything is left."""
        if self._buffer:
            yield bytes(self._buffer)
            self._buffer.clear()

    def _require_lines(self) -> None:
        """Check the buffer in steps of the longest line. Raises ``LineTooLong``."""
        longest = self._limits.line_bytes
        while len(self._buffer) - self._line > longest:
            end = self._buffer.rfind(b"\n", self._line, self._line + longest + 1) + 1
            if end == 0:
                raise LineTooLong(limit=longest)
            self._line = end

    def _cut(self) -> bytes:
        end, ends = self._place()
        with memoryview(self._buffer) as view:
            chunk = bytes(view[:end])
        del self._buffer[:end]
        self._ends -= ends
        self._line = max(0, self._line - end)
        return chunk

    def _place(self) -> tuple[int, int]:
        """Where the first chunk of the buffer ends, and how many line ends it has."""
        limits = self._limits
        if self._ends >= limits.chunk_rows and (end := self._after(limits.chunk_rows)) <= limits.chunk_bytes:
            return end, limits.chunk_rows
        end = self._buffer.rfind(b"\n", 0, limits.chunk_bytes) + 1
        return end, self._buffer.count(b"\n", 0, end)

    def _after(self, lines: int) -> int:
        """Where the first ``lines`` lines of the buffer end. Lines are counted by blocks: there may be millions."""
        start, length = 0, _BLOCK
        while length:
            found = self._buffer.count(b"\n", start, start + length)
            if found < lines:
                start, lines = start + length, lines - found
            else:
                length //= 2
        return start + 1
