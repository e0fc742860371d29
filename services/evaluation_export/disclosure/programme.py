"""An integer programme whose one known solution is the truth.

Every variable is a whole number and stands for its distance from its true value, so that numbers stay small and nought
is a solution.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.evaluation_export.disclosure.reading import TablesContradict
from services.evaluation_export.disclosure.release import Cell
from services.evaluation_export.disclosure.solver import NO_LIMIT

Terms = Mapping[int, int]
"""A sum of variables: variable → factor."""


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
