"""A record's headers as one value of the outbox, without what the row's own columns hold.

The events of a transaction share all attributes but id and subject, so their stored headers are equal: PostgreSQL gets
them once for all rows that it makes itself, and the relay decodes them once.
"""

from functools import lru_cache
from uuid import UUID

import msgspec

from libs.shared.eventlog.port import Headers

_ID, _SUBJECT = "ce_id", "ce_subject"
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[tuple[str, bytes | None], ...]).decode
_REMEMBERED, _MOST_BYTES = 256, 2048
"""Decoded headers that are remembered. Longer ones are a foreign producer's, whose dead letters pass through here."""


def packed(headers: Headers, record_id: UUID, key: str) -> bytes:
    """The headers as MessagePack: names and values in order. The id and the key of the row stand there as nil."""
    own = _own(record_id, key)
    return _encode([(name, None if own.get(name) == value else value) for name, value in headers])


def unpacked(data: bytes, record_id: UUID, key: str) -> Headers:
    """The headers of a row with this id and key."""
    own = _own(record_id, key)
    parts = _remembered(data) if len(data) <= _MOST_BYTES else _decode(data)
    return tuple((name, own[name] if value is None else value) for name, value in parts)


_remembered = lru_cache(_REMEMBERED)(_decode)


def _own(record_id: UUID, key: str) -> dict[str, bytes]:
    return {_ID: str(record_id).encode(), _SUBJECT: key.encode()}
