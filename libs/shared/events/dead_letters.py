"""Dead letters: events that a group has given up, stored in its database and published on its dead-letter topic.

The row, the copy for the topic (through the outbox) and the inbox row are written in one transaction, so a dead letter
is neither lost nor duplicated. The reason never quotes a value.

The row keeps the record unchanged, whatever its bytes, so that nothing in a record can prevent storing it. The copy on
the topic has a key that every log accepts (``dl_key`` holds the original key if it differs), and leaves out the value
(``dl_value_omitted``: its length), then the record's headers, if the copy would be too large.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from sqlalchemy import text

from libs.shared.contracts.topics import dead_letter_topic
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.eventlog.placing import size_of
from libs.shared.eventlog.port import Headers, Outgoing, Record
from libs.shared.events.arrivals import Arrival
from libs.shared.events.failures import EventRefused
from libs.shared.events.outbox import MAX_VALUE_BYTES, write
from libs.shared.events.rawtext import from_bytes, printable, storable, to_bytes
from libs.shared.observability.failures import describe_failure

_LONGEST_KEY = 300
_LONGEST_REASON = 1_000
_PER_HEADER = 16
"""Bytes that a log may add to a header's name and value."""

_INSERT = text(
    """
    INSERT INTO dead_letter (consumer_group, id, topic, partition, "offset", key, value, header_names, header_values,
                             written_ms, municipality, error_type, reason, tries)
    VALUES (:consumer_group, :id, :topic, :partition, :offset, :key, :value, CAST(:names AS bytea[]),
            CAST(:contents AS bytea[]), :written, :municipality, :error_type, :reason, :tries)
    ON CONFLICT (consumer_group, id) DO UPDATE SET
        topic = excluded.topic, partition = excluded.partition, "offset" = excluded."offset", key = excluded.key,
        value = excluded.value, header_names = excluded.header_names, header_values = excluded.header_values,
        written_ms = excluded.written_ms, municipality = excluded.municipality, error_type = excluded.error_type,
        reason = excluded.reason, tries = excluded.tries, at = clock_timestamp(), state = 'open', state_at = NULL
    RETURNING at
    """
)
_LIST = text(
    """
    SELECT * FROM dead_letter
    WHERE consumer_group = :consumer_group AND state = :state
      AND (CAST(:municipality AS text) IS NULL OR coalesce(municipality, 'none') = :municipality)
      AND (CAST(:after_id AS uuid) IS NULL OR (at, id) > (:after_at, CAST(:after_id AS uuid)))
    ORDER BY at, id LIMIT :most
    """
)
_LOCK = text("SELECT * FROM dead_letter WHERE consumer_group = :consumer_group AND id = :id FOR UPDATE")
_SETTLE = text(
    """
    UPDATE dead_letter SET state = :state, state_at = clock_timestamp()
    WHERE consumer_group = :consumer_group AND id = :id
    """
)


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Why an event was given up: the failure's type, a reason without values, and how often it was tried."""

    error_type: str
    reason: str
    tries: int

    @classmethod
    def of(cls, failure: Exception, tries: int) -> Self:
        """For an event whose handler failed. The message is stored only for ``EventRefused``, as others may quote
        values.
        """
        described = describe_failure(failure)
        where = described["where"][-1] if described["where"] else "unknown"
        said = f": {failure}" if isinstance(failure, EventRefused) else ""
        return cls(type(failure).__name__, f"{described['type']} at {where}{said}", tries)

    @classmethod
    def unreadable(cls, reason: str) -> Self:
        """For a record that is no event."""
        return cls("InvalidEvent", reason, 1)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A stored dead letter. ``state`` is open, replayed or discarded."""

    group: str
    id: UUID
    record: Record
    given_up: GivenUp
    at: datetime
    state: str
    municipality: str | None


async def store(session: WriteSession, group: str, arrival: Arrival, given_up: GivenUp) -> None:
    """Write the dead letter and its copy for the group's dead-letter topic.

    An event that was given up before, and was read again after its inbox row was deleted, becomes open again.
    """
    record = arrival.record
    given_up = GivenUp(_short(given_up.error_type), _short(given_up.reason), given_up.tries)
    inserted = await session.execute(
        _INSERT,
        {
            "consumer_group": group,
            "id": arrival.id,
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
            "key": to_bytes(record.key),
            "value": record.value,
            "names": [to_bytes(name) for name, _ in record.headers],
            "contents": [content or b"" for _, content in record.headers],
            "written": record.timestamp,
            "municipality": arrival.municipality,
            "error_type": given_up.error_type,
            "reason": given_up.reason,
            "tries": given_up.tries,
        },
    )
    at: datetime = inserted.scalar_one()
    await write(session, [(arrival.id, _copy(dead_letter_topic(group), arrival, given_up, at))])


def _copy(topic: str, arrival: Arrival, given_up: GivenUp, at: datetime) -> Outgoing:
    record = arrival.record
    added = {
        "dl_id": arrival.id,
        "dl_reason": given_up.reason,
        "dl_error_type": given_up.error_type,
        "dl_topic": record.topic,
        "dl_partition": record.partition,
        "dl_offset": record.offset,
        "dl_tries": given_up.tries,
        "dl_at": at.isoformat(),
    }
    fates: Headers = tuple((name, str(value).encode()) for name, value in added.items())
    key, raw_key = record.key, to_bytes(record.key)
    if not key or not storable(key) or len(raw_key) > _LONGEST_KEY:
        key = str(arrival.id)
        fates = (*fates, ("dl_key", raw_key[:_LONGEST_KEY]))
    own: Headers = tuple(
        (name if storable(name) else printable(name), content or b"") for name, content in record.headers
    )
    whole = Outgoing(topic, key, record.value, (*own, *fates))
    if _fits(whole):
        return whole
    if record.value is not None:
        fates = (*fates, ("dl_value_omitted", str(len(record.value)).encode()))
    without = Outgoing(topic, key, b"", (*own, *fates))
    if _fits(without):
        return without
    return Outgoing(topic, key, b"", (*fates, ("dl_headers_omitted", str(len(own)).encode())))


def _fits(record: Outgoing) -> bool:
    return size_of(record) + _PER_HEADER * len(record.headers) <= MAX_VALUE_BYTES


def _short(said: str) -> str:
    return printable(said[:_LONGEST_REASON])[:_LONGEST_REASON]


async def listed(
    session: ReadSession,
    group: str,
    *,
    state: str = "open",
    municipality: str | None = None,
    after: DeadLetter | None = None,
    most: int = 100,
) -> Sequence[DeadLetter]:
    """The oldest ``most`` dead letters of a group in a state, after the dead letter ``after`` if it is given.

    ``municipality`` is a code, or ``none`` for those without a municipality; None means all.
    """
    found = await session.execute(
        _LIST,
        {
            "consumer_group": group,
            "state": state,
            "municipality": municipality,
            "after_at": after.at if after else None,
            "after_id": after.id if after else None,
            "most": most,
        },
    )
    return [_letter(row) for row in found]


async def locked(session: WriteSession, group: str, letter_id: UUID) -> DeadLetter | None:
    """One dead letter, locked until the transaction ends; None if the group has none with that id."""
    row = (await session.execute(_LOCK, {"consumer_group": group, "id": letter_id})).one_or_none()
    return None if row is None else _letter(row)


async def settle(session: WriteSession, letter: DeadLetter, state: str) -> None:
    """Record that a letter was ``replayed`` or ``discarded``."""
    await session.execute(_SETTLE, {"consumer_group": letter.group, "id": letter.id, "state": state})


def _letter(row: Any) -> DeadLetter:
    headers = tuple(zip(map(from_bytes, row.header_names), row.header_values, strict=True))
    record = Record(row.topic, row.partition, row.offset, from_bytes(row.key), row.value, headers, row.written_ms)
    return DeadLetter(
        row.consumer_group,
        row.id,
        record,
        GivenUp(row.error_type, row.reason, row.tries),
        row.at,
        row.state,
        row.municipality,
    )
