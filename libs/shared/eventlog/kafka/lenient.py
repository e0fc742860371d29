"""Reads records that aiokafka cannot read: it raises whenever a header name is not UTF-8.

Every producer of a topic can write such a record. It is read here with aiokafka's own pure Python reader and one
difference: names are decoded with ``surrogateescape``. This is slow, and used only for batches with such a record.
"""

from itertools import islice
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.consumer.fetcher import READ_COMMITTED, PartitionRecords
from aiokafka.errors import LeaderNotAvailableError, for_code
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import _MemoryRecordsPy
from aiokafka.record.util import decode_varint_py
from aiokafka.structs import ConsumerRecord
from aiokafka.structs import TopicPartition as KafkaPartition

MOST_BYTES = 1_048_576
PLACES_OF_ABORTED = 11
"""From this version of the answer on, another field stands between aborted transactions and records."""


class _Bytes(bytearray):
    """Bytes whose slices decode as the port defines for names."""

    def __getitem__(self, place: Any) -> Any:
        found = super().__getitem__(place)
        return _Bytes(found) if isinstance(place, slice) else found

    def decode(self, encoding: str = "utf-8", errors: str = "surrogateescape") -> str:
        return bytes(self).decode(encoding, errors)


class _Batch(_DefaultRecordBatchPy):  # type: ignore[misc]  # aiokafka has no types
    _buffer: bytearray

    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        if not isinstance(self._buffer, _Bytes):
            self._buffer = _Bytes(self._buffer)

    def _read_msg(self) -> Any:
        return super()._read_msg(decode_varint_py)  # the compiled class cannot be subclassed


class _Batches(_MemoryRecordsPy):  # type: ignore[misc]  # aiokafka has no types
    def next_batch(self) -> Any:
        piece = self._next_slice
        if piece is None or piece[self.MAGIC_OFFSET] < 2:  # older formats have no headers
            return super().next_batch()
        self._cache_next()
        return _Batch(piece)


async def fetch(
    inner: AIOKafkaConsumer, at: KafkaPartition, offset: int, most: int
) -> tuple[list[ConsumerRecord], int]:
    """Up to ``most`` committed records of ``at`` from ``offset`` on, and where to read next. Raises ``KafkaError``.

    It sends a request outside the member's own fetches, which no public method does; hence the private name.
    """
    leader = inner._client.cluster.leader_for_partition(at)
    if leader is None or leader < 0:
        raise LeaderNotAvailableError(at)
    request = FetchRequest(0, 1, MOST_BYTES, READ_COMMITTED, [(at.topic, [(at.partition, offset, MOST_BYTES)])])
    response = await inner._client.send(leader, request)
    ((_, ((_, code, _, *rest),)),) = response.topics
    if code:
        raise for_code(code)(at)
    aborted = rest[2] if response.API_VERSION >= PLACES_OF_ABORTED else rest[-2]
    records = PartitionRecords(at, _Batches(rest[-1]), aborted, offset, None, None, True, READ_COMMITTED)
    found = list(islice(records, most))
    return found, records.next_fetch_offset
