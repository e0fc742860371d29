"""An integer programme whose one known solution is the truth.

Variables are whole numbers. In the solver each is the distance from its true value, so that numbers stay small and the
zero vector is a solution.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from services.evaluation_export.disclosure.reading import TablesContradict
from services.evaluation_export.disclosure.release import Cell
from services.evaluation_export.disclosure.solver import NO_LIMIT, Region, Whole, furthest

Terms = Mapping[int, int]
"""A sum of variables: variable → factor."""


@dataclass(frozen=True, slots=True)
class Row:
    """``low`` ≤ sum of ``terms`` ≤ ``high``. Hiding any of ``cells`` removes the row.

    The first of them is the cell that the row is about.
    """

    terms: Terms
    low: int
    high: int
    cells: tuple[Cell, ...]


@dataclass(slots=True)
class Programme:
    """Variables that are not negative, with their true values, the search's distance from these, and rows over them.

    Some true values may be unknown until ``settle`` finds values for them that agree with all rows: the measured values
    of a person who is no longer in the snapshot.
    """

    values: list[int] = field(default_factory=list)
    reach: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)

    def variable(self, value: int | None, *, reach: int) -> int:
        """Adds a variable; its true value is None if it is unknown."""
        self.values.append(value or 0)
        self.reach.append(reach)
        if value is None:
            self.unknown.append(len(self.values) - 1)
        return len(self.values) - 1

    def true(self, terms: Terms) -> int:
        """The true value of a sum."""
        return sum(factor * self.values[variable] for variable, factor in terms.items())

    def row(
        self, terms: Terms, low: int = -NO_LIMIT, high: int = NO_LIMIT, *, cells: Iterable[Cell] = (), name: str
    ) -> None:
        """Adds ``low`` ≤ sum ≤ ``high``. Raises ``TablesContradict`` with ``name`` if the truth is no solution."""
        terms = {variable: factor for variable, factor in terms.items() if factor}
        if not low <= self.true(terms) <= high and terms.keys().isdisjoint(self.unknown):
            raise TablesContradict(name)
        if terms:
            self.rows.append(Row(terms, low, high, tuple(cells)))

    def row_if_true(self, terms: Terms, low: int = 0, *, cells: Iterable[Cell] = (), name: str) -> None:
        """Adds ``low`` ≤ sum for a rule that events may break: a reader who relies on a broken one learns nothing."""
        if self.true(terms) >= low:
            self.row(terms, low, cells=cells, name=name)

    def settle(self, deadline: float) -> None:
        """Finds values for what is unknown. Raises ``TablesContradict`` if none agree with all rows."""
        if not self.unknown:
            return
        place = {variable: number for number, variable in enumerate(self.unknown)}
        rows = [row for row in self.rows if not row.terms.keys().isdisjoint(place)]
        matrix = np.zeros((len(rows), len(place)), dtype=np.int64)
        for number, row in enumerate(rows):
            for variable, factor in row.terms.items():
                if variable in place:
                    matrix[number, place[variable]] = factor
        known = whole(self.true(row.terms) for row in rows)
        region = Region(
            matrix,
            whole(row.low for row in rows) - known,
            whole(row.high for row in rows) - known,
            np.zeros(len(place), dtype=np.int64),
            whole(self.reach[variable] for variable in place),
        )
        found = furthest(region, np.zeros(len(place), dtype=np.int64), deadline)
        if found is None:
            raise TablesContradict("the figures and the earlier releases")
        for variable, value in zip(place, found.tolist(), strict=True):
            self.values[variable] = value


def whole(numbers: Iterable[int]) -> Whole:
    """The vector as whole numbers."""
    return np.array(list(numbers), dtype=np.int64)
