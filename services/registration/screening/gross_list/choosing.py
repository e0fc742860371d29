"""Which of the screened pupils a list shows, in which order, and how many have which outcome. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Protocol, TypeVar
from uuid import UUID

from libs.shared.db.order import Order, Place
from libs.shared.rules.verdicts import ScreeningOutcome
from libs.shared.rules.wording import floored

RULES = ("S-ABSENCE", "S-TEST", "S-NOT-READY", "S-MARK")
"""The rules in the order of a pupil's outcomes."""

Outcomes = tuple[ScreeningOutcome, ...]
"""The outcomes of one pupil, in the order of ``RULES``."""

Counts = dict[str, dict[ScreeningOutcome, int]]
"""Pupils by rule and outcome."""


class Screened(Protocol):
    """A pupil with the outcomes of the screening."""

    @property
    def pupil_id(self) -> UUID:
        """The pupil."""

    @property
    def class_id(self) -> UUID:
        """The pupil's class on the day."""

    @property
    def grade(self) -> int:
        """The grade of the class."""

    @property
    def outcomes(self) -> Outcomes:
        """The outcomes, in the order of ``RULES``."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is asked for. ``class_id`` and ``grade`` say whom it is about: all figures are of these pupils.
    ``rule`` and ``outcome`` say who is shown: pupils with this outcome of this rule, of any rule without ``rule``, and
    flagged without ``outcome``. ``everyone`` shows all.
    """

    rule: str | None = None
    outcome: ScreeningOutcome | None = None
    class_id: UUID | None = None
    grade: int | None = None
    everyone: bool = False

    def is_about(self, pupil: Screened) -> bool:
        """Whether the list is about the pupil."""
        return self.class_id in (None, pupil.class_id) and self.grade in (None, pupil.grade)

    def shows(self, pupil: Screened) -> bool:
        """Whether the list shows the pupil, if it is about the pupil."""
        outcome = self.outcome or ScreeningOutcome.FLAGGED
        if self.rule is not None:
            return pupil.outcomes[RULES.index(self.rule)] is outcome
        return (self.everyone and self.outcome is None) or outcome in pupil.outcomes


S = TypeVar("S")


def page_of(
    rows: Iterable[S], order: Order, place: Callable[[S], Place], after: Place | None, size: int
) -> Sequence[S]:
    """``size`` rows of the sorted rows, from the one that follows ``after``."""
    placed = [((at.value, at.unique), row) for row in rows for at in (place(row),)]
    placed.sort(key=lambda each: each[0], reverse=order.descending)
    if after is not None:
        last = (after.value, after.unique)
        placed = [each for each in placed if (each[0] < last if order.descending else each[0] > last)]
    return [row for _, row in placed[:size]]


def on_list(outcomes: Outcomes) -> bool:
    """Whether at least one rule is flagged."""
    return ScreeningOutcome.FLAGGED in outcomes


def counted(groups: Iterable[tuple[Outcomes, int]]) -> Counts:
    """The number of pupils by rule and outcome. ``groups`` are numbers of pupils with the same outcomes."""
    counts: Counts = {rule: dict.fromkeys(ScreeningOutcome, 0) for rule in RULES}
    for outcomes, pupils in groups:
        for rule, outcome in zip(RULES, outcomes, strict=True):
            counts[rule][outcome] += pupils
    return counts


def percent(part: int, whole: int) -> Decimal | None:
    """The share in per cent, rounded down to two decimals; None of nobody."""
    return floored(Fraction(100 * part, whole)) if whole else None


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of a list: how many pupils it is about, how many of them are on the gross list, and the outcomes."""

    screened: int
    flagged: int
    outcomes: Mapping[str, Mapping[ScreeningOutcome, int]]

    @classmethod
    def of(cls, pupils: Sequence[Screened]) -> "Summary":
        """The figures of these pupils."""
        return cls.of_groups([(each.outcomes, 1) for each in pupils])

    @classmethod
    def of_groups(cls, groups: Sequence[tuple[Outcomes, int]]) -> "Summary":
        """The figures of groups of pupils with the same outcomes."""
        return cls(
            screened=sum(pupils for _, pupils in groups),
            flagged=sum(pupils for outcomes, pupils in groups if on_list(outcomes)),
            outcomes=counted(groups),
        )

    @property
    def share_percent(self) -> Decimal | None:
        """The share of the pupils who are on the gross list."""
        return percent(self.flagged, self.screened)
