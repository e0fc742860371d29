"""The counts of one delivery and how they are linked.

Each equation says ``whole = sum of parts``. The links run across tables, since a reader has all tables: a type's
participants are the sum of its grades in one table and hold its measured pupils in another.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

Key = tuple[str, ...]


class Standing(Enum):
    """What a reader has of a count."""

    PRINTED = "printed"
    """Stands in a table, and may be hidden there."""
    DERIVED = "derived"
    """Stands nowhere, but follows from others when those are printed (the difference of two nested counts)."""
    KNOWN = "known"
    """Must be taken as known to the reader from elsewhere; cannot be hidden."""


@dataclass(frozen=True, slots=True)
class Count:
    """Distinct pupils (or pupils per type, where a pupil may count twice).

    Of two counts that would serve alike the one with the lower ``keep`` is hidden.
    """

    value: int
    standing: Standing
    keep: int


@dataclass(frozen=True, slots=True)
class Equation:
    """``whole`` is the sum of ``parts``."""

    whole: Key
    parts: tuple[Key, ...]

    def terms(self) -> Iterator[tuple[Key, int]]:
        """Every count with its sign in ``parts - whole = 0``."""
        yield self.whole, -1
        for part in self.parts:
            yield part, 1


class LinkedCounts:
    """All counts of a delivery with all their equations, filled step by step."""

    def __init__(self) -> None:
        self.counts: dict[Key, Count] = {}
        self.equations: list[Equation] = []

    def add(self, key: Key, value: int, standing: Standing = Standing.PRINTED, *, keep: int = 1) -> Key:
        """Add a count; returns its key. Raises ``ValueError`` for a negative value or a key used twice."""
        if value < 0 or key in self.counts:
            raise ValueError(f"{key} is negative or there already")
        self.counts[key] = Count(value, standing, keep)
        return key

    def link(self, whole: Key, parts: Iterable[Key]) -> None:
        """Say that ``whole`` is the sum of ``parts``. Raises ``ValueError`` if it is not."""
        equation = Equation(whole, tuple(parts))
        if sum(sign * self.value(key) for key, sign in equation.terms()):
            raise ValueError(f"{whole} is not the sum of its parts")
        self.equations.append(equation)

    def nest(self, outer: Key, inner: Key, rest: Key) -> None:
        """Say that those in ``inner`` are all in ``outer``: the others become the derived count ``rest``."""
        self.add(rest, self.value(outer) - self.value(inner), Standing.DERIVED)
        self.link(outer, (inner, rest))

    def value(self, key: Key) -> int:
        """The count itself."""
        return self.counts[key].value
