"""Decides which memberships can be accepted: none overlaps another of the same pupil. Pure."""

from bisect import bisect_left, insort
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A time in a class, from ``valid_from`` until before ``valid_to``; empty when they are equal."""

    valid_from: date
    valid_to: date
    class_id: UUID

    @property
    def key(self) -> tuple[UUID, date]:
        """The key of a membership of a pupil: a row with the same key corrects its end."""
        return self.class_id, self.valid_from


@dataclass(frozen=True, slots=True)
class Settled:
    """The result by row index: memberships to write, rows that equal known memberships, rows that withdraw a membership
    that never existed and so change nothing, overlapping rows, and repeated rows with their first row.
    """

    written: Mapping[int, Interval]
    unchanged: Sequence[int]
    void: Sequence[int]
    overlapping: Sequence[int]
    repeated: Mapping[int, int]
    ended: Mapping[tuple[UUID, date], Interval] = field(default_factory=dict)
    """Memberships that end because the pupil is in another class, by what they were called."""


def settle(known: Sequence[Interval], rows: Sequence[tuple[int, Interval]], within: Collection[UUID] = ()) -> Settled:
    """Decide on one pupil's rows. ``known`` overlap nowhere.

    Rows that end a known membership earlier are applied first, so that the rows of a transfer may have any order in the
    file. Then come the others in order, each compared with the memberships so far. A refused row changes nothing.

    ``within`` are the classes of a snapshot. A membership in one of these that no row names ends on the first day of a
    row that it would overlap: the pupil has moved.
    """
    now = {each.key: each for each in known}
    taken = sorted(each for each in known if each.valid_to > each.valid_from)
    first: dict[tuple[UUID, date], int] = {}
    repeated: dict[int, int] = {}
    unchanged: list[int] = []
    void: list[int] = []
    shrinking: list[tuple[int, Interval]] = []
    growing: list[tuple[int, Interval]] = []
    for index, row in rows:
        if row.key in first:
            repeated[index] = first[row.key]
            continue
        first[row.key] = index
        before = now.get(row.key)
        if before == row:
            unchanged.append(index)
        elif before is None and row.valid_to == row.valid_from:
            void.append(index)
        elif before is not None and row.valid_to < before.valid_to:
            shrinking.append((index, row))
        else:
            growing.append((index, row))

    written: dict[int, Interval] = {}
    overlapping: list[int] = []
    ended: dict[tuple[UUID, date], Interval] = {}
    for index, row in shrinking:
        _take_out(taken, now[row.key])
        _put_in(taken, row)
        written[index] = row
    for index, row in growing:
        before = now.get(row.key)
        if before is not None:
            _take_out(taken, before)
        if _fits(taken, row) or _makes_room(taken, row, within, first, ended):
            _put_in(taken, row)
            written[index] = row
        else:
            overlapping.append(index)
            if before is not None:
                _put_in(taken, before)
    return Settled(written, unchanged, void, overlapping, repeated, ended)


def _makes_room(
    taken: list[Interval],
    row: Interval,
    within: Collection[UUID],
    named: Collection[tuple[UUID, date]],
    ended: dict[tuple[UUID, date], Interval],
) -> bool:
    """End what the row overlaps, if all of it is of these classes and none of it is named; whether that was so."""
    blocking = [each for each in taken if each.valid_from < row.valid_to and each.valid_to > row.valid_from]
    if any(each.class_id not in within or each.key in named for each in blocking):
        return False
    for each in blocking:
        _take_out(taken, each)
        ended[each.key] = replace(each, valid_to=max(each.valid_from, row.valid_from))
        _put_in(taken, ended[each.key])
    return True


def _fits(taken: Sequence[Interval], row: Interval) -> bool:
    """Whether the row overlaps none of ``taken``, which are sorted and disjoint."""
    if row.valid_to == row.valid_from:
        return True
    index = bisect_left(taken, row.valid_to, key=lambda each: each.valid_from)
    return index == 0 or taken[index - 1].valid_to <= row.valid_from


def _take_out(taken: list[Interval], row: Interval) -> None:
    if row.valid_to > row.valid_from:
        del taken[bisect_left(taken, row)]


def _put_in(taken: list[Interval], row: Interval) -> None:
    if row.valid_to > row.valid_from:
        insort(taken, row)
