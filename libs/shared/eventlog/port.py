"""The port. Code above it does not know which log it uses.

Guarantees of every implementation (``tests/contract/eventlog`` tests each implementation for them):

- records of one key keep the order in which a writer's ``append`` took them;
- ``append`` returns when all its records are durable, or raises and may have written some (at-least-once);
- after another writer of the same name was entered, readers see nothing more of the earlier one, not even of its
  requests under way;
- within a group a partition is read by one member at a time, and a member that lost it cannot commit it;
- a poll returns an equal share of each partition with records, so that no partition waits behind busier ones;
- a group without a committed offset starts at the earliest record;
- records that were polled and not committed are delivered again after a rebalance or restart;
- a record is readable only once no earlier offset of its partition can still appear.

Offsets rise and may have gaps: compaction removes records, and Kafka marks the end of each append of a writer with an
offset that is no record. So whether everything is read is decided by positions (``position``, ``lag``) and never by the
last record's offset.

When a member loses a partition, its state of it is forgotten. If the partition is assigned to it again, reading starts
at the committed offset, and an earlier pause or ``seek`` may be gone.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from libs.shared.base.tellable import Tellable

Headers = tuple[tuple[str, bytes], ...]

MOST_POLLED_BYTES = 8 * 1024 * 1024
"""The size of content from which on a poll takes no further record. It may be exceeded by one record, or on Kafka by
what the client has ready of one partition (1 MiB).
"""


@dataclass(frozen=True, slots=True)
class TopicPartition:
    """One partition of one topic; partitions count from 0."""

    topic: str
    partition: int


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A record to append. ``value`` None is a tombstone: the key's state is deleted."""

    topic: str
    key: str
    value: bytes | None
    headers: Headers = ()


class Placed(NamedTuple):
    """The partition and offset of an appended record."""

    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Record:
    """A record as read. ``timestamp`` is milliseconds since the epoch, set by the log or the producer.

    A foreign producer may write no key, which is read as an empty text. Bytes that are not UTF-8, in a key or in the
    name of a header, are decoded with ``surrogateescape``. So no record on the log can make ``poll`` raise.
    """

    topic: str
    partition: int
    offset: int
    key: str
    value: bytes | None
    headers: Headers
    timestamp: int

    @property
    def at(self) -> TopicPartition:
        """The topic and partition of the record."""
        return TopicPartition(self.topic, self.partition)


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic to create. ``retention_hours`` None keeps records without a time limit; ``compacted`` keeps the last
    record per key.

    ``max_compaction_lag_ms``: a record of a compacted topic is removed at the latest this long after a newer record of
    its key was written, even if a group has not read it yet; None leaves that to the log. ``producer`` and
    ``consumers`` name the services that may write and read the topic, on a log that enforces such rights itself.
    """

    name: str
    partitions: int
    compacted: bool
    retention_hours: int | None = None
    config: Mapping[str, str] = field(default_factory=dict)
    max_compaction_lag_ms: int | None = None
    producer: str | None = None
    consumers: frozenset[str] = frozenset()


RevokedCallback = Callable[[frozenset[TopicPartition]], Awaitable[None]]
"""Called with the partitions that are about to be revoked, while their offsets can still be committed (not if the
member was expelled).

