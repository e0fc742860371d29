"""The partition of a key (memory and PostgreSQL; Kafka places keys itself), and the largest size of a record."""

from collections.abc import Sequence
from zlib import crc32

from libs.shared.eventlog.port import Outgoing, RecordTooLarge

MAX_RECORD_BYTES = 1_000_000
"""Key, value and headers together: the default limit of Kafka's brokers. Every log has this limit, so that what works
on the embedded one works on Kafka.
"""


def partition_of(key: str, partitions: int) -> int:
    """A partition from 0 to ``partitions`` - 1. The function must never change, because the order per key depends on
    it.
    """
    return crc32(key.encode()) % partitions


def size_of(record: Outgoing) -> int:
    """Bytes of key, value and headers. It is called twice for each record, so ASCII names are not encoded."""
    size = len(record.key.encode()) + len(record.value or b"")
    for name, content in record.headers:
        size += len(content) + (len(name) if name.isascii() else len(name.encode()))
    return size


def require_sizes(records: Sequence[Outgoing]) -> None:
    """Raise ``RecordTooLarge`` for the first record over ``MAX_RECORD_BYTES``."""
    for record in records:
        size = size_of(record)
        if size > MAX_RECORD_BYTES:
            raise RecordTooLarge(f"a record for {record.topic} has {size} bytes; at most {MAX_RECORD_BYTES} are taken")
