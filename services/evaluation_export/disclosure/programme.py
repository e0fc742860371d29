"""An integer programme whose one known solution is the truth, and witnesses found by SciPy's ``milp`` (HiGHS).

Every variable is a whole number and stands for its distance from its true value, so that numbers stay small and nought
is a solution. A witness counts only if it keeps to every row in exact integer arithmetic: the solver has reported
infeasible points as optimal (SciPy issues 18907 and 24141) and missed optima (several issues of HiGHS 1.14), and
neither may ever make something look safe. What the solver gets wrong the other way hides a cell too many.
"""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from services.evaluation_export.disclosure.reading import TablesContradict
from services.evaluation_export.disclosure.release import Cell

Terms = Mapping[int, int]
"""A sum of variables: variable → factor."""

Point = NDArray[np.int64]
"""The distance from the truth of each variable of a part."""

_OPTIMAL, _INFEASIBLE = 0, 2
NO_LIMIT = 10**9


class AuditTooSlow(Exception):
    """The audit did not end within its time, or the solver gave no sure answer: nothing may be released."""


@dataclass(frozen=True, slots=True)
class Row:
    """``low`` ≤ sum of ``terms`` ≤ ``high``, as distances from the truth. Hiding any of ``cells`` takes the row away.

    The first of them is the cell that the row is about.
    """

    terms: Terms
    low: int
    high: int
    cells: tuple[Cell, ...]


@dataclass(slots=True)
class Programme:
    """Variables with their true values and bounds, and rows over them."""

    values: list[int] = field(default_factory=list)
    lows: list[int] = field(default_factory=list)
    highs: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def variable(self, value: int, *, reach: int) -> int:
        """A whole number that is not negative; the search looks up to ``reach`` away from the true ``value``."""
        self.values.append(value)
        self.lows.append(-min(value, reach))
        self.highs.append(reach)
        return len(self.values) - 1

    def true(self, terms: Terms) -> int:
        """The true value of a sum."""
        return sum(factor * self.values[variable] for variable, factor in terms.items())

    def row(
        self, terms: Terms, low: int = -NO_LIMIT, high: int = NO_LIMIT, *, cells: Iterable[Cell] = (), name: str
    ) -> None:
        """Adds ``low`` ≤ sum ≤ ``high``. Raises ``TablesContradict`` with ``name`` if the truth is no solution."""
        value = self.true(terms)
        if not low <= value <= high:
            raise TablesContradict(name)
        terms = {variable: factor for variable, factor in terms.items() if factor}
        if terms:
            self.rows.append(Row(terms, max(low - value, -NO_LIMIT), min(high - value, NO_LIMIT), tuple(cells)))


class Part:
    """Variables that rows connect, apart from all others."""

    def __init__(self, programme: Programme, variables: Sequence[int], rows: Sequence[Row], deadline: float) -> None:
        self.rows = rows
        self._place = {variable: place for place, variable in enumerate(variables)}
        self.lows = np.array([programme.lows[one] for one in variables], dtype=np.int64)
        self.highs = np.array([programme.highs[one] for one in variables], dtype=np.int64)
        self.matrix = self.vectors(row.terms for row in rows)
        self.row_lows = np.array([row.low for row in rows], dtype=np.int64)
        self.row_highs = np.array([row.high for row in rows], dtype=np.int64)
        self.deadline = deadline

    def without(self, cells: Collection[Cell]) -> "Part":
        """The part if the cells were hidden too."""
        made = copy(self)
        stay = [number for number, row in enumerate(self.rows) if not set(row.cells) & set(cells)]
        made.rows = [self.rows[number] for number in stay]
        made.matrix = self.matrix[stay]
        made.row_lows, made.row_highs = self.row_lows[stay], self.row_highs[stay]
        return made

    def likeness(self, terms: Point) -> tuple[tuple[int, bytes], ...]:
        """The same for two sums if some exchange of variables that stand in all rows alike makes one of the other."""
        return tuple(sorted((int(terms[place]), self.matrix[:, place].tobytes()) for place in np.flatnonzero(terms)))

    def vectors(self, sums: Iterable[Terms]) -> NDArray[np.int64]:
        """Sums as the rows of a matrix."""
        sums = list(sums)
        made = np.zeros((len(sums), len(self._place)), dtype=np.int64)
        for number, terms in enumerate(sums):
            for variable, factor in terms.items():
                made[number, self._place[variable]] = factor
        return made

    def maximise(
        self,
        aim: NDArray[np.int64],
        more: NDArray[np.int64] | None = None,
        lows: NDArray[np.int64] | None = None,
        highs: NDArray[np.int64] | None = None,
    ) -> Point | None:
        """A witness with the largest ``aim``, with further rows ``more`` between ``lows`` and ``highs``; None if there
        is none. Raises ``AuditTooSlow``.
        """
        matrix, row_lows, row_highs = self.matrix, self.row_lows, self.row_highs
        if more is not None and lows is not None and highs is not None:
            matrix = np.vstack([matrix, more])
            row_lows, row_highs = np.concatenate([row_lows, lows]), np.concatenate([row_highs, highs])
        for presolve in (True, False):
            found = solve(aim, matrix, (row_lows, row_highs), (self.lows, self.highs), self.deadline, presolve=presolve)
            if found is None or is_within(found, matrix, (row_lows, row_highs), (self.lows, self.highs)):
                return found
        raise AuditTooSlow("the solver's solution breaks the programme's own rows")