It may be called within ``poll`` or, on Kafka, from another task; ``close`` does not call it.
"""


@dataclass(frozen=True, slots=True)
class GroupTimes:
    """How long a group waits for its members, in seconds. The defaults suit production; tests shorten them.

    ``session``: after this time without a heartbeat a member counts as dead. ``heartbeat``: the time between two
    heartbeats. ``max_poll``: after this time without a poll a member counts as stuck and leaves. ``rebalance``: the
    time for members to finish their batch when partitions move; must be longer than the longest handler.
    """

    session: float = 45.0
    heartbeat: float = 3.0
    max_poll: float = 300.0
    rebalance: float = 60.0


class LogWriter(Protocol):
    """A writer with a name, valid until another one with that name is entered. Only one task at a time may use it."""

    async def append(self, records: Sequence[Outgoing]) -> Sequence[Placed]:
        """Write the records; returns the place of each, in their order. See the module's guarantees.

        Raises ``LogUnavailable`` or ``WriterFenced``, both of which end this writer: enter another one and read again
        what is to be written. Raises ``UnknownTopic`` before anything is written. Raises ``RecordTooLarge`` for a
        record that the log will never take: nothing of the batch can then be read, and this writer may be ended too.
        """


class LogConsumer(Protocol):
    """One member of a consumer group. Only one task at a time may use it."""

    async def start(self) -> None:
        """Join the group. Raises ``LogUnavailable`` if the log cannot be reached."""

    async def poll(self, *, max_records: int, wait_seconds: float) -> list[Record]:
        """Up to ``max_records`` records of the assigned, unpaused partitions, in offset order per partition.

        There are fewer if their content reaches ``MOST_POLLED_BYTES``. Waits at most ``wait_seconds`` for the first
        record; an empty list is no error.
        """

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Set the *next* offset to read per partition. It must not be beyond what was polled, or sought, since the
        assignment.

        Raises ``PartitionLost`` when the member no longer owns one of the partitions, or owns it again and has not yet
        read so far; nothing is then committed for it. Raises ``LogUnavailable`` when the log did not confirm in time.
        """

    def assignment(self) -> frozenset[TopicPartition]:
        """The partitions this member owns now."""

    def position(self, at: TopicPartition) -> int | None:
        """The offset below which this member has nothing left to read; None while it is not known.

        Raises ``PartitionLost`` if the partition is not assigned.
        """

    def seek(self, at: TopicPartition, offset: int) -> None:
        """Read ``at`` from ``offset`` next (used after a failed batch). Raises ``PartitionLost`` if not assigned."""

    def pause(self, partitions: frozenset[TopicPartition]) -> None:
        """Leave these out of ``poll`` while staying in the group."""

    def resume(self, partitions: frozenset[TopicPartition]) -> None:
        """Undo ``pause``."""

    async def lag(self) -> dict[TopicPartition, int]:
        """Offsets not yet committed by the group, for each assigned partition.

        It may count offsets that are no records. It is 0 when every record returned is committed and nothing is left to
        read.
        """

    async def close(self) -> None:
        """Leave the group; records that were not committed are delivered to another member."""


class EventLog(Protocol):
    """A log of topics. It connects at its first use, and again after a failure."""

    async def start(self) -> None:
        """Check that the log answers, for a command that should end at once if it does not. Raises ``LogUnavailable``.

        Calling it is optional.
        """

    def writer(self, name: str) -> AbstractAsyncContextManager[LogWriter]:
        """A writer. Entering it fences every earlier one with that name, in all processes. Raises ``LogUnavailable``.

        The fence orders writers, not the content that they write. A caller that reads the content elsewhere (the relay
        reads its outbox) must read it after entering and under a lock, or an older state may follow a newer one.
        """

    def consumer(self, group: str, topics: Sequence[str], *, on_revoked: RevokedCallback | None = None) -> LogConsumer:
        """A new member of ``group`` (not started)."""

    async def apply_topics(self, specs: Sequence[TopicSpec]) -> list[str]:
        """Create missing topics and return a line for each change or warning. Never deletes a topic or a partition.

        Retention and compaction are set as in the spec. Raises ``TopicDiffers``, after everything else is done, for a
        topic with another number of partitions: adding partitions would separate keys from their earlier states.
        """

    async def end_offsets(self, topics: Sequence[str]) -> dict[TopicPartition, int]:
        """The end of what can be read now, for each partition of ``topics``. A member at that position has read all.

        On Kafka an append is confirmed a moment before its records can be read, as the cluster writes the marker that
        ends the transaction to each partition afterwards. Until then they are behind this end.
        """

    async def committed(self, group: str, topics: Sequence[str]) -> dict[TopicPartition, int]:
        """The group's committed next offsets; partitions without one are absent."""

    async def forget_group(self, group: str) -> None:
        """Delete the offsets of a group that will have no member any more, so that they do not prevent compaction."""

    async def check(self) -> None:
        """For readiness. Raises ``LogUnavailable`` within a few seconds if the log cannot be reached."""

    async def close(self) -> None:
        """Flush and disconnect."""


class EventLogError(Tellable):
    """Base of the errors that a log raises."""


class LogUnavailable(EventLogError):
    """The log cannot be reached now; the call may be tried again."""


class UnknownTopic(EventLogError):
    """The topic was never applied; topics are created by a command, never by use."""


class NotItsTopic(EventLogError):
    """The topic belongs to another service; trying again would not help."""


class WriterFenced(EventLogError):
    """Another writer of the same name was entered after this one, or the log has given this one up."""


class RecordTooLarge(EventLogError):
    """The record is larger than the log's limit and will never be taken."""


class TopicDiffers(EventLogError):
    """The topic exists with another number of partitions; create a new one (``<name>.v2``) and republish into it."""


class PartitionLost(EventLogError):
    """The member does not own the partition any more; its uncommitted work on it is void."""
