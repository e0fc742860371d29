"""Searches for many byte strings at once in anything that can be read in pieces.

The first eight bytes of each pattern are read as a number; numpy compares the number at every position with all of them
at once, and equal positions are compared in full. A few hundred megabytes and ten thousand patterns take seconds.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HEAD = 8
LEAST = 4 * 1024 * 1024
"""Small pieces are looked at together, since each look costs as much as a megabyte."""
_BITS = 22
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(64 - _BITS)


@dataclass(frozen=True)
class Hit:
    """A found pattern: its description, the place, and the position in bytes."""

    what: str
    place: str
    at: int


class Searcher:
    """Finds any of ``patterns`` (byte string → description), each of at least eight bytes."""

    def __init__(self, patterns: Mapping[bytes, str]) -> None:
        if short := [what for pattern, what in patterns.items() if len(pattern) < HEAD]:
            raise ValueError(f"too short to be no accident: {short[0]}")
        self._whole: dict[int, list[tuple[bytes, str]]] = {}
        for pattern, what in patterns.items():
            self._whole.setdefault(int.from_bytes(pattern[:HEAD], "little"), []).append((pattern, what))
        self._heads = np.array(sorted(self._whole), dtype=np.uint64)
        self._known = np.zeros(1 << _BITS, dtype=bool)
        self._known[self._slots(self._heads)] = True
        self._overlap = max(map(len, patterns)) - 1

    @staticmethod
    def _slots(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
        return (numbers * _FACTOR) >> _SHIFT

    def search(self, place: str, pieces: Iterable[bytes]) -> list[Hit]:
        """Every hit in the concatenated pieces."""
        hits: dict[tuple[str, int], Hit] = {}
        start = 0
        data = b""
        for together in _gathered(pieces):
            data = data[max(0, len(data) - self._overlap) :] + together
            start += len(together)
            for what, at in self._in(data):
                place_in_all = start - len(data) + at
                hits[what, place_in_all] = Hit(what, place, place_in_all)
        return list(hits.values())

    def _in(self, data: bytes) -> Iterator[tuple[str, int]]:
        for shift in range(HEAD):
            count = (len(data) - shift) // HEAD
            if count <= 0:
                return
            numbers = np.frombuffer(data, dtype="<u8", count=count, offset=shift)
            near = np.nonzero(self._known[self._slots(numbers)])[0]
            order = np.searchsorted(self._heads, numbers[near])
            order[order == len(self._heads)] = 0
            for index in near[self._heads[order] == numbers[near]]:
                at = shift + int(index) * HEAD
                for pattern, what in self._whole[int(numbers[index])]:
                    if data.startswith(pattern, at):
                        yield what, at


def _gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    waiting: list[bytes] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= LEAST:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)
