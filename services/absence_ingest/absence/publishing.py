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
from libs.shared.eventlog.port import Outgoing
from libs.shared.observability.tracing import current_traceparent
from services.absence_ingest.absence.domain import MOST_HALVES, Month, days

SOURCE = "/absence_ingest"
_DAYS = [str(days(halves)) for halves in range(MOST_HALVES + 1)]


class MonthPublisher:
    """Writes the events of changed months to the outbox, in the transaction of the change."""

    def __init__(self, *, clock: Clock = utc_now, traceparent: Callable[[], str | None] = current_traceparent) -> None:
        self._clock = clock
        self._traceparent = traceparent

    async def publish(self, session: WriteSession, months: Sequence[Month]) -> None:
        """An event for each month; the caller holds the locks of their pupils."""
        await outbox.write(session, records(months, self._clock(), self._traceparent()))


def records(months: Sequence[Month], now: datetime, traceparent: str | None) -> Iterator[tuple[UUID, Outgoing]]:
    """(event id, record) of each month, in order."""
    if not months:
        return
    event: Event[PupilMonthChanged] = Event(
        id=uuid4(), source=SOURCE, time=now, traceparent=traceparent, data=_state(months[0])
    )
    names = [name for name, _ in encode(event)[0]]
    values = [value for _, value in encode(event)[0]]
    id_place, subject_place = names.index("ce_id"), names.index("ce_subject")
    for month in months:
        event_id = uuid4()
        name = month.month.isoformat()[:7]
        key = f"{month.pupil_id}/{name}"
        values[id_place], values[subject_place] = str(event_id).encode(), key.encode()
        content = {
            "aggregate_version": month.aggregate_version,
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
