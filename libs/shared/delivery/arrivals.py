"""Records as they arrive: read, or found unreadable."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from libs.shared.contracts.codec import InvalidEvent, decode
from libs.shared.contracts.envelope import Event
from libs.shared.contracts.state import State
from libs.shared.eventlog.port import Record

_PLACES = UUID("6d0f4a9e-6a0e-5d6b-9d5c-0d8d6f6f8a11")
"""Namespace of the ids made from a record's place in the log."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A record with what it says. Neither event nor ``unreadable`` means a tombstone.

    ``id`` is the event's, or one made from the record's place: an unreadable record's own id is not believed, as
    it would hide the event that rightly has it.
    """

    record: Record
    id: UUID
    event: Event[State] | None = None
    unreadable: str | None = None
    municipality: str | None = None
    traceparent: str | None = None

    @property
    def kind(self) -> object:
        """What decides the handler: the event's model, or the topic of a tombstone."""
        return type(self.event.data) if self.event else self.record.topic


def read(record: Record) -> Arrival:
    """Read a record. Raises ``NewerVersion``, which must stop the reader; all else unreadable is said in the result."""
    if not record.has_key:
        return Arrival(record, _place(record), unreadable="the record has no key, or one that is no UTF-8")
    if record.value is None:
        return _tombstone(record)
    try:
        event = decode(record.headers, record.value)
    except InvalidEvent as error:
        return Arrival(record, _place(record), unreadable=str(error))
    if (event.topic, event.key) != (record.topic, record.key):
        reason = f"{event.type} does not belong on {record.topic} or under its key"
        return Arrival(record, _place(record), unreadable=reason)
    return Arrival(record, event.id, event, None, event.data.municipality, event.traceparent)


def _place(record: Record) -> UUID:
    return uuid5(_PLACES, f"{record.topic}/{record.partition}/{record.offset}/{record.timestamp}")


def _tombstone(record: Record) -> Arrival:
    named = dict(record.headers)

    def text(name: str) -> str | None:
        return named[name].decode(errors="replace") if name in named else None

    try:
        arrival_id = UUID(text("ce_id") or "")
    except ValueError:
        arrival_id = _place(record)
    return Arrival(record, arrival_id, None, None, text("ce_municipality"), text("ce_traceparent"))


def runs(arrivals: Sequence[Arrival]) -> Iterator[list[Arrival]]:
    """Contiguous arrivals for one handler, so that a handler takes many and the order across types stays."""
    run: list[Arrival] = []
    for arrival in arrivals:
        if run and arrival.kind != run[0].kind:
            yield run
            run = []
        run.append(arrival)
    if run:
        yield run
