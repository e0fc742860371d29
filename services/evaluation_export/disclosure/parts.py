"""The independent parts of a programme: variables that rows connect, and the witnesses among their values."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import numpy as np

from services.evaluation_export.disclosure.programme import Programme, Row, Terms, whole
from services.evaluation_export.disclosure.release import Cell
from services.evaluation_export.disclosure.solver import NO_LIMIT, Region, Whole, furthest


@dataclass(frozen=True, slots=True)
class Part:
    """Rows over their own variables; ``region`` has them as distances from the truth, ``place`` the index of each
    variable.

    A point is a witness: a population that agrees with everything a reader knows.
    """

    rows: Sequence[Row]
    place: dict[int, int]
    region: Region
    deadline: float

    def without(self, cells: Collection[Cell]) -> "Part":
        """The part as it would be with these cells hidden too."""
        return self._only([number for number, row in enumerate(self.rows) if set(row.cells).isdisjoint(cells)])

    def public(self, fixed: Collection[Cell]) -> "Part":
        """The part as it would be with every cell hidden that is not fixed."""
        return self._only([number for number, row in enumerate(self.rows) if not row.cells or row.cells[0] in fixed])

    def _only(self, stay: list[int]) -> "Part":
        return replace(self, rows=[self.rows[number] for number in stay], region=self.region.only(stay))

    def likeness(self, terms: Whole) -> tuple[tuple[int, bytes], ...]:
        """A value that two sums share if exchanging variables that are alike in all rows turns one into the other."""
        columns = self.region.matrix
        return tuple(sorted((int(terms[place]), columns[:, place].tobytes()) for place in np.flatnonzero(terms)))

    def vectors(self, sums: Sequence[Terms]) -> Whole:
        """Sums as the rows of a matrix."""
        return vectors(sums, self.place)

    def furthest(self, aim: Whole) -> Whole:
        """A witness with the largest ``aim``; the truth if the solver finds none. Raises ``AuditTooSlow``."""
        found = furthest(self.region, aim, self.deadline)
        return np.zeros_like(aim) if found is None else found

    def exactly(self, aim: Whole, value: int) -> Whole | None:
        """A witness with this value of ``aim``, or None. Raises ``AuditTooSlow``."""
        at = np.array([value], dtype=np.int64)
        return furthest(self.region.narrowed(aim[None, :], at, at), np.zeros_like(aim), self.deadline)

    def together(self, aims: Whole, wanted: Whole) -> Whole | None:
        """A witness in which many of the ``aims`` are large, none above its ``wanted`` value; None if none is found."""
        unlimited = np.full(len(aims), -NO_LIMIT, dtype=np.int64)
        region = self.region.narrowed(aims, unlimited, wanted)
        return furthest(region, aims.sum(axis=0), self.deadline, rough=True)


def vectors(sums: Sequence[Terms], place: dict[int, int]) -> Whole:
    """Sums as the rows of a matrix with one column per variable."""
    made = np.zeros((len(sums), len(place)), dtype=np.int64)
    for number, terms in enumerate(sums):
        for variable, factor in terms.items():
            made[number, place[variable]] = factor
    return made


class HasTerms(Protocol):
    """Anything that has a sum."""

    @property
    def terms(self) -> Terms:
        """The sum."""


Sought = TypeVar("Sought", bound=HasTerms)


def parts(programme: Programme, sought: Sequence[Sought], deadline: float) -> list[tuple[Part, list[Sought]]]:
    """The programme's independent parts, each with the sums sought over its variables."""
    sums = [row.terms for row in programme.rows] + [one.terms for one in sought]
    roots = _roots(len(programme.values), sums)

    def of(one: HasTerms) -> int:
        return roots[next(iter(one.terms))]

    found: list[tuple[Part, list[Sought]]] = []
    for root in sorted({of(one) for one in sought}):
        variables = [variable for variable, its in enumerate(roots) if its == root]
        place = {variable: number for number, variable in enumerate(variables)}
        rows = [row for row in programme.rows if of(row) == root]
        true = whole(programme.true(row.terms) for row in rows)
        values, reach = (whole(its[one] for one in variables) for its in (programme.values, programme.reach))
        region = Region(
            vectors([row.terms for row in rows], place),
            np.maximum(whole(row.low for row in rows) - true, -NO_LIMIT),
            np.minimum(whole(row.high for row in rows) - true, NO_LIMIT),
            -np.minimum(values, reach),
            reach,
        )
        found.append((Part(rows, place, region, deadline), [one for one in sought if of(one) == root]))
    return found


def _roots(variables: int, sums: Iterable[Terms]) -> list[int]:
    """For each variable, the representative of the variables that sums connect it with (union-find)."""
    parent = list(range(variables))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for terms in sums:
        first = next(iter(terms))
        for variable in terms:
            parent[root(variable)] = root(first)
    return [root(variable) for variable in range(variables)]
