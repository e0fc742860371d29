"""The port. Above it nothing knows which log it is on.

Guarantees every implementation gives (``tests/contract/eventlog`` holds each of them to it):

- records of one key keep the order in which a writer's ``append`` took them;
- ``append`` returns when all its records are durable, or raises and may have written some (at-least-once);
- a writer that another of its name has followed writes nothing more that a reader will see, whatever it has under way;
- within a group a partition is read by one member at a time, and a member that lost it cannot commit it;
- a poll hands out of each partition that has records its share, so that none waits behind busier ones;
- a group without a committed offset starts at the earliest record;
- what was polled and not committed is delivered again after a rebalance or restart;
- a record is readable only once no earlier offset of its partition can still appear.

Offsets rise and need not be dense: compaction leaves holes, and Kafka marks the end of what a writer appended with an
offset that is no record. So "all is read" is a question of positions (``position``, ``lag``) and never of the last
record's offset.

Once a partition was taken away, what was read before is forgotten: if it comes back, reading starts again at the
committed offset, and a pause or a ``seek`` from before may be gone.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from libs.shared.base.tellable import Tellable

Headers = tuple[tuple[str, bytes], ...]

MOST_POLLED_BYTES = 8 * 1024 * 1024
"""A poll that holds so much content takes no further record. It may go past this by one record, or by what Kafka's
client had ready of one partition (1 MiB).
"""


@dataclass(frozen=True, slots=True)
class TopicPartition:
    """One partition of one topic; partitions count from 0."""

    topic: str
    partition: int


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A record to append. ``value`` None is a tombstone: the key's state is gone."""

    topic: str
    key: str
    value: bytes | None
    headers: Headers = ()


class Placed(NamedTuple):
    """Where an appended record stands."""

    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Record:
    """A record as read. ``timestamp`` is milliseconds since the epoch, set by the log or the producer.

    A foreign producer may give no key, which reads as an empty text, or bytes that are no UTF-8, which read with
    ``surrogateescape``, as the names of headers do: nothing that lies on the log makes ``poll`` raise.
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
        """Where it stands."""
        return TopicPartition(self.topic, self.partition)


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic to create. ``retention_hours`` None keeps records without a time limit; ``compacted`` keeps the last
    record per key.

    ``max_compaction_lag_ms``: a record of a compacted topic that a newer one of its key has replaced is gone so long
    after it was written, even if a group has not read it yet; None leaves that to the log. ``producer`` and
    ``consumers`` name the services that may write and read it, on a log that keeps them apart itself.
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
"""Told which partitions are about to go, while their offsets can still be committed (not if the member was expelled).

