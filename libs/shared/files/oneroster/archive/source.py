"""Bytes that can be read at any place."""

from typing import BinaryIO, Protocol


class Source(Protocol):
    """Bytes with random access; ``size`` is their number."""

    @property
    def size(self) -> int:
        """The number of bytes."""

    def read_at(self, offset: int, size: int) -> bytes:
        """The bytes from ``offset`` on, fewer than ``size`` at the end."""


class OpenFile:
    """A file that is open for reading and can be sought in."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._size = file.seek(0, 2)

    @property
    def size(self) -> int:
        """The number of bytes."""
        return self._size

    def read_at(self, offset: int, size: int) -> bytes:
        """The bytes from ``offset`` on. Raises ``OSError``."""
        self._file.seek(offset)
        return self._file.read(size)
