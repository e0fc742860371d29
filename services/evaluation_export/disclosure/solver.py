"""Points of an integer programme, found by SciPy's ``milp`` (HiGHS) and checked in exact integer arithmetic.

The solver has reported infeasible points as optimal (SciPy issues 18907 and 24141) and has missed optima (several
issues of HiGHS 1.14). So a point counts only if it satisfies every row exactly, whatever the solver reports.
"""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

Whole = NDArray[np.int64]
"""Whole numbers: a point, a sum's factors, or a matrix of such factors."""

NO_LIMIT = 10**9
_OPTIMAL, _INFEASIBLE = 0, 2
_ROUGH_GAP, _ROUGH_NODES = 0.1, 5


class AuditTooSlow(Exception):
    """The audit exceeded its time, or the solver gave no certain answer; nothing may be released."""


@dataclass(frozen=True, slots=True)
class Region:
    """The whole points with ``lows`` ≤ ``matrix`` · point ≤ ``highs`` and ``least`` ≤ point ≤ ``most``."""

    matrix: Whole
    lows: Whole
    highs: Whole
    least: Whole
    most: Whole

    def only(self, rows: list[int]) -> "Region":
        """The region by these rows alone."""
        return Region(self.matrix[rows], self.lows[rows], self.highs[rows], self.least, self.most)

    def narrowed(self, matrix: Whole, lows: Whole, highs: Whole) -> "Region":
        """The region with further rows."""
        return Region(
            np.vstack([self.matrix, matrix]),
            np.concatenate([self.lows, lows]),
            np.concatenate([self.highs, highs]),
            self.least,
            self.most,
        )

    def holds(self, point: Whole) -> bool:
        """Whether the point is in the region, exactly."""
        sums = self.matrix @ point
        within = (self.lows <= sums).all() and (sums <= self.highs).all()
        return bool(within and (self.least <= point).all() and (point <= self.most).all())

    def room(self, point: Whole) -> tuple[Whole, Whole]:
        """How far each variable can go up and down from a point of the region while the others are fixed."""
        sums = self.matrix @ point
        above, below = (self.highs - sums)[:, None], (sums - self.lows)[:, None]
        stands, factors = self.matrix != 0, np.maximum(np.abs(self.matrix), 1)
        up, down = np.where(self.matrix > 0, above, below), np.where(self.matrix > 0, below, above)
        ups = np.where(stands, up // factors, NO_LIMIT).min(axis=0, initial=NO_LIMIT)
        downs = np.where(stands, down // factors, NO_LIMIT).min(axis=0, initial=NO_LIMIT)
        return np.minimum(ups, self.most - point), np.minimum(downs, point - self.least)


def furthest(region: Region, aim: Whole, deadline: float, *, rough: bool = False) -> Whole | None:
    """A point of the region with the largest ``aim``; None if the region is empty.

    ``rough``: any point with a large aim, found quickly; None if none was found. Raises ``AuditTooSlow`` when the
    solver gives no certain answer, as an unknown result is not safe.
    """
    for presolve in (True, False):
        found = _solve(region, aim, deadline, presolve=presolve, rough=rough)
        if found is None or region.holds(found):
            return found
    if rough:
        return None
    raise AuditTooSlow("the solver's solution breaks the programme's own rows")


def _solve(region: Region, aim: Whole, deadline: float, *, presolve: bool, rough: bool) -> Whole | None:
    left = deadline - time.monotonic()
    if left <= 0:
        raise AuditTooSlow("the time is over")
    options = {"time_limit": left, "mip_rel_gap": 0.0, "presolve": presolve}
    if rough:
        # The limit is in nodes and not in seconds, so that the same tables always get the same answer.
        options |= {"mip_rel_gap": _ROUGH_GAP, "node_limit": _ROUGH_NODES}
    answer = milp(
        -aim,
        integrality=np.ones(len(aim)),
        bounds=Bounds(region.least, region.most),
        constraints=LinearConstraint(
            csr_array(region.matrix),
            np.where(region.lows <= -NO_LIMIT // 2, -np.inf, region.lows),
            np.where(region.highs >= NO_LIMIT // 2, np.inf, region.highs),
        ),
        options=options,
    )
    # When the limit in nodes is reached, the status is 4 and there may still be a point.
    good_enough = answer.status == _OPTIMAL or (rough and time.monotonic() < deadline)
    if answer.status == _INFEASIBLE or (rough and good_enough and answer.x is None):
        return None
    if not good_enough or answer.x is None:
        raise AuditTooSlow(f"the solver's status is {answer.status}")
    point: Whole = np.rint(answer.x).astype(np.int64)
    return point
