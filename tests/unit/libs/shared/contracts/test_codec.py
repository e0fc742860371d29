"""A record is read back as it was written, and the error for an unreadable one does not contain its content."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from libs.shared.contracts.absence import CompletenessChanged, PupilMonthChanged
from libs.shared.contracts.codec import Headers, InvalidEvent, NewerVersion, decode, encode, encode_many
from libs.shared.contracts.envelope import Event
from libs.shared.contracts.state import State

MONTH = PupilMonthChanged(
    aggregate_version=2,
    municipality_code="101",
    pupil_id=uuid4(),
    month="2022-09",
    illness=Decimal("1.5"),
    authorised=Decimal(0),
    unauthorised=Decimal(0),
)


def record() -> tuple[Headers, bytes]:
    return encode(Event(id=uuid4(), source="/absence_ingest", time=datetime.now(UTC), traceparent=None, data=MONTH))


def changed(headers: Headers, **values: str | None) -> Headers:
    kept = {name: value for name, value in headers if name not in values}
    given = {name: text.encode() for name, text in values.items() if text is not None}
    return tuple({**kept, **given}.items())


def test_a_record_is_read_back_as_it_was_written() -> None:
    event: Event[PupilMonthChanged] = Event(
        id=uuid4(),
        source="/absence_ingest",
        time=datetime.now(UTC),
        traceparent=f"00-{'1' * 32}-{'2' * 16}-01",
        data=MONTH,
    )
    read = decode(*encode(event))
    assert (read.id, read.source, read.time, read.traceparent) == (
        event.id,
        event.source,
        event.time,
        event.traceparent,
    )
    assert read.data == MONTH


def test_many_events_are_encoded_as_each_of_them() -> None:
    reported = CompletenessChanged(
        aggregate_version=1, municipality_code="101", institution_number="101001", month="2022-09", reported=True
    )
    other = MONTH.model_copy(update={"pupil_id": uuid4()})
    early, late = datetime(2023, 1, 1, tzinfo=UTC), datetime(2023, 1, 2, tzinfo=UTC)
    events: list[Event[State]] = [
        Event(id=uuid4(), source=source, time=at, traceparent=trace, data=data)
        for source in ("/absence_ingest", "/registration")
        for at in (early, late)
        for trace in (None, f"00-{'1' * 32}-{'2' * 16}-01")
        for data in (MONTH, other, reported)
    ]
    encoded = encode_many(events)
    assert encoded == [encode(event) for event in events]
    read = [decode(*record) for record in encoded]
    assert [(each.id, each.source, each.time, each.traceparent, each.data) for each in read] == [
        (each.id, each.source, each.time, each.traceparent, each.data) for each in events
    ]


def test_an_unknown_field_is_ignored() -> None:
    headers, value = record()
    assert decode(headers, json.dumps({**json.loads(value), "added_later": 1}).encode()).data == MONTH


def test_a_newer_version_of_a_known_type_is_no_invalid_event() -> None:
    headers, value = record()
    with pytest.raises(NewerVersion):
        decode(changed(headers, ce_schemaversion="2"), value)


@pytest.mark.parametrize(
    "values",
    [
        {"ce_type": None},
        {"ce_type": "dk.skoleloeft.absence.unknown.changed"},
        {"ce_schemaversion": "0"},
        {"ce_schemaversion": "one"},
        {"ce_id": "no uuid"},
        {"ce_time": "2022-09-15"},
        {"ce_source": "somewhere"},
        {"ce_time": None},
    ],
)
def test_a_record_with_a_wrong_attribute_is_invalid(values: dict[str, Any]) -> None:
    headers, value = record()
    with pytest.raises(InvalidEvent):
        decode(changed(headers, **values), value)


@pytest.mark.parametrize("value", [b"", b"\xff\xfe", b"[]", b"null", b'{"month": "2022-13"}', b"{" * 5000])
def test_content_that_does_not_fit_is_invalid(value: bytes) -> None:
    with pytest.raises(InvalidEvent):
        decode(record()[0], value)


def test_the_reason_names_the_field_and_never_its_value() -> None:
    headers, value = record()
    spoiled = {**json.loads(value), "month": "6101120008"}
    with pytest.raises(InvalidEvent) as caught:
        decode(headers, json.dumps(spoiled).encode())
    assert "month" in str(caught.value)
    assert "6101120008" not in str(caught.value)