It may come from within ``poll`` or, on Kafka, from a task beside it; it is not called by ``close``.
"""


@dataclass(frozen=True, slots=True)
class GroupTimes:
    """How long a group waits for its members, in seconds. The defaults suit production; tests shorten them.

    ``session``: a member that has not been heard of for so long is dead. ``heartbeat``: how often a member is heard.
    ``max_poll``: a member that has not polled for so long is stuck and leaves. ``rebalance``: how long members get
    to finish their batch when partitions move; must be above the longest handler.
    """

    session: float = 45.0
    heartbeat: float = 3.0
    max_poll: float = 300.0
    rebalance: float = 60.0


class LogWriter(Protocol):
    """The writer of one name, while no other of that name was entered. Not safe for use by several tasks at once."""

    async def append(self, records: Sequence[Outgoing]) -> Sequence[Placed]:
        """Write the records; where each of them stands, in their order. See the module's guarantees.

        Raises ``LogUnavailable`` and ``WriterFenced``, both of which end this writer: enter another one and read again
        what is to be written. Raises ``UnknownTopic``, before anything is written, and ``RecordTooLarge`` for a
        record that the log will never take: nothing of the batch is then readable, and this writer may be ended too.
        """


class LogConsumer(Protocol):
    """One member of a consumer group. Not safe for use by several tasks at once."""

    async def start(self) -> None:
        """Join the group. Raises ``LogUnavailable`` if the log cannot be reached."""

    async def poll(self, *, max_records: int, wait_seconds: float) -> list[Record]:
        """Up to ``max_records`` of the assigned, unpaused partitions, in offset order per partition.

        They are fewer if their content reaches ``MOST_POLLED_BYTES``. It waits at most ``wait_seconds`` for the first;
        an empty list is no error.
        """

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Set the *next* offset to read per partition, of what was polled (or sought) since it was assigned.

        Raises ``PartitionLost`` when the member no longer owns one of them, or owns it again and has not yet read so
        far (nothing is then committed for it), and ``LogUnavailable`` when the log did not confirm in time.
        """

    def assignment(self) -> frozenset[TopicPartition]:
        """The partitions this member owns now."""

    def position(self, at: TopicPartition) -> int | None:
        """The offset below which this member has nothing left to read; None until the log has told it.

        Raises ``PartitionLost`` if not assigned.
        """

    def seek(self, at: TopicPartition, offset: int) -> None:
        """Read ``at`` from ``offset`` next (used after a failed batch). Raises ``PartitionLost`` if not assigned."""

    def pause(self, partitions: frozenset[TopicPartition]) -> None:
        """Leave these out of ``poll`` while staying in the group."""

    def resume(self, partitions: frozenset[TopicPartition]) -> None:
        """Undo ``pause``."""

    async def lag(self) -> dict[TopicPartition, int]:
        """Offsets not yet committed by the group, for each assigned partition.

        It may count offsets that are no records; it is 0 when all that was handed out is committed and nothing is left
        to read.
        """

    async def close(self) -> None:
        """Leave the group; what was not committed goes to another member."""


class EventLog(Protocol):
    """A log of topics. It connects at its first use, and again after a failure."""

    async def start(self) -> None:
        """See whether the log answers, for a command that had better end at once. Raises ``LogUnavailable``.

        Nobody has to call it.
        """

    def writer(self, name: str) -> AbstractAsyncContextManager[LogWriter]:
        """A writer; entering it fences every earlier one of ``name``, in whatever process. Raises ``LogUnavailable``.

        The fence orders writers, not what they write: who gets what to write from elsewhere (the relay from its
        outbox) must read it after entering and under a lock, or an older state can still come after a newer one.
        """

    def consumer(self, group: str, topics: Sequence[str], *, on_revoked: RevokedCallback | None = None) -> LogConsumer:
        """A new member of ``group`` (not started)."""

    async def apply_topics(self, specs: Sequence[TopicSpec]) -> list[str]:
        """Create what is missing and return a line for each change or worry; never deletes, never shrinks.

        Retention and compaction follow the spec. Raises ``TopicDiffers`` (after all else is done) for a topic whose
        number of partitions is another: growing it would move keys away from their earlier states.
        """

    async def end_offsets(self, topics: Sequence[str]) -> dict[TopicPartition, int]:
        """The end of what can be read now, for each partition of ``topics``: a ``position`` there has read all."""

    async def committed(self, group: str, topics: Sequence[str]) -> dict[TopicPartition, int]:
        """The group's committed next offsets; partitions without one are absent."""

    async def forget_group(self, group: str) -> None:
        """Forget the offsets of a group that has no member and will have none, so that it holds nothing back."""

    async def check(self) -> None:
        """For readiness: raises ``LogUnavailable`` within a few seconds if the log cannot be reached."""

    async def close(self) -> None:
        """Flush and disconnect."""


class EventLogError(Tellable):
    """Base of what a log raises."""


class LogUnavailable(EventLogError):
    """The log cannot be reached now; trying again is right."""


class UnknownTopic(EventLogError):
    """The topic was never applied; topics are created by a command, never by use."""


class NotItsTopic(EventLogError):
    """The topic is another service's; trying again would not help."""


class WriterFenced(EventLogError):
    """Another writer of the same name was entered after this one, or the log has given this one up."""


class RecordTooLarge(EventLogError):
    """The record is over the log's limit and never will be taken."""


class TopicDiffers(EventLogError):
    """The topic exists with another number of partitions; make a new one (``<name>.v2``) and republish into it."""


class PartitionLost(EventLogError):
    """The member does not own the partition any more; its work on it must be forgotten."""
