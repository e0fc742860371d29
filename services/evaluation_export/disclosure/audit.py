"""The audit before release: what a reader of all the tables together can infer about small groups.

It reads the finished files, counts the snapshot itself, and trusts nothing of what made them. A reader is taken to know
every printed figure's rounding interval, that a hidden count may be anything, how the groups hold each other, and the
rules by which figures are shown; not in which order further cells were hidden. What must stay unknown is in
``targets``; what makes it so is a pair (or more) of witnesses: whole populations that agree with all that is printed.
"""

import time
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import numpy as np

from services.evaluation_export.deliveries.snapshot import Snapshot
from services.evaluation_export.disclosure.helpers import helpers
from services.evaluation_export.disclosure.knowledge import know
from services.evaluation_export.disclosure.programme import AuditTooSlow, Part, Point, parts
from services.evaluation_export.disclosure.reading import TablesContradict, read
from services.evaluation_export.disclosure.release import Cell
from services.evaluation_export.disclosure.rows import add_rows
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.disclosure.targets import Target, Values, targets
from services.evaluation_export.disclosure.truth import count

__all__ = ["AuditTooSlow", "Exposure", "TablesContradict", "audit"]

_ROUNDS = 12


class Exposure(msgspec.Struct, frozen=True):
    """What can be inferred too exactly.

    ``target`` names the count or the days, never a number. ``helpers`` are printed cells that protect it when all of
    them are hidden, the least useful first; empty if no cells do.
    """

    target: str
    helpers: tuple[Cell, ...]


def audit(
    files: Mapping[str, bytes],
    truth: Snapshot,
    rules: DisclosureRules,
    *,
    kept: frozenset[Cell] = frozenset(),
    fixed: frozenset[Cell] = frozenset(),
    seconds: float,
) -> tuple[Exposure, ...]:
    """What may not be released as it stands; empty if the tables are safe.

    ``files`` are the finished CSV files by name. Cells in ``kept`` show an earlier group's figures: counts are up to
    four persons off, and days tell nothing of these persons. Cells in ``fixed`` are public already, so they are never
    helpers. Raises ``AuditTooSlow`` and ``TablesContradict``.
    """
    deadline = time.monotonic() + seconds
    tables = read(files)
    counted = count(truth)
    known = know(tables, counted, rules)
    add_rows(known, tables, counted, rules, kept)
    sought = targets(known, tables, counted, rules)
    found: list[Exposure] = []
    for part, own in parts(known.programme, sought, deadline):
        exposed = search(part, own)
        found += [Exposure(one.name, helpers(part, one, fixed)) for one in exposed]
    return tuple(found)


def search(part: Part, sought: Sequence[Target]) -> list[Target]:
    """The targets for which the witnesses do not suffice. First many at once, then each that is left by itself."""
    vectors = part.vectors(one.terms for one in sought)
    for number in range(_ROUNDS):
        left = [place for place, one in enumerate(sought) if not one.met]
        if not left:
            return []
        sign = 1 if number % 2 == 0 else -1
        wanted = np.array([sign * sought[place].wanted(sign) for place in left], dtype=np.int64)
        aims = sign * vectors[left]
        unlimited = np.full(len(left), -(10**9), dtype=np.int64)
        witness = part.maximise(aims.sum(axis=0), aims, unlimited, wanted)
        _offer(witness, vectors, sought)
    for place, one in enumerate(sought):
        if not one.met:
            _alone(part, one, vectors[place], vectors, sought)
    return [one for one in sought if not one.met]


def _alone(part: Part, one: Target, aim: Point, vectors: Point, sought: Sequence[Target]) -> None:
    """Widens one target as far as it goes."""
    ends = []
    for sign in (1, -1):
        witness = part.maximise(sign * aim)
        _offer(witness, vectors, sought)
        if one.met or witness is None:
            return
        ends.append(int(aim @ witness))
    if not isinstance(one, Values) or ends[0] - ends[1] < one.width:
        return
    for value in range(ends[1] + 1, ends[0]):
        if value not in one.seen:
            at = np.array([value], dtype=np.int64)
            _offer(part.maximise(np.zeros_like(aim), aim[None, :], at, at), vectors, sought)
        if one.met:
            return


def _offer(witness: Point | None, vectors: Point, sought: Iterable[Target]) -> None:
    if witness is not None:
        for one, value in zip(sought, vectors @ witness, strict=True):
            one.offer(int(value))
