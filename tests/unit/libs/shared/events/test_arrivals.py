"""Reading records as arrivals."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from libs.shared.contracts.absence import CompletenessChanged
from libs.shared.contracts.codec import NewerVersion, encode
from libs.shared.contracts.envelope import Event
from libs.shared.contracts.state import State
from libs.shared.eventlog.port import Record
from libs.shared.events.arrivals import read, runs
from tests.factories.events import month


def record(state: State, offset: int = 0) -> Record:
    event: Event[State] = Event(id=uuid4(), source="/absence_ingest", time=datetime.now(UTC), data=state)
    headers, value = encode(event)
    return Record(event.topic, 0, offset, event.key, value, headers, 1_700_000_000_000)


def tombstone(*headers: tuple[str, bytes], offset: int = 0) -> Record:
    return Record("absence.pupil-month", 0, offset, "k", None, headers, 1_700_000_000_000)


def test_an_event_names_its_tenant_and_keeps_its_id() -> None:
    given = record(month(municipality="851"))
    arrival = read(given)
    assert arrival.municipality == "851"
    assert arrival.id == UUID(dict(given.headers)["ce_id"].decode())
    assert arrival.unreadable is None


@pytest.mark.parametrize(
    "wrong", [{"key": "another"}, {"topic": "absence.completeness"}, {"value": b"{}"}, {"headers": ()}]
)
def test_a_record_that_is_not_what_it_claims_is_unreadable_and_its_id_is_not_believed(wrong: dict[str, object]) -> None:
    given = record(month())
    arrival = read(replace(given, **wrong))
    assert arrival.unreadable
    assert arrival.id != read(given).id
    assert arrival.id == read(replace(given, **wrong)).id
    assert arrival.id != read(replace(given, **wrong, offset=1)).id


def test_a_newer_version_is_not_read_and_not_given_up() -> None:
    given = record(month())
    headers = tuple((n, b"9" if n == "ce_schemaversion" else v) for n, v in given.headers)
    with pytest.raises(NewerVersion):
        read(replace(given, headers=headers))


def test_a_tombstone_has_the_id_it_names_or_one_of_its_place() -> None:
    named = uuid4()
    assert read(tombstone(("ce_id", str(named).encode()))).id == named
    assert read(tombstone(offset=1)).id == read(tombstone(("ce_id", b"\xff"), offset=1)).id
    assert read(tombstone(offset=1)).id != read(tombstone(offset=2)).id
    assert read(tombstone(("ce_municipality", b"101"))).municipality == "101"


def test_runs_join_neighbours_of_one_kind_and_keep_the_order() -> None:
    completeness = CompletenessChanged(
        aggregate_version=1, municipality_code="101", institution_number="101001", month="2022-09", reported=True
    )
    given = [record(month()), record(month()), record(completeness), tombstone(), tombstone(), record(month())]
    arrivals = [read(one) for one in given]
    assert [len(run) for run in runs(arrivals)] == [2, 1, 2, 1]
    assert [arrival for run in runs(arrivals) for arrival in run] == arrivals
    assert list(runs([])) == []
