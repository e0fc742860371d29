"""The audit before release: the audit problem of complementary cell suppression, for all tables together.

It reads the finished files, counts the snapshot itself, and does not rely on the code that made them. A reader is
assumed to know every printed figure's rounding interval, that a hidden count may have any value, which groups contain
which, and the rules by which figures are shown, but not the order in which further cells were hidden. ``targets`` has
what must stay unknown. A target is protected by two or more witnesses: whole populations that agree with everything
that is printed.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy

import msgspec
import numpy as np

from services.evaluation_export.disclosure.earlier_counts import earlier_counts
from services.evaluation_export.disclosure.earlier_days import autumns
from services.evaluation_export.disclosure.helpers import helpers
from services.evaluation_export.disclosure.knowledge import know
from services.evaluation_export.disclosure.parts import Part, parts
from services.evaluation_export.disclosure.reading import SELECTIONS, Tables, TablesContradict, read
from services.evaluation_export.disclosure.release import Cell, Group, PersonKeys
from services.evaluation_export.disclosure.rows import add_rows
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.disclosure.solver import AuditTooSlow, Whole
from services.evaluation_export.disclosure.targets import Target, Values, targets
from services.evaluation_export.disclosure.truth import count
from services.evaluation_export.products.aggregate.snapshot import Snapshot

__all__ = ["AuditTooSlow", "Exposure", "TablesContradict", "audit"]

_WIDER = 8


class Exposure(msgspec.Struct, frozen=True):
    """A figure that a reader can infer too exactly.

    ``target`` names the count or the days, never a number. ``helpers`` are printed cells that protect it when all of
    them and the helpers of earlier exposures are hidden, the least useful first. It is empty if no cells do.
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
    earlier: Sequence[Group] = (),
    persons: Sequence[PersonKeys] = (),
    seconds: float,
) -> tuple[Exposure, ...]:
    """The exposures of the tables; empty if the tables may be released as they are.

    ``files`` are the finished CSV files by name. ``earlier`` are groups of earlier releases in the order in which they
    were stored, ``persons`` the keys of the snapshot's persons: the audit combines the knowledge of a reader of all
    these releases. Cells in ``kept`` show an earlier group's figures: their counts differ by up to four persons
    (otherwise they reveal nothing), and their means reveal nothing about these persons' days. Cells in ``fixed`` are
    public already, so they are never helpers. Raises ``AuditTooSlow`` and ``TablesContradict``.
    """
    deadline = time.monotonic() + seconds
    tables = read(files)
    if not _shows_selections(tables, earlier):
        tables = tables.without_selections()
        earlier = [one for one in earlier if not one.name.startswith(f"{SELECTIONS}/")]
    counted = count(truth)
    before = earlier_counts(counted, truth, tables.letters, earlier, persons)
    known = know(tables, counted, rules, before)
    add_rows(known, tables, counted, rules, kept=kept, fixed=fixed)
    if before:
        before.add_rows(known.programme, rules)
    sought = targets(known, tables, counted, rules, before)
    found: list[Exposure] = []
    programmes = [(known.programme, sought)]
    if earlier:
        programmes += autumns(tables, counted, truth, rules, kept=kept, earlier=earlier, keys=persons)
    for programme, own in programmes:
        programme.settle(deadline)
        for part, targets_of_part in parts(programme, own, deadline):
            found += _exposures(part, targets_of_part, fixed, alone=not earlier)
    return tuple(found)


def _shows_selections(tables: Tables, earlier: Sequence[Group]) -> bool:
    """Whether any release shows a number of selected pupils. If none does, each may be any number from 0 to the
    participants of its type.
    """
    if any(tables.counts[cell] is not None for cell in tables.selections):
        return True
    before = (one for one in earlier if one.name.startswith(f"{SELECTIONS}/"))
    return any(text is not None for one in before for text in one.figures.values())


