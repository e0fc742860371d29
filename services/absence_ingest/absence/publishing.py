"""Events of pupil months, many at a time.

A file of absence changes tens of thousands of months. The codec makes the first record; the others differ from it in
id, subject and content alone, so that what an event looks like still stands in one place. A test holds every record
against what the codec itself makes.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from libs.shared.base.clock import Clock, utc_now
from libs.shared.contracts.absence import PupilMonthChanged
from libs.shared.contracts.codec import encode
from libs.shared.contracts.envelope import Event
from libs.shared.db.database import WriteSession
from libs.shared.delivery import outbox
from libs.shared.delivery.republishing import Page, Place
from libs.shared.delivery.versions import raised_by
from libs.shared.eventlog.port import Headers, Outgoing
from libs.shared.observability.tracing import current_traceparent
from services.absence_ingest.absence import queries
from services.absence_ingest.absence.domain import MOST_HALVES, Month, days

SOURCE = "/absence_ingest"
_DAYS = [str(days(halves)) for halves in range(MOST_HALVES + 1)]


class MonthPublisher:
    """Writes the events of changed months to the outbox, in the transaction of the change."""

    def __init__(self, *, clock: Clock = utc_now, traceparent: Callable[[], str | None] = current_traceparent) -> None:
        self._clock = clock
        self._traceparent = traceparent

    async def publish(self, session: WriteSession, months: Sequence[Month], *, republished: bool = False) -> None:
        """An event for each month; the caller holds the locks of their pupils or of the months themselves."""
        more = (outbox.REPUBLISHED,) if republished else ()
        raised = await raised_by(session)
        await outbox.write(session, records(months, self._clock(), self._traceparent(), raised=raised, more=more))

    async def tell_page(self, session: WriteSession, code: str, after: Place | None, size: int) -> Page:
        """Tell a page of the municipality's months again."""
        months = await queries.locked_months(session, code, after, size)
        await self.publish(session, months, republished=True)
        last = (str(months[-1].pupil_id), months[-1].month.isoformat()) if len(months) == size else None
        return Page(len(months), last)


def records(
    months: Sequence[Month], now: datetime, traceparent: str | None, *, raised: int = 0, more: Headers = ()
) -> Iterator[tuple[UUID, Outgoing]]:
    """(event id, record) of each month, in order; ``raised`` is added to its version, ``more`` to its headers."""
    if not months:
        return
    event: Event[PupilMonthChanged] = Event(
        id=uuid4(), source=SOURCE, time=now, traceparent=traceparent, data=_state(months[0])
    )
    headers_of_all = (*encode(event)[0], *more)
    names = [name for name, _ in headers_of_all]
    values = [value for _, value in headers_of_all]
    id_place, subject_place = names.index("ce_id"), names.index("ce_subject")
    for month in months:
        event_id = uuid4()
        name = month.month.isoformat()[:7]
        key = f"{month.pupil_id}/{name}"
        values[id_place], values[subject_place] = str(event_id).encode(), key.encode()
        content = {
            "aggregate_version": month.aggregate_version + raised,
            "municipality_code": month.municipality_code,
            "pupil_id": str(month.pupil_id),
            "month": name,
            "illness": _DAYS[month.illness],
            "authorised": _DAYS[month.authorised],
            "unauthorised": _DAYS[month.unauthorised],
        }
        headers = tuple(zip(names, values, strict=True))
        yield event_id, Outgoing(PupilMonthChanged.TOPIC, key, msgspec.json.encode(content), headers)


def _state(month: Month) -> PupilMonthChanged:
    return PupilMonthChanged(
        aggregate_version=month.aggregate_version,
        municipality_code=month.municipality_code,
        pupil_id=month.pupil_id,
        month=month.month.isoformat()[:7],
        illness=days(month.illness),
        authorised=days(month.authorised),
        unauthorised=days(month.unauthorised),
    )
