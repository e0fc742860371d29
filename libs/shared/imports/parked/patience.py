"""How long a row stays parked. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from libs.shared.imports.batch import WaitingReason

PARKED_DAYS = 90
"""How long a row waits at most, also when the reason for its waiting changes."""


@dataclass(frozen=True, slots=True)
class Patience:
    """``placing`` is how long a row about a known pupil waits for the pupil's membership or the school's calendar."""

    placing: timedelta = timedelta(days=1)

    def until(self, reason: WaitingReason, now: datetime, since: datetime) -> datetime:
        """When a row is refused that waits for ``reason`` from ``now`` on and was first parked at ``since``."""
        longest = since + timedelta(days=PARKED_DAYS)
        return min(now + self.placing, longest) if reason is WaitingReason.NOT_PLACED else longest
