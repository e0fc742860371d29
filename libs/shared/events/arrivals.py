"""Records as they are read from the log, decoded or found unreadable."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from uuid import UUID, uuid5

from libs.shared.contracts.codec import InvalidEvent, NewerVersion, decode
from libs.shared.contracts.envelope import Event
from libs.shared.contracts.state import State
from libs.shared.eventlog.port import Record
from libs.shared.events.rawtext import storable
from libs.shared.values.codes import is_municipality_code

_PLACES = UUID("6d0f4a9e-6a0e-5d6b-9d5c-0d8d6f6f8a11")
"""Namespace of the ids derived from a record's position in the log."""

_NAMES = frozenset(
    f"ce_{name}" for name in ("specversion", "id", "source", "type", "time", "subject", "schemaversion", "traceparent")
) | {"content-type"}
"""The header names of nearly every record; a record with only these needs no check of its names."""

_NAME = itemgetter(0)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A record with its decoded event. Neither event nor ``unreadable`` means a tombstone.

    ``id`` is the event's, or derived from the record's position: the id in an unreadable record is not used, as the
    inbox could then drop the event that rightly has that id. ``municipality`` is the tenant. For an unreadable record
    it is only what the record claims, and is used only to count dead letters.
    """

    record: Record
    id: UUID
    event: Event[State] | None = None
    unreadable: str | None = None
    municipality: str | None = None
    traceparent: str | None = None

    @property
    def kind(self) -> object:
        """The key of the handler: the event's model, or the topic of a tombstone."""
        return type(self.event.data) if self.event else self.record.topic


def read(record: Record) -> Arrival:
    """Decode a record. Raises ``NewerVersion``, which must stop the reader. Every other fault is stated in the
    result.
    """
    if wrong := _wrong_text(record):
        return _unreadable(record, wrong)
    if record.value is None:
        return _tombstone(record)
    try:
        event = decode(record.headers, record.value)
    except NewerVersion:
        raise
    except InvalidEvent as error:
        return _unreadable(record, str(error))
    except Exception as error:  # anybody may write to a topic, so no content may stop the reader
        return _unreadable(record, f"the record cannot be read ({type(error).__name__})")
    if event.key != record.key or event.topic != record.topic:
        reason = f"{event.type} does not belong on {record.topic} or under its key"
        return _unreadable(record, reason)
    return Arrival(record, event.id, event, None, event.data.municipality, event.traceparent)


def _wrong_text(record: Record) -> str | None:
    if not record.key:
        return "the record has no key"
    if not storable(record.key):
        return "the key is no UTF-8, or has a NUL"
    if not _NAMES.issuperset(map(_NAME, record.headers)) and not storable("".join(name for name, _ in record.headers)):
        return "a header's name is no UTF-8, or has a NUL"
    return None


def _unreadable(record: Record, reason: str) -> Arrival:
    return Arrival(record, _place(record), unreadable=reason, municipality=_claimed(record))


def _claimed(record: Record) -> str | None:
    """The municipality code that an unreadable record names in its content or, for a tombstone, in its header."""
    try:
        if record.value is None:
            named: object = dict(record.headers)["ce_municipality"].decode()
        else:
            named = json.loads(record.value)["municipality_code"]
    except Exception:  # whatever the fault, the record then names no municipality
        return None
    return named if isinstance(named, str) and is_municipality_code(named) else None


def _place(record: Record) -> UUID:
    return uuid5(_PLACES, f"{record.topic}/{record.partition}/{record.offset}/{record.timestamp}")


def _tombstone(record: Record) -> Arrival:
    named = dict(record.headers)

    def text(name: str) -> str | None:
        return named[name].decode(errors="replace") if named.get(name) is not None else None

    municipality = text("ce_municipality")
    if municipality is not None and not is_municipality_code(municipality):
        return _unreadable(record, "the tombstone's municipality is no municipality code")
    try:
        arrival_id = UUID(text("ce_id") or "")
    except ValueError:
        arrival_id = _place(record)
    return Arrival(record, arrival_id, None, None, municipality, text("ce_traceparent"))


def runs(arrivals: Sequence[Arrival]) -> Iterator[list[Arrival]]:
    """Split the arrivals into runs of consecutive ones for the same handler, so that a handler takes many at once and
    the order across event types is kept.
    """
    run: list[Arrival] = []
    for arrival in arrivals:
        if run and arrival.kind != run[0].kind:
            yield run
            run = []
        run.append(arrival)
    if run:
        yield run
