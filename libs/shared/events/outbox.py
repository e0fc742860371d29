"""The outbox: events are written in the transaction that changes the state, never published after its commit."""

from collections.abc import Callable, Iterable, Sequence
from uuid import UUID, uuid4

from sqlalchemy import text

from libs.shared.base.clock import Clock, utc_now
from libs.shared.contracts.codec import encode_many, shared_headers
from libs.shared.contracts.envelope import Event
from libs.shared.contracts.state import PREFIX, State
from libs.shared.contracts.topics import TOPICS
from libs.shared.db.database import WriteSession, raw
from libs.shared.eventlog.placing import MAX_RECORD_BYTES, size_of
from libs.shared.eventlog.port import Outgoing, Record
from libs.shared.events.by_set import BySet, Telling, random_ids
from libs.shared.events.headers import packed, packed_shared
from libs.shared.events.versions import raised_by, raised_state
from libs.shared.observability.tracing import current_traceparent

CHANNEL = "outbox"
"""The channel that the relay listens on. The notification is part of the transaction and is sent by its commit."""

MAX_VALUE_BYTES = 900_000
"""Below the limit of every log (Kafka's is 1 MiB for a whole batch), so that no row blocks the relay."""

REPUBLISHED = ("ce_republished", b"true")
"""Marks an event whose state was published before with the same version."""

_NOTIFY = text("SELECT pg_notify(:channel, '')")
_COLUMNS = ("id", "topic", "key", "value", "headers")


class EventTooLarge(ValueError):
    """The event is too large for every log. Raised before anything is written; split the aggregate."""


class Outbox:
    """Writes the events of one service. ``service`` is its name; the events' source is the name preceded by ``/``.

    Order per key is kept because the writer of an aggregate holds its row lock until commit, so the later writer gets
    the higher ``seq``. Therefore take the lock (or upsert the row) before calling ``add``.
    """

    def __init__(
        self, service: str, *, clock: Clock = utc_now, traceparent: Callable[[], str | None] = current_traceparent
    ) -> None:
        self._service = service
        self._clock = clock
        self._traceparent = traceparent

    async def add(
        self, session: WriteSession, states: State | Sequence[State], *, republished: bool = False
    ) -> list[UUID]:
        """Write an event for each state, in order, in one statement; returns the event ids.

        ``republished`` marks states that were published before. Versions are raised by the number that
        ``raise-versions`` has set.
        Raises ``EventTooLarge``, and ``ValueError`` for a topic that another service owns.
        """
        now, traceparent = self._clock(), self._traceparent()
        raised = await raised_by(session)
        source = f"/{self._service}"
        events: list[Event[State]] = []
        for state in (states,) if isinstance(states, State) else states:
            self._require_own(state.TOPIC)
            told = raised_state(state, raised)
            events.append(Event(id=uuid4(), source=source, time=now, traceparent=traceparent, data=told))
        rows: list[tuple[UUID, Outgoing]] = []
        for event, (headers, value) in zip(events, encode_many(events), strict=True):
            require_size(event.type, len(value))
            marked = (*headers, REPUBLISHED) if republished else headers
            rows.append((event.id, Outgoing(event.topic, event.key, value, marked)))
        await write(session, rows)
        return [event_id for event_id, _ in rows]

    async def add_many(
        self, session: WriteSession, each: BySet, relation: str, most: int, *, republished: bool = False
    ) -> Telling:
        """A statement that writes an event for each row of ``relation``, which has at most ``most`` rows.

        Run it in this transaction, in the ``WITH`` clause of the statement that defines the relation. The commit wakes
        the relay. Raises the errors of ``add``; the size is checked for the declaration's example.
        """
        state = each.example
        self._require_own(state.TOPIC)
        event: Event[State] = Event(
            id=uuid4(), source=f"/{self._service}", time=self._clock(), traceparent=self._traceparent(), data=state
        )
        require_size(event.type, len(state.model_dump_json().encode()))
        headers = packed_shared([*shared_headers(event), *((REPUBLISHED,) if republished else ())])
        raised = await raised_by(session)
        await session.execute(_NOTIFY, {"channel": CHANNEL})
        values = {
            **each.values,
            "tell_topic": state.TOPIC,
            "tell_raised": raised,
            "tell_headers": headers,
            "tell_ids": random_ids(most),
        }
        return Telling(each.statement(relation), values)

    async def tombstone(self, session: WriteSession, topic: str, key: str, *, municipality: str | None = None) -> UUID:
        """Write a tombstone: the state of the key is deleted. ``municipality`` is the tenant in which readers delete
        it. Returns the event id.
        """
        self._require_own(topic)
        event_id = uuid4()
        attributes = {
            "specversion": "1.0",
            "id": str(event_id),
            "source": f"/{self._service}",
            "type": f"{PREFIX}{topic}.tombstone",
            "time": self._clock().isoformat().replace("+00:00", "Z"),
            "subject": key,
            "traceparent": self._traceparent(),
            "municipality": municipality,
        }
        headers = tuple((f"ce_{name}", value.encode()) for name, value in attributes.items() if value is not None)
        await write(session, [(event_id, Outgoing(topic, key, None, headers))])
        return event_id

    def _require_own(self, topic: str) -> None:
        if topic not in TOPICS or TOPICS[topic].producer != self._service:
            raise ValueError(f"{self._service} does not own topic {topic}; topics.py says who does")


def require_size(event_type: str, size: int) -> None:
    """Raise ``EventTooLarge`` if the content of an event, in bytes, is larger than every log takes."""
    if size > MAX_VALUE_BYTES:
        raise EventTooLarge(f"{event_type}: {size} bytes, the limit is {MAX_VALUE_BYTES}")


def is_republished(record: Record) -> bool:
    """Whether the record repeats a published state."""
    return REPUBLISHED in record.headers


async def write(session: WriteSession, records: Iterable[tuple[UUID, Outgoing]]) -> None:
    """Put records with their ids into the outbox as they are, by COPY, and wake the relay at commit.

    Raises ``EventTooLarge`` for a record that no log would take, headers included.
    """
    records = list(records)
    for _, record in records:
        if (size := size_of(record)) > MAX_RECORD_BYTES:
            raise EventTooLarge(f"a record for {record.topic}: {size} bytes, the limit is {MAX_RECORD_BYTES}")
    rows = [
        (
            record_id,
            record.topic,
            record.key,
            record.value,
            packed(record.headers, record_id, record.key),
        )
        for record_id, record in records
    ]
    if not rows:
        return
    connection = await raw(session)
    await connection.copy_records_to_table("outbox", records=rows, columns=_COLUMNS)
    await connection.execute(f"NOTIFY {CHANNEL}")
