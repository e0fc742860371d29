"""The audit before release: what a reader of all the tables together can infer about small groups.

It reads the finished files, counts the snapshot itself, and trusts nothing of what made them. A reader is taken to know
every printed figure's rounding interval, that a hidden count may be anything, how the groups hold each other, and the
rules by which figures are shown; not in which order further cells were hidden. What must stay unknown is in
``targets``; what makes it so is a pair (or more) of witnesses: whole populations that agree with all that is printed.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
import numpy as np

from services.evaluation_export.deliveries.snapshot import Snapshot
from services.evaluation_export.disclosure.helpers import helpers
from services.evaluation_export.disclosure.knowledge import know
from services.evaluation_export.disclosure.programme import NO_LIMIT, AuditTooSlow, Part, Point, parts
from services.evaluation_export.disclosure.reading import TablesContradict, read
from services.evaluation_export.disclosure.release import Cell
from services.evaluation_export.disclosure.rows import add_rows
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.disclosure.targets import Target, Values, targets
from services.evaluation_export.disclosure.truth import count

__all__ = ["AuditTooSlow", "Exposure", "TablesContradict", "audit"]

_ROUNDS = 24
_WIDER = 8


class Exposure(msgspec.Struct, frozen=True):
    """What can be inferred too exactly.

    ``target`` names the count or the days, never a number. ``helpers`` are printed cells that protect it when all of
    them are hidden, and those of the exposures before it; the least useful first, and none if no cells do.
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
        found += _exposures(part, own, fixed)
    return tuple(found)


def _exposures(part: Part, sought: Sequence[Target], fixed: frozenset[Cell]) -> Iterator[Exposure]:
    """Looks at many targets at once, then at each that is left, as if the helpers found so far were hidden."""
    vectors = part.vectors(one.terms for one in sought)
    leaders = _leaders(part, sought, vectors)
    _together(part, sought, vectors, leaders)
    for place in leaders:
        one = sought[place]
        while not one.met and _is_exposed(part, place, vectors, sought):
            found = _helpers(part, one, vectors[place], fixed)
            yield Exposure(one.name, found)
            if not found:
                break
            part = part.without(found)
            _together(part, sought, vectors, leaders)


def _together(part: Part, sought: Sequence[Target], vectors: Point, leaders: Sequence[int]) -> None:
    """Widens all targets at once, upwards and downwards in turn, each as far as it needs, until nothing more comes."""
    idle = 0
    for number in range(_ROUNDS):
        left = [place for place in leaders if not sought[place].met]
        if not left or idle == 2:
            return
        sign = 1 if number % 2 == 0 else -1
        wanted = np.array([sign * sought[place].wanted(sign) for place in left], dtype=np.int64)
        aims = sign * vectors[left]
        unlimited = np.full(len(left), -NO_LIMIT, dtype=np.int64)
        witness = part.maximise(aims.sum(axis=0), aims, unlimited, wanted)
        _offer(witness, vectors, sought)
        idle = 0 if witness is not None and (aims @ witness == wanted).any() else idle + 1


def _leaders(part: Part, sought: Sequence[Target], vectors: Point) -> list[int]:
    """One of each kind of targets that are alike to a reader; the others share what was seen."""
    first: dict[object, Values] = {}
    leaders = []
    _offer(np.zeros(vectors.shape[1], dtype=np.int64), vectors, sought)
    for place, one in enumerate(sought):
        if isinstance(one, Values):
            same = first.setdefault(part.likeness(vectors[place]), one)
            if same is not one:
                same.seen |= one.seen
                one.seen = same.seen
                continue
        leaders.append(place)
    return leaders


def _is_exposed(part: Part, place: int, vectors: Point, sought: Sequence[Target]) -> bool:
    """Widens one target as far as it goes; whether that is not enough."""
    one, aim = sought[place], vectors[place]
    ends = []
    for sign in (1, -1):
        witness = part.maximise(sign * aim)
        _offer(witness, vectors, sought)
        if one.met:
            return False
        ends.append(0 if witness is None else int(aim @ witness))
    if isinstance(one, Values):
        for value in range(ends[1] + 1, ends[0]):
            if one.true + value not in one.seen:
                at = np.array([value], dtype=np.int64)
                _offer(part.maximise(np.zeros_like(aim), aim[None, :], at, at), vectors, sought)
    return not one.met


def _offer(witness: Point | None, vectors: Point, sought: Iterable[Target]) -> None:
    if witness is not None:
        for one, value in zip(sought, (vectors @ witness).tolist(), strict=True):
            one.offer(value)


def _helpers(part: Part, one: Target, aim: Point, fixed: frozenset[Cell]) -> tuple[Cell, ...]:
    """Cells that let the target be wide enough, or wider still where the values between have gaps."""
    for more in range(_WIDER):
        found = helpers(part, aim, one.width + more, fixed)
        if found is None or found:
            return found or ()
    return ()
