"""Records made by the thousand are those the codec makes one by one."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from libs.shared.contracts.absence import PupilMonthChanged
from libs.shared.contracts.codec import decode, encode
from libs.shared.contracts.envelope import Event
from libs.shared.contracts.state import State
from services.absence_ingest.absence.domain import MOST_HALVES, Month
from services.absence_ingest.absence.publishing import SOURCE, records

NOW = datetime(2023, 9, 1, 12, 30, tzinfo=UTC)
TRACE = f"00-{'ab' * 16}-{'cd' * 8}-01"


@pytest.mark.parametrize("traceparent", [None, TRACE])
def test_each_record_is_byte_for_byte_what_the_codec_makes_of_its_event(traceparent: str | None) -> None:
    months = [
        Month(uuid4(), date(2022, 9, 1), 1, 2, 3, "101", 1),
        Month(uuid4(), date(2023, 12, 1), 0, 0, 0, "851", 17),
        Month(uuid4(), date(2023, 1, 1), MOST_HALVES, 0, 0, "101", 2),
    ]
    made = list(records(months, NOW, traceparent))
    assert len({event_id for event_id, _ in made}) == len(months)
    for month, (event_id, record) in zip(months, made, strict=True):
        state = PupilMonthChanged(
            aggregate_version=month.aggregate_version,
            municipality_code=month.municipality_code,
            pupil_id=month.pupil_id,
            month=f"{month.month:%Y-%m}",
            illness=Decimal(month.illness) / 2,
            authorised=Decimal(month.authorised) / 2,
            unauthorised=Decimal(month.unauthorised) / 2,
        )
        event: Event[State] = Event(id=event_id, source=SOURCE, time=NOW, traceparent=traceparent, data=state)
        assert (record.headers, record.value) == encode(event)
        assert (record.topic, record.key) == (event.topic, event.key)
        assert decode(record.headers, record.value or b"").data == state


def test_no_month_makes_no_record() -> None:
    assert list(records([], NOW, None)) == []
