"""Fetches the records that one poll returns.

Workarounds for aiokafka 0.14: it returns all records of one partition before another's, so each partition is requested
in turn; and a header name that is not UTF-8 makes ``getmany`` raise and lose the good records before it, so these
records are read by ``lenient``.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import IllegalStateError
from aiokafka.structs import ConsumerRecord
from aiokafka.structs import TopicPartition as KafkaPartition

from libs.shared.eventlog.kafka import lenient
from libs.shared.eventlog.kafka.inner import position
from libs.shared.eventlog.port import MOST_POLLED_BYTES

Times = Callable[[], int]
"""How many times the member was assigned partitions so far."""


@dataclass(slots=True)
class Fetched:
    """Records returned by aiokafka, the member's assignment they belong to, and the next position."""

    assigned_times: int
    records: dict[KafkaPartition, list[ConsumerRecord]] = field(default_factory=dict)
    positions: dict[KafkaPartition, int | None] = field(default_factory=dict)


async def fetch(
    inner: AIOKafkaConsumer, able: Sequence[KafkaPartition], seconds: float, max_records: int, times: Times
) -> Fetched:
    """Records of ``able``. Waits at most ``seconds`` for the first one, not counting the time of a rebalance."""
    before = {at: position(inner, at) for at in able}
    try:
        fetched = await _in_turn(inner, able, seconds, max_records, times)
    except UnicodeDecodeError:
        fetched = await _leniently(inner, before, max_records, times)
    fetched.positions = {at: position(inner, at) for at in able}
    return fetched


async def _in_turn(
    inner: AIOKafkaConsumer, able: Sequence[KafkaPartition], seconds: float, max_records: int, times: Times
) -> Fetched:
    """The records that are ready: first an equal share of each partition, then more of those that have more. If none is
    ready, wait for some.

    Without shares a record would wait behind one batch of each busier partition. The limit of bytes is checked before
    each partition, which has at most ``PARTITION_BYTES`` ready.
    """
    ready, room, weight = Fetched(times()), max_records, MOST_POLLED_BYTES
    asked = able
    for share in (-(-max_records // max(1, len(able))), max_records):
        fuller: list[KafkaPartition] = []
        for at in asked:
            if room <= 0 or weight <= 0:
                break
            found = (await inner.getmany(at, max_records=min(share, room))).get(at, [])
            if ready.assigned_times != times():  # there was a rebalance: earlier records are void
                ready, room, weight, fuller = Fetched(times()), max_records, MOST_POLLED_BYTES, []
            if found:
                ready.records.setdefault(at, []).extend(found)
                room -= len(found)
                weight -= sum(len(record.value or b"") for record in found)
            if len(found) == share:
                fuller.append(at)
        asked = fuller
    if ready.records:
        return ready
    records = await inner.getmany(*able, timeout_ms=int(seconds * 1000), max_records=max_records)
    return Fetched(times(), records)


async def _leniently(
    inner: AIOKafkaConsumer, before: Mapping[KafkaPartition, int | None], max_records: int, times: Times
) -> Fetched:
    """Read each partition from its position, as aiokafka does not say which one has the unreadable record."""
    fetched, room = Fetched(times()), max_records
    for at, start in before.items():
        if start is None or room <= 0 or fetched.assigned_times != times():
            continue
        with suppress(IllegalStateError):  # revoked meanwhile: the records that were read are void
            inner.seek(at, start)
            found, next_offset = await lenient.fetch(inner, at, start, room)
            inner.seek(at, next_offset)
            fetched.records[at] = found
            room -= len(found)
    return fetched