def is_within(
    point: Point,
    matrix: NDArray[np.int64],
    rows: tuple[NDArray[np.int64], NDArray[np.int64]],
    bounds: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> bool:
    """Whether a point keeps to all rows and bounds, exactly."""
    sums = matrix @ point
    within = (rows[0] <= sums) & (sums <= rows[1])
    return bool(within.all() and (bounds[0] <= point).all() and (point <= bounds[1]).all())


def solve(
    aim: NDArray[np.int64],
    matrix: NDArray[np.int64],
    rows: tuple[NDArray[np.int64], NDArray[np.int64]],
    bounds: tuple[NDArray[np.int64], NDArray[np.int64]],
    deadline: float,
    *,
    presolve: bool = True,
) -> Point | None:
    """The solver's solution, rounded to whole numbers; None if it finds the programme infeasible.

    Raises ``AuditTooSlow`` on every other answer: unknown is not safe.
    """
    left = deadline - time.monotonic()
    if left <= 0:
        raise AuditTooSlow("the time is over")
    lows = np.where(rows[0] <= -NO_LIMIT // 2, -np.inf, rows[0])
    highs = np.where(rows[1] >= NO_LIMIT // 2, np.inf, rows[1])
    answer = milp(
        -aim,
        integrality=np.ones(len(aim)),
        bounds=Bounds(*bounds),
        constraints=LinearConstraint(csr_array(matrix), lows, highs),
        options={"time_limit": left, "mip_rel_gap": 0.0, "presolve": presolve},
    )
    if answer.status == _INFEASIBLE:
        return None
    if answer.status != _OPTIMAL or answer.x is None:
        raise AuditTooSlow(f"the solver's status is {answer.status}")
    point: Point = np.rint(answer.x).astype(np.int64)
    return point


class HasTerms(Protocol):
    """What is about a sum."""

    @property
    def terms(self) -> Terms:
        """The sum."""


Sought = TypeVar("Sought", bound=HasTerms)


def parts(programme: Programme, sought: Sequence[Sought], deadline: float) -> list[tuple[Part, list[Sought]]]:
    """The programme's independent parts, each with what is sought over its variables."""
    parent = list(range(len(programme.values)))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    def of(terms: Terms) -> int:
        return root(next(iter(terms)))

    for terms in (*(row.terms for row in programme.rows), *(one.terms for one in sought)):
        for variable in terms:
            parent[root(variable)] = of(terms)
    found: list[tuple[Part, list[Sought]]] = []
    for one in sorted({of(target.terms) for target in sought}):
        variables = [variable for variable in range(len(parent)) if root(variable) == one]
        rows = [row for row in programme.rows if of(row.terms) == one]
        found.append(
            (Part(programme, variables, rows, deadline), [target for target in sought if of(target.terms) == one])
        )
    return found