def _exposures(part: Part, sought: Sequence[Target], fixed: frozenset[Cell], *, alone: bool) -> Iterator[Exposure]:
    """Examines many targets at once, then each remaining one, as if the helpers found so far were hidden.

    If a release is not ``alone`` and the target is exposed without it too, the release reveals nothing new.
    """
    vectors = part.vectors([one.terms for one in sought])
    leaders = _leaders(part, sought, vectors)
    _together(part, sought, vectors, leaders)
    for place in leaders:
        one = sought[place]
        while not one.met and _is_exposed(part, place, vectors, sought):
            found = _helpers(part, one, vectors[place], fixed)
            if found or alone or not _is_told(part.public(fixed), one, vectors[place]):
                yield Exposure(one.name, found)
            if not found:
                break
            part = part.without(found)
            _together(part, sought, vectors, leaders)


def _is_told(public: Part, one: Target, aim: Whole) -> bool:
    """Whether the figures that are already public expose a target.

    The witnesses found here are not offered to other targets, because this bundle prints more figures than those.
    """
    return _is_exposed(public, 0, aim[None, :], [deepcopy(one)])


def _leaders(part: Part, sought: Sequence[Target], vectors: Whole) -> list[int]:
    """One target of each set of interchangeable ones; the others share the values found for it."""
    _offer(part, np.zeros(vectors.shape[1], dtype=np.int64), vectors, sought)
    first: dict[object, Values] = {}
    leaders = []
    for place, one in enumerate(sought):
        if isinstance(one, Values):
            same = first.setdefault(part.likeness(vectors[place]), one)
            if same is not one:
                same.seen |= one.seen
                one.seen = same.seen
                continue
        leaders.append(place)
    return leaders


def _together(part: Part, sought: Sequence[Target], vectors: Whole, leaders: Sequence[int]) -> None:
    """Widens all targets of a family at once, each as far as it needs: upwards until no more is found, then downwards.

    Several families at once would take the solver longer than one after the other.
    """
    for family in sorted({sought[place].family for place in leaders}):
        for sign in (1, -1):
            gained = True
            while gained:
                left = [place for place in leaders if sought[place].family == family and not sought[place].met]
                if not left:
                    break
                wanted = np.array([sign * sought[place].wanted(sign) for place in left], dtype=np.int64)
                aims = sign * vectors[left]
                witness = part.together(aims, wanted)
                _offer(part, witness, vectors, sought)
                gained = witness is not None and bool((aims @ witness == wanted).any())


def _is_exposed(part: Part, place: int, vectors: Whole, sought: Sequence[Target]) -> bool:
    """Widens the interval of one target as far as possible; True if it stays too narrow."""
    one, aim = sought[place], vectors[place]
    ends = []
    for sign in (1, -1):
        witness = part.furthest(sign * aim)
        _offer(part, witness, vectors, sought)
        ends.append(int(aim @ witness))
        if one.met:
            return False
    if isinstance(one, Values):
        for value in range(ends[1] + 1, ends[0]):
            if one.true + value not in one.seen:
                _offer(part, part.exactly(aim, value), vectors, sought)
    return not one.met


def _offer(part: Part, witness: Whole | None, vectors: Whole, sought: Iterable[Target]) -> None:
    """Offers a witness, and the witnesses that differ from it in one variable only, to all targets."""
    if witness is None:
        return
    up, down = part.region.room(witness)
    most = np.where(vectors > 0, up, np.where(vectors < 0, down, 0)).max(axis=1)
    least = np.where(vectors > 0, down, np.where(vectors < 0, up, 0)).max(axis=1)
    found = zip(sought, (vectors @ witness).tolist(), least.tolist(), most.tolist(), strict=True)
    for one, value, below, above in found:
        if not one.met:
            for step in range(-min(below, one.width), min(above, one.width) + 1):
                one.offer(value + step)


def _helpers(part: Part, one: Target, aim: Whole, fixed: frozenset[Cell]) -> tuple[Cell, ...]:
    """Cells that make the target's interval wide enough, or wider if the values inside have gaps."""
    for more in range(_WIDER):
        found = helpers(part, aim, one.width + more, fixed)
        if found is None or found:
            return found or ()
    return ()
