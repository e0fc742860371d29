"""The figures that benchmarks measure, and the arithmetic on them. Pure."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median


class Size(StrEnum):
    """The two sizes of every benchmark that has one; the large one is ten times the small one."""

    SMALL = "small"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured ``value`` beside a ``reference``: a limit, or a ``peer`` measured in the same run.

    Both have the same ``unit``. ``goal`` is the least ratio of the two (or the largest, where less is better); None
    where there is no goal. ``scale`` is the number of units of work, None where there is none.
    """

    name: str
    size: str
    value: float
    unit: str
    peer: str
    reference: float
    goal: float | None = None
    more_is_better: bool = False
    scale: int | None = None

    @property
    def ratio(self) -> float:
        """The measured value divided by the reference."""
        return self.value / self.reference

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None without one."""
        if self.goal is None:
            return None
        return self.ratio >= self.goal if self.more_is_better else self.ratio <= self.goal

    @property
    def cost(self) -> float:
        """A figure that is larger when it is worse: the value itself, or for a rate the microseconds per unit."""
        return 1_000_000 / self.value if self.more_is_better else self.value

    @property
    def cost_unit(self) -> str:
        """The unit of ``cost``."""
        return "µs each" if self.more_is_better else self.unit


@dataclass(frozen=True, slots=True)
class Growth:
    """How the cost of one thing changed from its smallest scale to its largest; a factor of 1 is linear."""

    small: Figure
    large: Figure

    @property
    def factor(self) -> float:
        """Cost at the larger scale over cost at the smaller one."""
        return self.large.cost / self.small.cost


def growths(figures: Iterable[Figure]) -> list[Growth]:
    """One for each name measured at more than one scale, in the order of their first figures."""
    found: dict[str, list[Figure]] = {}
    for figure in figures:
        if figure.scale is not None:
            found.setdefault(figure.name, []).append(figure)
    made = []
    for group in found.values():
        ordered = sorted(group, key=lambda figure: figure.scale or 0)
        if ordered[0].scale != ordered[-1].scale:
            made.append(Growth(ordered[0], ordered[-1]))
    return made


def percentile(values: Sequence[float], percent: float) -> float:
    """By nearest rank: the smallest value such that at least ``percent`` of the values are not larger.

    Raises ``ValueError`` without values, or for a percentage that is not above 0 and at most 100.
    """
    if not values or not 0 < percent <= 100:
        raise ValueError("a percentile needs values and a percentage above 0, at most 100")
    return sorted(values)[math.ceil(len(values) * percent / 100) - 1]


def rate(marks: Sequence[tuple[float, int]]) -> float:
    """Units a second, from marks ``(moment in seconds, units done at it)`` in the order of time.

    The first mark starts the clock, so its units do not count: the time before it is start-up. Raises ``ValueError``
    for fewer than two moments.
    """
    seconds = marks[-1][0] - marks[0][0] if marks else 0.0
    if seconds <= 0:
        raise ValueError("a rate needs two marks at different moments")
    return sum(units for _, units in marks[1:]) / seconds


def middle(values: Iterable[float]) -> float:
    """The median, so that one disturbed round does not change the result."""
    return median(values)
