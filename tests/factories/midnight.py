"""Half past midnight in Denmark, when it is still yesterday in UTC: one hour off in winter, two in summer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta


@dataclass(frozen=True)
class Night:
    """A moment and the Danish day it is in."""

    moment: datetime
    today: date

    @property
    def clock(self) -> Callable[[], datetime]:
        """A clock that stands still."""
        return lambda: self.moment

    def day(self, after: int = 0) -> str:
        """The day ``after`` days from today."""
        return (self.today + timedelta(days=after)).isoformat()


NIGHTS = {
    "summer": Night(datetime(2022, 8, 22, 22, 30, tzinfo=UTC), date(2022, 8, 23)),
    "winter": Night(datetime(2022, 12, 12, 23, 30, tzinfo=UTC), date(2022, 12, 13)),
}
EVENING = Night(datetime(2022, 12, 12, 22, 30, tzinfo=UTC), date(2022, 12, 12))
"""Half past eleven on a winter evening: two hours ahead of UTC it would be tomorrow."""
