"""Turns a course's sessions into counted amounts per phase and school week."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from math import ceil
from typing import NamedTuple

from libs.shared.rules.dosage.facts import DosageFacts, NotCounted, NotCountedWhy, SessionFact, monday_of
from libs.shared.rules.dosage.settings import DosageSettings, MinimumPhase

_WEEK = timedelta(days=7)


class Held(NamedTuple):
    """What was held of one phase (``number`` from 1) by ``as_of``.

    Amounts are minutes for lessons and a count for sessions. ``weeks`` are the Mondays of the phase's school weeks.
    ``amounts`` has the counted amount per Monday and ``recorded`` the Mondays with any session recorded, counted or
    not. A session in a week that is no school week counts in the amounts; the mean is taken over the school weeks.
    """

    number: int
    phase: MinimumPhase
    weeks: tuple[date, ...]
    last: date
    amounts: dict[date, int]
    recorded: frozenset[date]
    not_counted: tuple[NotCounted, ...]
    weekly_minimum: Fraction
    minimum_weeks: Fraction
    least_total: Fraction | None = None
    """For packages, which are not weekly, the minimum number in the whole phase; else None."""

    @property
    def total(self) -> int:
        """The sum of the counted amounts."""
        return sum(self.amounts.values())

    @property
    def exact_total(self) -> Fraction:
        """The total as a fraction, so that it can be divided without becoming a float."""
        return Fraction(self.total)

    @property
    def weekly_mean(self) -> Fraction | None:
        """The mean per school week of the phase; None when no school week is known."""
        return self.exact_total / len(self.weeks) if self.weeks else None

    @property
    def minimum_total(self) -> Fraction:
        """The weekly minimum times the minimum length; for packages the minimum number in the phase."""
        return self.weekly_minimum * self.minimum_weeks if self.least_total is None else self.least_total

    def reaches(self, total: Fraction | int) -> bool:
        """Whether both the total and the mean per school week reach the minimum; used for delivered and forecast
        dosage.
        """
        return total >= self.minimum_total and total >= self.weekly_minimum * len(self.weeks)


def held_by_phase(settings: DosageSettings, minimum: Sequence[MinimumPhase], facts: DosageFacts) -> list[Held]:
    """Divide the course among the phases of the minimum: each phase gets its number of weeks in turn, the last one gets
    all remaining weeks.

    Sessions after ``as_of`` are ignored. Sessions outside the course's dates are listed under the nearest phase and do
    not count.
    """
    weeks = [each for each in facts.school_weeks if each + _WEEK > facts.start and each <= facts.last_day]
    lengths = [settings.minimum_weeks(phase, facts.school_year_weeks) for phase in minimum]
    cuts = [0]
    for length in lengths[:-1]:
        cuts.append(min(cuts[-1] + ceil(length), len(weeks)))
    cuts.append(len(weeks))
    shares = [tuple(weeks[first:last]) for first, last in pairwise(cuts)]
    # A phase begins on its first Monday. The first phase also gets all earlier sessions, so that none is lost.
    starts = [date.min, *(share[0] if share else date.max for share in shares[1:])]
    seen = [each for each in facts.sessions if each.held_on <= facts.as_of]
    held = []
    for index, phase in enumerate(minimum):
        following = starts[index + 1] if index + 1 < len(minimum) else None
        own = [each for each in seen if starts[index] <= each.held_on and (not following or each.held_on < following)]
        amounts, recorded, not_counted = _count(phase, own, facts)
        held.append(
            Held(
                number=index + 1,
                phase=phase,
                weeks=shares[index],
                last=min(following - timedelta(days=1), facts.last_day) if following else facts.last_day,
                amounts=amounts,
                recorded=recorded,
                not_counted=not_counted,
                weekly_minimum=phase.weekly * settings.per_unit(phase),
                minimum_weeks=lengths[index],
                least_total=Fraction(phase.phase_amount) if phase.phase_amount is not None else None,
            )
        )
    return held


def _count(
    phase: MinimumPhase, sessions: Sequence[SessionFact], facts: DosageFacts
) -> tuple[dict[date, int], frozenset[date], tuple[NotCounted, ...]]:
    """The counted amount per Monday, the Mondays with records, and the sessions that do not count."""
    amounts: dict[date, int] = {}
    recorded = set()
    not_counted = []
    for each in sorted(sessions, key=lambda one: (one.held_on, one.minutes)):
        why = _why_not(phase, each, facts)
        week = monday_of(each.held_on)
        if why is not NotCountedWhy.OUTSIDE_COURSE:
            recorded.add(week)
        if why is None and phase.unit == "packages" and week in amounts:
            # Several packages in one week count as one, as the minimum asks for weeks between them.
            why = NotCountedWhy.SAME_WEEK
        if why is None:
            amounts[week] = amounts.get(week, 0) + (each.minutes if phase.unit == "lessons" else 1)
        else:
            not_counted.append(NotCounted(held_on=each.held_on, minutes=each.minutes, why=why))
    return amounts, frozenset(recorded), tuple(not_counted)


def _why_not(phase: MinimumPhase, session: SessionFact, facts: DosageFacts) -> NotCountedWhy | None:
    if not facts.start <= session.held_on <= facts.last_day:
        return NotCountedWhy.OUTSIDE_COURSE
    if phase.session_minutes is not None:
        return phase.session_minutes.why_not(session.minutes)
    # A session of 0 minutes is cancelled and does not count, also for a type without a required length.
    return NotCountedWhy.TOO_SHORT if session.minutes == 0 else None
