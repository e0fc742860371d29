"""A temporary file that only this process can read: it has no name and is encrypted by a key of its own.

The key is made for the file and kept in memory alone, so nothing that the disk keeps, or an image of it, can be read.
It is AES in counter mode, in which any place can be decrypted by itself.
"""

import os
import tempfile
from types import TracebackType
from typing import Self

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 16
_GATHERED = 64 * 1024
_MASK = (1 << 128) - 1


class Spool:
    """Bytes that are appended and then read at any place; a context manager."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._key = algorithms.AES256(os.urandom(32))
        self._first = int.from_bytes(os.urandom(_BLOCK))
        self._waiting = bytearray()
        self._written = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def size(self) -> int:
        """The number of bytes appended."""
        return self._written + len(self._waiting)

    def append(self, data: bytes) -> int:
        """Append, and return the place where the data begin. Raises ``OSError``."""
        place = self.size
        self._waiting += data
        if len(self._waiting) >= _GATHERED:
            self._flush(len(self._waiting) - len(self._waiting) % _BLOCK)
        return place

    def read_at(self, offset: int, size: int) -> bytes:
        """The bytes from ``offset`` on, fewer than ``size`` at the end. Raises ``OSError``."""
        end = min(offset + size, self.size)
        found = b""
        if offset < self._written:
            until = min(end, self._written)
            start = offset - offset % _BLOCK
            self._file.seek(start)
            clear = self._crypt(start, self._file.read(until - start))
            found = clear[offset - start :]
        if end > self._written:
            first = max(offset - self._written, 0)
            found += bytes(self._waiting[first : end - self._written])
        return found

    def close(self) -> None:
        """Drop it."""
        self._file.close()

    def _flush(self, size: int) -> None:
        """Write whole blocks of what waits."""
        self._file.seek(self._written)
        self._file.write(self._crypt(self._written, bytes(self._waiting[:size])))
        del self._waiting[:size]
        self._written += size

    def _crypt(self, start: int, data: bytes) -> bytes:
        """Encrypt or decrypt what stands at ``start``, the begin of a block."""
        counter = ((self._first + start // _BLOCK) & _MASK).to_bytes(_BLOCK)
        return Cipher(self._key, modes.CTR(counter)).encryptor().update(data)
