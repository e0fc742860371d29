"""A record's headers as one value of the outbox, without what the row's own columns hold.

The events of a transaction share all attributes but id and subject, so their headers are one value, which PostgreSQL
is given once for as many rows as it makes itself, and which the relay takes apart once.
"""

from functools import lru_cache
from uuid import UUID

import msgspec

from libs.shared.eventlog.port import Headers

_ID, _SUBJECT = "ce_id", "ce_subject"
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[tuple[str, bytes | None], ...]).decode
_REMEMBERED = 256


def packed(headers: Headers, record_id: UUID, key: str) -> bytes:
    """The headers as MessagePack: names and values in order. The id and the key of the row stand there as nil."""
    own = _own(record_id, key)
    return _encode([(name, None if own.get(name) == value else value) for name, value in headers])


def unpacked(data: bytes, record_id: UUID, key: str) -> Headers:
    """The headers of a row with this id and key."""
    own = _own(record_id, key)
    return tuple((name, own[name] if value is None else value) for name, value in _parts(data))


@lru_cache(_REMEMBERED)
def _parts(data: bytes) -> tuple[tuple[str, bytes | None], ...]:
    return _decode(data)


def _own(record_id: UUID, key: str) -> dict[str, bytes]:
    return {_ID: str(record_id).encode(), _SUBJECT: key.encode()}
