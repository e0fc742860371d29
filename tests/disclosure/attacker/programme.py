"""An integer programme, and the range of values that a sum of its variables can take."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, eye, hstack, vstack

Terms = Mapping[Hashable, float]
_EASE = 1e-4
_OPTIONS = {"time_limit": 120, "mip_rel_gap": 0}
"""The seconds are far more than a busy machine needs; a solver that runs out of them makes the attacker weaker."""


@dataclass(frozen=True, slots=True)
class Target:
    """A sum whose value must not be derivable; it is safe if its highest and lowest value differ by at least ``width``.

    Values are whole numbers; days are counted in half-days.
    """

    name: str
    terms: Terms
    width: int


@dataclass(frozen=True, slots=True)
class Found:
    """The lowest and the highest value that agree with everything read."""

    name: str
    low: int
    high: int


class Contradiction(Exception):
    """No population agrees with the tables, so the attacker has misread them."""


@dataclass(slots=True)
class Programme:
    """Variables by name, and rows ``low <= sum <= high`` over them."""

    places: dict[Hashable, int] = field(default_factory=dict)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    whole: list[int] = field(default_factory=list)
    rows: list[tuple[str, Terms, float, float]] = field(default_factory=list)

    def variable(self, name: Hashable, low: float = 0, high: float = np.inf, *, whole: bool = True) -> None:
        """Add a variable."""
        self.places[name] = len(self.places)
        self.low.append(low)
        self.high.append(high)
        self.whole.append(int(whole))

    def row(self, label: str, terms: Terms, low: float = -np.inf, high: float = np.inf) -> None:
        """Add a row: the known bounds of a sum."""
        self.rows.append((label, terms, low, high))

    def broken(self, truth: Mapping[Hashable, float]) -> list[str]:
        """Which statements the truth contradicts; a sound attacker makes none."""
        found = [
            f"{name}: {truth.get(name, 0)}"
            for name, place in self.places.items()
            if not self.low[place] - _EASE <= truth.get(name, 0) <= self.high[place] + _EASE
        ]
        for label, terms, low, high in self.rows:
            value = sum(factor * truth.get(name, 0) for name, factor in terms.items())
            if not low - _EASE <= value <= high + _EASE:
                found.append(f"{label}: {value} not in {low} to {high}")
        return found

    def narrow(self, targets: Sequence[Target]) -> list[Found]:
        """The targets whose range is less than their width, with that range.

        Each solution gives a possible value of every target, so only few targets need solves of their own.
        Raises ``Contradiction`` if nothing agrees with the rows.
        """
        alike: dict[object, list[Target]] = {}
        kinds = self._kinds()
        for target in targets:
            sort = frozenset(Counter((kinds[name], factor) for name, factor in target.terms.items()).items())
            alike.setdefault((sort, target.width), []).append(target)
        found = self._narrow([group[0] for group in alike.values()])
        return [
            Found(target.name, low, high)
            for group, (low, high) in zip(alike.values(), found, strict=True)
            for target in group
            if high - low < target.width
        ]

    def _kinds(self) -> dict[Hashable, object]:
        """The kind of each variable. Variables of one kind have the same bounds, and the same factors in the same rows,
        so they are interchangeable.
        """
        where: dict[Hashable, list[tuple[int, float]]] = {name: [] for name in self.places}
        for number, (_, terms, _, _) in enumerate(self.rows):
            for name, factor in terms.items():
                if factor:
                    where[name].append((number, factor))
        return {
            name: (tuple(where[name]), self.low[at], self.high[at], self.whole[at]) for name, at in self.places.items()
        }

    def _narrow(self, targets: Sequence[Target]) -> list[tuple[int, int]]:
        """The lowest and highest value of each target, or two values that differ by at least its width."""
        if not targets:
            return []
        solver = _Solver(self)
        aims = np.array([self._vector(target.terms) for target in targets])
        widths = np.array([target.width for target in targets])
        lowest, highest = np.full(len(targets), np.inf), np.full(len(targets), -np.inf)
        open_ = np.ones(len(targets), dtype=bool)

        def witness(point: np.ndarray) -> None:
            values = aims @ point
            np.minimum(lowest, np.ceil(values - _EASE), out=lowest)
            np.maximum(highest, np.floor(values + _EASE), out=highest)
            open_[highest - lowest >= widths] = False

        witness(solver.extreme(aims.sum(axis=0))[0])
        before = 2 * len(targets)
        while 0 < open_.sum() <= 0.8 * before:
            before = open_.sum()
            witness(solver.together(aims[open_], (lowest + widths)[open_]))
            if open_.any():
                witness(solver.together(-aims[open_], (widths - highest)[open_]))
        for number in range(len(targets)):
            for sign, ends in ((-1, highest), (1, lowest)):
                if open_[number]:
                    point, bound = solver.extreme(sign * aims[number])
                    witness(point)
                    ends[number] = np.ceil(bound - _EASE) if sign > 0 else np.floor(_EASE - bound)
        return [(int(low), int(high)) for low, high in zip(lowest, highest, strict=True)]

    def _vector(self, terms: Terms) -> np.ndarray:
        vector = np.zeros(len(self.places))
        for name, factor in terms.items():
            vector[self.places[name]] += factor
        return vector


class _Solver:
    def __init__(self, programme: Programme) -> None:
        place, data, index, start = programme.places, [], [], [0]
        for _, terms, _, _ in programme.rows:
            for name, factor in terms.items():
                data.append(factor)
                index.append(place[name])
            start.append(len(data))
        self._matrix = csr_matrix((data, index, start), shape=(len(programme.rows), len(place)))
        self._least = np.array([row[2] for row in programme.rows])
        self._most = np.array([row[3] for row in programme.rows])
        self._low, self._high = np.array(programme.low), np.array(programme.high)
        self._whole = np.array(programme.whole)

    def extreme(self, aim: np.ndarray) -> tuple[np.ndarray, float]:
        """A point at which the aim is lowest, and its proven lower bound, which is below that value if the solver ran
        out of time.
        """
        result = milp(
            aim,
            constraints=LinearConstraint(self._matrix, self._least, self._most),
            bounds=Bounds(self._low, self._high),
            integrality=self._whole,
            options=_OPTIONS,
        )
        if result.x is None:
            raise Contradiction(result.message)
        bound = result.mip_dual_bound if result.mip_dual_bound is not None else result.fun
        return result.x, min(bound, result.fun)

    def together(self, aims: np.ndarray, enough: np.ndarray) -> np.ndarray:
        """A point at which the sum of the aims is highest; each aim counts up to its ``enough``."""
        many, unknown = aims.shape
        matrix = vstack([hstack([self._matrix, csr_matrix((self._matrix.shape[0], many))]), hstack([aims, -eye(many)])])
        result = milp(
            np.concatenate([np.zeros(unknown), -np.ones(many)]),
            constraints=LinearConstraint(
                csr_matrix(matrix), np.append(self._least, np.zeros(many)), np.append(self._most, np.full(many, np.inf))
            ),
            bounds=Bounds(np.append(self._low, np.full(many, -np.inf)), np.append(self._high, enough)),
            integrality=np.append(self._whole, np.zeros(many)),
            options={**_OPTIONS, "mip_rel_gap": 0.02},
        )
        if result.x is None:
            raise Contradiction(result.message)
        return result.x[:unknown]
