"""The events of pupils' months, made by set in the database; a test compares each with the codec's."""

from uuid import UUID

from libs.shared.contracts.absence import PupilMonthChanged
from libs.shared.db.database import WriteSession
from libs.shared.events.by_set import BySet, Telling
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Page, Place
from libs.shared.values.absence import CATEGORIES
from services.absence_ingest.absence.domain import MOST_HALVES, days
from services.absence_ingest.absence.queries import months

MONTHS = BySet(
    PupilMonthChanged(
        aggregate_version=1,
        municipality_code="101",
        pupil_id=UUID(int=0),
        month="2022-09",
        **dict.fromkeys(CATEGORIES, days(MOST_HALVES // len(CATEGORIES))),
    ),
    texts={
        "municipality_code": "municipality_code",
        "pupil_id": "pupil_id",
        "month": "name",
        **{category: f"days[{category} + 1]" for category in CATEGORIES},
    },
    columns={"name": "left(CAST(m.month AS text), 7)", "days": "CAST(:tell_days AS text[])"},
    values={"tell_days": [str(days(halves)) for halves in range(MOST_HALVES + 1)]},
)
"""Over the columns of ``pupil_month``; ``tell_days`` has the event's text for each number of half days."""


class MonthPublisher:
    """Writes the events of changed months to the outbox, in the transaction of the change."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    async def telling(self, session: WriteSession, most: int, *, republished: bool = False) -> Telling:
        """The events of at most ``most`` months, which the statement names ``month``, with the columns of
        ``pupil_month``.

        The caller has locked the months or their pupils. The relay is notified at commit.
        """
        return await self._outbox.add_many(session, MONTHS, "month", most, republished=republished)

    async def tell_page(self, session: WriteSession, code: str, after: Place | None, size: int) -> Page:
        """Publish a page of the municipality's months again."""
        locked = await months.lock_page(session, code, after, size)
        if locked:
            tell = await self.telling(session, len(locked), republished=True)
            await months.tell_page(session, code, after, size, tell)
        return Page(len(locked), locked[-1] if len(locked) == size else None)
