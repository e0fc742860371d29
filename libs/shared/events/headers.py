"""Packs a record's headers into one value for the outbox, without those whose values the row has in other columns.

The events of a transaction share all attributes except id and subject, so their packed headers are equal. PostgreSQL
gets them once for all rows that it makes itself (``by_set``), and the relay decodes them once.
"""

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

import msgspec

from libs.shared.contracts.codec import filled, own_headers
from libs.shared.eventlog.port import Headers

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[tuple[str, bytes | None], ...]).decode
_REMEMBERED, _MOST_BYTES = 256, 2048
"""Decoded headers that are remembered. Longer ones are a foreign producer's, whose dead letters pass through here."""


def packed(headers: Headers, record_id: UUID, key: str) -> bytes:
    """The headers as MessagePack: names and values in order. The row's id and key are replaced by nil."""
    own = own_headers(record_id, key)
    return packed_shared([(name, None if own.get(name) == value else value) for name, value in headers])


def packed_shared(headers: Sequence[tuple[str, bytes | None]]) -> bytes:
    """The same for many rows: in headers that all of them share, id and key are None."""
    return _encode(headers)


def unpacked(data: bytes, record_id: UUID, key: str) -> Headers:
    """The headers of a row with this id and key."""
    return filled(_remembered(data) if len(data) <= _MOST_BYTES else _decode(data), record_id, key)


_remembered = lru_cache(_REMEMBERED)(_decode)
