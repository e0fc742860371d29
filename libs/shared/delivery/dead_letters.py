"""Dead letters: events a group has given up, kept in its database and told on its dead-letter topic.

The row, the copy for the topic (through the outbox) and the inbox's note are one transaction, so a dead letter is
neither lost nor doubled. The reason never quotes a value.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from libs.shared.contracts.topics import dead_letter_topic
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.delivery.arrivals import Arrival
from libs.shared.delivery.failures import DeadLetterLimit
from libs.shared.delivery.outbox import write
from libs.shared.eventlog.port import Outgoing, Record

_INSERT = text(
    """
    INSERT INTO dead_letter (consumer_group, id, topic, partition, "offset", key, value, header_names, header_values,
                             written_at, error_type, reason, tries)
    VALUES (:consumer_group, :id, :topic, :partition, :offset, :key, :value, CAST(:names AS text[]),
            CAST(:contents AS bytea[]), to_timestamp(CAST(:written AS bigint) / 1000.0), :error_type, :reason, :tries)
    RETURNING at
    """
)
_RECENT = text(
    """
    SELECT count(*) FROM dead_letter
    WHERE consumer_group = :consumer_group AND state = 'open' AND at > clock_timestamp() - CAST(:window AS interval)
    """
)
_LIST = text(
    "SELECT * FROM dead_letter WHERE consumer_group = :consumer_group AND state = :state ORDER BY at, id LIMIT :most"
)
_LOCK = text("SELECT * FROM dead_letter WHERE consumer_group = :consumer_group AND id = :id FOR UPDATE")
_SETTLE = text(
    """
    UPDATE dead_letter SET state = :state, state_at = clock_timestamp()
    WHERE consumer_group = :consumer_group AND id = :id
    """
)


@dataclass(frozen=True, slots=True)
class Fate:
    """Why an event was given up: the failure's type, a reason without values, and how often it was tried."""

    error_type: str
    reason: str
    tries: int


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A dead letter as it lies in the database. ``state`` is open, replayed or discarded."""

    group: str
    id: UUID
    record: Record
    fate: Fate
    at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` open dead letters of a group from the last ``window``."""

    most: int = 100
    window: timedelta = timedelta(minutes=10)


async def require_below(session: ReadSession, group: str, limit: Limit) -> None:
    """Raise ``DeadLetterLimit`` if the limit is reached. Counted in the database, so that a restart forgets nothing."""
    found = await session.execute(_RECENT, {"consumer_group": group, "window": limit.window})
    if (count := found.scalar_one()) >= limit.most:
        raise DeadLetterLimit(
            f"{group}: {count} dead letters within {limit.window}; see `dead-letters list`, deploy a remedy, then"
            " `dead-letters replay --all`"
        )


async def bury(session: WriteSession, group: str, arrival: Arrival, fate: Fate) -> None:
    """Write the dead letter and its copy for the group's dead-letter topic."""
    record = arrival.record
    inserted = await session.execute(
        _INSERT,
        {
            "consumer_group": group,
            "id": arrival.id,
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
            "key": record.key,
            "value": record.value,
            "names": [name for name, _ in record.headers],
            "contents": [value for _, value in record.headers],
            "written": record.timestamp,
            "error_type": fate.error_type,
            "reason": fate.reason,
            "tries": fate.tries,
        },
    )
    added = {
        "dl_id": arrival.id,
        "dl_reason": fate.reason,
        "dl_error_type": fate.error_type,
        "dl_topic": record.topic,
        "dl_partition": record.partition,
        "dl_offset": record.offset,
        "dl_tries": fate.tries,
        "dl_at": inserted.scalar_one().isoformat(),
    }
    headers = (*record.headers, *((name, str(value).encode()) for name, value in added.items()))
    await write(session, [(arrival.id, Outgoing(dead_letter_topic(group), record.key, record.value, headers))])


async def listed(session: ReadSession, group: str, *, state: str = "open", most: int = 100) -> Sequence[DeadLetter]:
    """The oldest ``most`` dead letters of a group in a state."""
    found = await session.execute(_LIST, {"consumer_group": group, "state": state, "most": most})
    return [_letter(row) for row in found]


async def locked(session: WriteSession, group: str, letter_id: UUID) -> DeadLetter | None:
    """One dead letter, held until the end of the transaction; None if the group has none of that id."""
    row = (await session.execute(_LOCK, {"consumer_group": group, "id": letter_id})).one_or_none()
    return None if row is None else _letter(row)


async def settle(session: WriteSession, letter: DeadLetter, state: str) -> None:
    """Write down that a letter was ``replayed`` or ``discarded``."""
    await session.execute(_SETTLE, {"consumer_group": letter.group, "id": letter.id, "state": state})


def _letter(row: Any) -> DeadLetter:
    written = int(row.written_at.timestamp() * 1000)
    headers = tuple(zip(row.header_names, row.header_values, strict=True))
    record = Record(row.topic, row.partition, row.offset, row.key, row.value, headers, written)
    return DeadLetter(
        row.consumer_group, row.id, record, Fate(row.error_type, row.reason, row.tries), row.at, row.state
    )
