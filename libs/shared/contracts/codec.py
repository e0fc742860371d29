"""CloudEvents 1.0, Kafka protocol binding, binary content mode: attributes as ``ce_*`` headers, JSON as value."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from libs.shared.contracts.envelope import Event
from libs.shared.contracts.registry import EVENTS, NEWEST
from libs.shared.contracts.state import State

Headers = tuple[tuple[str, bytes], ...]
SharedHeaders = tuple[tuple[str, bytes | None], ...]
"""Headers whose id and subject are None, because they differ from event to event."""
CONTENT_TYPE = "application/json"

_ID = TypeAdapter(UUID)


class InvalidEvent(Exception):
    """The record is no readable event and becomes a dead letter. The text never contains content of the record."""


class NewerVersion(Exception):
    """The record has a newer schema version than this program knows. The reader must stop until the newer program is
    deployed.
    """


def encode(event: Event[State]) -> tuple[Headers, bytes]:
    """Headers and value of a record."""
    (record,) = encode_many([event])
    return record


def encode_many(events: Iterable[Event[State]]) -> list[tuple[Headers, bytes]]:
    """Headers and value of a record for each event, in order. Headers that events share are made once."""
    made: dict[tuple[object, ...], SharedHeaders] = {}
    records = []
    for event in events:
        attributes = (event.type, event.schema_version, event.source, event.time, event.traceparent)
        shared = made.get(attributes) or made.setdefault(attributes, shared_headers(event))
        records.append((filled(shared, event.id, event.key), event.data.model_dump_json().encode()))
    return records


def shared_headers(event: Event[State]) -> SharedHeaders:
    """The headers of every event with this event's type, source, time and trace. Id and subject, which differ from
    event to event, are None.
    """
    attributes = {
        "specversion": "1.0",
        "id": None,
        "source": event.source,
        "type": event.type,
        "time": event.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "subject": None,
        "schemaversion": str(event.schema_version),
    }
    if event.traceparent:
        attributes["traceparent"] = event.traceparent
    headers = [(f"ce_{name}", None if value is None else value.encode()) for name, value in attributes.items()]
    return (*headers, ("content-type", CONTENT_TYPE.encode()))


def filled(shared: SharedHeaders, event_id: UUID, key: str) -> Headers:
    """The headers of one event: the shared ones with its id and its key."""
    own = own_headers(event_id, key)
    return tuple((name, own[name] if value is None else value) for name, value in shared)


def own_headers(event_id: UUID, key: str) -> dict[str, bytes]:
    """The headers that are None in the shared ones."""
    return {"ce_id": str(event_id).encode(), "ce_subject": key.encode()}


def decode(headers: Headers, value: bytes) -> Event[State]:
    """The event of a record. Raises ``InvalidEvent`` or ``NewerVersion``."""
    named = dict(headers)
    try:
        event_type = named["ce_type"].decode()
        version = int(named["ce_schemaversion"])
        if version > NEWEST.get(event_type, version):
            raise NewerVersion(f"{event_type} version {version}; known up to {NEWEST[event_type]}")
        model = EVENTS.get((event_type, version))
        if model is None:
            raise InvalidEvent(f"unknown type {event_type[:100]!r} version {version}")
        traceparent = named.get("ce_traceparent")
        return Event(
            id=_id(named["ce_id"].decode()),
            source=named["ce_source"].decode(),
            time=datetime.fromisoformat(named["ce_time"].decode()),
            traceparent=traceparent.decode() if traceparent else None,
            data=model.model_validate_json(value),
        )
    except KeyError as error:
        raise InvalidEvent(f"header {error.args[0]} is missing") from None
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, e["loc"])) + f" ({e['type']})" for e in error.errors()[:5])
        raise InvalidEvent(f"content does not fit {named['ce_type'].decode()}: {fields}") from None
    except ValueError as error:
        raise InvalidEvent(f"an attribute cannot be read ({type(error).__name__})") from None


def _id(text: str) -> UUID:
    """An event's id. Raises ``ValueError``. Pydantic parses the usual forms in a fifth of the time of ``UUID``."""
    try:
        return _ID.validate_python(text)
    except ValidationError:
        return UUID(text)
