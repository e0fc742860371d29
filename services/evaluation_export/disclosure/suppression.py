"""Which counts are left empty.

First every count of one to four pupils (``threshold`` 5), then, one by one, others until nothing printed gives one
away: for each hidden count two whole-number tables are at hand that agree with everything printed and differ in it by
at least the threshold. A zero is printed, and is no help in hiding; a reader therefore knows that an empty cell holds
at least one pupil, and the proof counts with it. Which empty cells are small and which protect others is told to
nobody: that alone would narrow the small ones.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from services.evaluation_export.disclosure.alternatives import Alternatives
from services.evaluation_export.disclosure.counts import Equation, Key, LinkedCounts, Standing

THRESHOLD = 5


class NotProtectable(Exception):
    """Hiding everything that can be hidden does not protect a count; nothing may be released."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """The printed counts to leave empty: ``small`` of themselves, ``complementary`` to protect others."""

    small: frozenset[Key]
    complementary: frozenset[Key]

    @property
    def hidden(self) -> frozenset[Key]:
        """All of them; outside the proof nobody needs to know which is which."""
        return self.small | self.complementary


def is_small(value: int, threshold: int = THRESHOLD) -> bool:
    """Whether so few pupils are a person's data: at least one and fewer than the threshold."""
    return 0 < value < threshold


def suppress(counts: LinkedCounts, *, threshold: int = THRESHOLD) -> Suppression:
    """Decide what to leave empty. Same counts, same answer. Raises ``NotProtectable``."""
    small = {
        key
        for key, count in counts.counts.items()
        if count.standing is Standing.PRINTED and is_small(count.value, threshold)
    }
    proof = _Proof(counts, set(small), threshold)
    for key in proof.sensitive():
        while not proof.holds(key):
            proof.hide(_next_to_hide(counts, proof, key))
    # A hidden helper is itself empty and must not be computable either, so those that came in are gone through too.
    while exposed := [key for key in sorted(proof.hidden) if not proof.holds(key)]:
        proof.hide(_next_to_hide(counts, proof, exposed[0]))
    return Suppression(frozenset(small), frozenset(_needed(counts, proof, small, threshold)))


def _needed(counts: LinkedCounts, proof: "_Proof", small: set[Key], threshold: int) -> set[Key]:
    """Of the helpers, those without which the proof fails: each is shown again if all the rest still holds."""
    helpers = proof.hidden - small
    for key in sorted(helpers, key=lambda key: (-counts.counts[key].keep, -counts.value(key), key)):
        without = _Proof(counts, small | helpers - {key}, threshold)
        if without.all_hold():
            helpers = helpers - {key}
    return helpers


def _next_to_hide(counts: LinkedCounts, proof: "_Proof", exposed: Key) -> Key:
    """The printed count that closes the gap at the least loss.

    Looked for in the equations nearest to the exposed count and there in the tightest; of its counts the one that
    opens fewest new gaps, is least wanted, and is smallest.
    """
    near = proof.distances(exposed)
    best: tuple[tuple[object, ...], Key] | None = None
    for equation in counts.equations:
        distance = min((near[key] for key, _ in equation.terms() if key in near), default=None)
        if distance is None:
            continue
        free = sum(proof.unknown(key) for key, _ in equation.terms())
        for key, _ in equation.terms():
            count = counts.counts[key]
            if count.standing is not Standing.PRINTED or key in proof.hidden or count.value == 0:
                continue
            gaps = sum(not proof.touches(other) for other in proof.equations_of[key])
            rank = (free > 1, distance, free, gaps, count.keep, count.value, key)
            if best is None or rank < best[0]:
                best = (rank, key)
    if best is None:
        raise NotProtectable(f"{exposed} follows from what cannot be hidden")
    return best[1]


class _Proof:
    """The tables found so far that agree with what is printed: for each unknown count its lowest and highest value.

    Hiding one more count only adds tables, so what was found stays found.
    """

    def __init__(self, counts: LinkedCounts, hidden: set[Key], threshold: int) -> None:
        self._counts = counts
        self._threshold = threshold
        self.hidden = set(hidden)
        self.low = {key: count.value for key, count in counts.counts.items()}
        self.high = dict(self.low)
        self._walked: set[Key] = set()
        self.equations_of: dict[Key, list[Equation]] = {key: [] for key in counts.counts}
        for equation in counts.equations:
            for key, _ in equation.terms():
                self.equations_of[key].append(equation)

    def unknown(self, key: Key) -> bool:
        """Whether the reader has to compute it."""
        return key in self.hidden or self._counts.counts[key].standing is Standing.DERIVED

    def touches(self, equation: Equation) -> bool:
        """Whether the equation holds anything unknown."""
        return any(self.unknown(key) for key, _ in equation.terms())

    def sensitive(self) -> list[Key]:
        """What must not be found out at the start: hidden counts, and small differences of nested ones."""
        derived = (
            key
            for key, count in self._counts.counts.items()
            if count.standing is Standing.DERIVED and is_small(count.value, self._threshold)
        )
        return sorted({*self.hidden, *derived}, key=lambda key: (self._counts.value(key), key))

    def hide(self, key: Key) -> None:
        """Leave one more empty."""
        self.hidden.add(key)
        self._walked.clear()

    def all_hold(self) -> bool:
        """Whether nothing sensitive can be found out."""
        return all(self.holds(key) for key in self.sensitive())

    def holds(self, key: Key) -> bool:
        """Whether two tables are at hand that differ by the threshold in this count."""
        if self._wide(key) or key in self._walked:
            return self._wide(key)
        places = sorted(self.distances(key))
        index = {place: number for number, place in enumerate(places)}
        equations = {id(equation): equation for place in places for equation in self.equations_of[place]}
        alternatives = Alternatives(
            [self._counts.value(place) for place in places],
            [int(place in self.hidden) for place in places],
            ([(index[k], sign) for k, sign in equation.terms() if k in index] for equation in equations.values()),
        )

        def seen(table: Iterable[int]) -> bool:
            for place, value in zip(places, table, strict=True):
                self.low[place] = min(self.low[place], value)
                self.high[place] = max(self.high[place], value)
            return self._wide(key)

        for upwards in (True, False):
            alternatives.walk(index[key], upwards=upwards, far=self._threshold, seen=seen)
        self._walked.add(key)
        return self._wide(key)

    def _wide(self, key: Key) -> bool:
        return self.high[key] - self.low[key] >= self._threshold

    def distances(self, start: Key) -> dict[Key, int]:
        """The unknown counts that hang together with ``start``, each with its distance in equations."""
        found = {start: 0}
        edge = [start]
        while edge:
            coming = []
            for key in edge:
                for equation in self.equations_of[key]:
                    for other, _ in equation.terms():
                        if other not in found and self.unknown(other):
                            found[other] = found[key] + 1
                            coming.append(other)
            edge = coming
        return found
