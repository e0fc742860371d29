"""Other tables that a reader cannot tell from the true one.

The hidden counts with their equations, the printed ones as constants, bound a polytope; its corners are tables equal
to the true one in everything that is printed. The simplex method walks them. Only corners of whole numbers are
reported, so what is reported really could be the truth.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from math import lcm

Number = int | Fraction
Row = dict[int, Number]
Terms = Sequence[tuple[int, int]]
Seen = Callable[[Sequence[int]], bool]
"""Told a table (the value of each hidden count); answers whether to stop walking."""


def _tidy(number: Number) -> Number:
    return number.numerator if isinstance(number, Fraction) and number.denominator == 1 else number


def _divided(number: Number, by: Number) -> Number:
    if by == 1:
        return number
    return -number if by == -1 else _tidy(Fraction(number) / Fraction(by))


class Alternatives:
    """Tables ``x >= least`` in whole numbers with ``sum of terms = constant`` for each equation.

    ``truth`` is one of them. Raises ``ValueError`` if it is not.
    """

    def __init__(self, truth: Sequence[int], least: Sequence[int], equations: Iterable[Terms]) -> None:
        self._least = list(least)
        self._rows: list[Row] = []
        self._right: list[Number] = []
        self._basis: list[int] = []
        size = len(truth)
        for number, terms in enumerate(equations):
            right = sum(sign * (truth[place] - least[place]) for place, sign in terms)
            turn = -1 if right < 0 else 1
            row: Row = {place: turn * sign for place, sign in terms}
            self._rows.append({**row, size + number: 1})
            self._right.append(turn * right)
            self._basis.append(size + number)
        if any(true < low for true, low in zip(truth, least, strict=True)):
            raise ValueError("the true table lies outside its own bounds")
        self._size = size
        self._leave_artificial()

    def _leave_artificial(self) -> None:
        """Walk from the artificial start to a corner of the real polytope (the method's first phase)."""
        while True:
            artificial = [row for row, basic in enumerate(self._basis) if basic >= self._size]
            if not artificial:
                break
            gain: dict[int, Number] = {}
            for row in artificial:
                for place, factor in self._rows[row].items():
                    if place < self._size:
                        gain[place] = gain.get(place, 0) + factor
            entering = min((place for place, factor in gain.items() if factor > 0), default=None)
            if entering is None:
                break
            leaving = self._leaving(entering)
            if leaving is None:
                raise ValueError("the first phase is unbounded")
            self._pivot(leaving, entering)
        self._drop_redundant()

    def _drop_redundant(self) -> None:
        for row in reversed(range(len(self._rows))):
            if self._basis[row] < self._size:
                continue
            if self._right[row] != 0:
                raise ValueError("the equations do not hold for the true table")
            place = next((place for place in self._rows[row] if place < self._size), None)
            if place is None:
                del self._rows[row], self._right[row], self._basis[row]
            else:
                self._pivot(row, place)
        for kept in self._rows:
            for place in [place for place in kept if place >= self._size]:
                del kept[place]

    def _leaving(self, entering: int) -> int | None:
        best: tuple[Fraction, int] | None = None
        found = None
        for row, factors in enumerate(self._rows):
            factor = factors.get(entering, 0)
            if factor > 0:
                bid = (Fraction(self._right[row]) / factor, self._basis[row])  # Bland's rule: no cycling
                if best is None or bid < best:
                    best, found = bid, row
        return found

    def _pivot(self, row: int, entering: int) -> None:
        by = self._rows[row][entering]
        pivot = {place: _divided(factor, by) for place, factor in self._rows[row].items()}
        right = _divided(self._right[row], by)
        self._rows[row], self._right[row], self._basis[row] = pivot, right, entering
        for other, factors in enumerate(self._rows):
            times = factors.get(entering, 0)
            if other == row or times == 0:
                continue
            for place, factor in pivot.items():
                if changed := _tidy(factors.get(place, 0) - times * factor):
                    factors[place] = changed
                else:
                    factors.pop(place, None)
            self._right[other] = _tidy(self._right[other] - times * right)

    def _tell(self, seen: Seen, moved: Mapping[int, Number] | None = None) -> bool:
        table = list(self._least)
        for basic, right in zip(self._basis, self._right, strict=True):
            if not isinstance(right, int):
                return False
            table[basic] += right
        for place, step in (moved or {}).items():
            table[place] += int(step)
        return seen(table)

    def walk(self, place: int, *, upwards: bool, far: int, seen: Seen) -> None:
        """Visit corners with ever higher (or lower) ``x[place]`` until the highest (lowest), or ``seen`` stops it.

        Where there is no highest, a table ``far`` above is the last.
        """
        sign = 1 if upwards else -1
        while not self._tell(seen):
            if place in self._basis:
                own = self._rows[self._basis.index(place)]
                entering = min((at for at, factor in own.items() if at != place and sign * factor < 0), default=None)
            else:
                entering = place if upwards else None
            if entering is None:
                return
            leaving = self._leaving(entering)
            if leaving is None:
                self._tell(seen, self._ray(entering, far))
                return
            self._pivot(leaving, entering)

    def _ray(self, entering: int, far: int) -> dict[int, Number]:
        factors = [row.get(entering, 0) for row in self._rows]
        whole = lcm(*(Fraction(factor).denominator for factor in factors))
        slowest = min(abs(Fraction(factor)) for factor in [1, *factors] if factor)
        step = whole * -(-far // slowest)
        moved = {basic: -factor * step for basic, factor in zip(self._basis, factors, strict=True)}
        moved[entering] = step
        return moved
