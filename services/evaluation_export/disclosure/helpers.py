"""Finds the cheapest set of printed cells to hide so that a target is protected, by a second programme.

It seeks two populations at once that agree with every printed cell that is not hidden, and in which the target's values
are far enough apart. The cost of hiding a cell is its value to a reader.
"""

import time
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from services.evaluation_export.disclosure.parts import Part
from services.evaluation_export.disclosure.programme import Row
from services.evaluation_export.disclosure.reading import ALL
from services.evaluation_export.disclosure.release import Cell
from services.evaluation_export.disclosure.solver import NO_LIMIT, AuditTooSlow, Whole
from services.evaluation_export.products.aggregate.snapshot import TOTAL

_NODES = 20_000
_GAP = 0.001

# The loss for a reader, from the smallest: means, grades, the flow, variants, types, and the numbers of persons who are
# compared.
_MEAN, _TOTAL_MEAN, _OF_ALL, _COMPARED = 10, 14, 6, 80
_PARTICIPANTS = {(False, False): 20, (True, False): 25, (False, True): 40, (True, True): 60}
_BY_TABLE = {"dosage": 8, "coverage": 12, "several_types": 28, "flow": 30}
_SELECTED, _SELECTED_OF_ALL = 11, 15


def cost(cell: Cell) -> int:
    """The loss for a reader if the cell is hidden."""
    match cell:
        case ("absence", _, _, "pupils"):
            return _COMPARED
        case ("absence", _, code, _, category):
            return (_TOTAL_MEAN if category == TOTAL else _MEAN) + (_OF_ALL if code == ALL else 0)
        case ("participants", _, variant, grade):
            return _PARTICIPANTS[variant == ALL, grade == ALL]
        case ("selections", letter, _):
            return _SELECTED_OF_ALL if letter == ALL else _SELECTED
    return _BY_TABLE[cell[0]]


def helpers(part: Part, aim: Whole, width: int, fixed: frozenset[Cell]) -> tuple[Cell, ...] | None:
    """The cells to hide so that the sum ``aim`` can be ``width`` apart, the cheapest first; None if none do.

    Raises ``AuditTooSlow``.
    """
    choices = _choices(part.rows, fixed)
    if not part.rows:
        return None
    number = {cell: place for place, cells in enumerate(choices) for cell in cells}
    ends, one = len(aim), len(choices)
    matrix, limits = _two_populations(part, number, fixed)
    apart = np.concatenate([aim, -aim, np.zeros(one, dtype=np.int64)])[None, :]
    costs = np.concatenate([np.zeros(2 * ends), [max(map(cost, cells)) for cells in choices]])
    answer = milp(
        costs,
        integrality=np.ones(len(costs)),
        bounds=Bounds(
            np.concatenate([part.region.least, part.region.least, np.zeros(one)]),
            np.concatenate([part.region.most, part.region.most, np.ones(one)]),
        ),
        constraints=[
            LinearConstraint(csr_array(matrix), -np.inf, limits),
            LinearConstraint(csr_array(apart), width, np.inf),
        ],
        # The limit is in nodes and not in seconds, so that the same tables always get the same helpers.
        options={"node_limit": _NODES, "mip_rel_gap": _GAP, "time_limit": max(part.deadline - time.monotonic(), 0.0)},
    )
    if answer.status == 2:
        return None
    if answer.x is None or time.monotonic() >= part.deadline:
        raise AuditTooSlow(f"no helpers found: the solver's status is {answer.status}")
    chosen = [cells for cells, given_up in zip(choices, answer.x[2 * ends :], strict=True) if given_up > 0.5]
    return tuple(cell for cells in sorted(chosen, key=lambda cells: (max(map(cost, cells)), cells)) for cell in cells)


def _choices(rows: Sequence[Row], fixed: frozenset[Cell]) -> list[tuple[Cell, ...]]:
    """The sets of cells that can be hidden together: a mean, or all cells that show the same sum."""
    same: dict[tuple[tuple[int, int], ...], set[Cell]] = {}
    single: set[Cell] = set()
    for row in rows:
        if len(row.cells) == 1:
            same.setdefault(tuple(sorted(row.terms.items())), set()).update(row.cells)
        single.update(row.cells)
    counts = [tuple(sorted(cells)) for cells in same.values()]
    means = [(cell,) for cell in sorted(single.difference(*counts))]
    return [cells for cells in sorted(counts) + means if fixed.isdisjoint(cells)]


def _two_populations(part: Part, number: Mapping[Cell, int], fixed: frozenset[Cell]) -> tuple[Whole, Whole]:
    """Every row twice, for two populations, with an upper limit only; hiding a cell removes its rows' limits."""
    wide = part.region.matrix.shape[1]
    choices = max(number.values(), default=-1) + 1
    sums, limits = [], []
    region = part.region
    for row, terms, low, high in zip(part.rows, region.matrix, region.lows, region.highs, strict=True):
        lifted = np.zeros(choices, dtype=np.int64)
        if not row.cells or row.cells[0] not in fixed:
            reach = int(np.abs(terms) @ np.minimum(np.maximum(-region.least, region.most), 400))
            for cell in row.cells:
                if cell in number:
                    lifted[number[cell]] = -reach
        for sign, limit in ((1, high), (-1, -low)):
            if limit >= NO_LIMIT // 2:
                continue
            for place in (0, 1):
                both = [np.zeros(wide, dtype=np.int64), np.zeros(wide, dtype=np.int64), lifted]
                both[place] = sign * terms
                sums.append(np.concatenate(both))
                limits.append(limit)
    return np.array(sums), np.array(limits)
