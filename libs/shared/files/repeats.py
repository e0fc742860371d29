"""Rows of a file that have the natural key of an earlier row, found in bounded memory."""

from array import array
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

_BITS = 28
"""A table of 2^28 bits takes 32 MiB. In a file of a million rows it lets some 2,000 rows look repeated that are not."""


class Repeated(NamedTuple):
    """A row and the first row with the same key, by their numbers."""

    row: int
    first: int


class Repeats:
    """Takes the keys of all rows as 64-bit hashes, in the file's order, and finds the hashes that came twice.

    A row takes 12 bytes. A table of bits (a Bloom filter with one hash function) names the few hashes that may have
    come before, and only these are compared. Two different keys have one hash by chance once in 37 million files of a
    million rows.
    """

    def __init__(self) -> None:
        self._table = bytearray(1 << (_BITS - 3))
        self._hashes = array("q")
        self._rows = array("L")
        self._suspected: set[int] = set()

    def add(self, hashes: Sequence[int], rows: Iterable[int]) -> None:
        """Take the next rows."""
        self._hashes.extend(hashes)
        self._rows.extend(rows)
        table, suspected, mask = self._table, self._suspected, (1 << _BITS) - 1
        for number in hashes:
            place = number & mask
            index, bit = place >> 3, 1 << (place & 7)
            held = table[index]
            if held & bit:
                suspected.add(number)
            else:
                table[index] = held | bit

    def found(self, most: int) -> tuple[int, list[Repeated]]:
        """How many rows repeat an earlier one, and the first ``most`` of them."""
        first: dict[int, int] = {}
        count = 0
        shown: list[Repeated] = []
        if not self._suspected:
            return count, shown
        for number, row in zip(self._hashes, self._rows, strict=True):
            if number in self._suspected and first.setdefault(number, row) != row:
                count += 1
                if len(shown) < most:
                    shown.append(Repeated(row, first[number]))
        return count, list(islice(shown, most))
