"""Rows with the same natural key, over a whole file, in bounded memory.

Each valid row's key becomes 64 keyed bits. They are kept per chunk (8 bytes and a row number each) until the receipt
is final; a later chunk is compared with every earlier one in turn, so that memory is one chunk's keys and not the
file's. Two different keys of one file meet by chance once in four million files of three million rows.
"""

from array import array
from collections.abc import AsyncIterator, Sequence
from typing import Any

from libs.shared.imports.kinds import Kind
from libs.shared.privacy.keys import Fingerprints

_MASK = (1 << 64) - 1
_ODD = 0x9E3779B97F4A7C15
"""An odd multiplier keeps every bit, and makes the order of columns matter: swapped values differ."""
_ROW_BYTES = 12


def row_hashes(kind: Kind, columns: dict[str, Sequence[Any]], prints: Fingerprints, key_id: str) -> list[int]:
    """One 64-bit number per row, from its natural key. Each distinct value is hashed once."""
    total: list[int] | None = None
    for name in kind.natural_key:
        to_json = kind.by_name[name].to_json
        hashes = {value: prints.short(key_id, f"{name}\0{to_json(value)!r}".encode()) for value in set(columns[name])}
        column = map(hashes.__getitem__, columns[name])
        # Odd multipliers keep every bit; the order of columns matters, so that swapped values differ.
        total = list(column) if total is None else [(t * _ODD + h) & _MASK for t, h in zip(total, column, strict=True)]
    return total or []


def pack(hashes: Sequence[int], rows: Sequence[int]) -> bytes:
    """Hashes and row numbers as stored with a chunk."""
    return array("Q", hashes).tobytes() + array("I", rows).tobytes()


def unpack(data: bytes) -> tuple["array[int]", "array[int]"]:
    """The reverse of ``pack``."""
    count = len(data) // _ROW_BYTES
    hashes, rows = array("Q"), array("I")
    hashes.frombytes(data[: count * 8])
    rows.frombytes(data[count * 8 :])
    return hashes, rows


async def duplicates(hashes: Sequence[int], rows: Sequence[int], earlier: AsyncIterator[bytes]) -> dict[int, int]:
    """Index of each row that repeats a key → the number of the first row that has it.

    ``earlier`` gives the packed keys of the chunks before this one, the first chunk first.
    """
    first: dict[int, int] = {}
    repeated: dict[int, int] = {}
    for index, value in enumerate(hashes):
        if value in first:
            repeated[index] = first[value]
        else:
            first[value] = rows[index]
    own = set(first)
    found: dict[int, int] = {}
    async for packed in earlier:
        before, numbers = unpack(packed)
        both = own.intersection(before)
        if both:
            for value, number in zip(before, numbers, strict=True):
                if value in both:
                    found.setdefault(value, number)
    if found:
        repeated.update({index: found[value] for index, value in enumerate(hashes) if value in found})
    return repeated
