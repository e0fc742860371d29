"""How the service and the process that builds a bundle talk: an order and earlier groups in, a bundle and groups out.

Each message is msgpack, preceded by its length in four bytes. The earlier groups come one by one, so that neither side
ever holds all that was released.
"""

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from services.evaluation_export.disclosure.packing import PackedGroup

LENGTH_BYTES = 4


class Answer(msgspec.Struct, frozen=True):
    """The bundle as a zip, and the groups for the store of releases."""

    bundle: bytes
    groups: tuple[PackedGroup, ...]


def framed(message: msgspec.Struct) -> bytes:
    """One message as it goes through the pipe."""
    content = msgspec.msgpack.encode(message)
    return len(content).to_bytes(LENGTH_BYTES, "big") + content


def frames(stream: BinaryIO) -> Iterator[bytes]:
    """The messages of a stream until its end. Raises ``EOFError`` if it ends within one."""
    while head := stream.read(LENGTH_BYTES):
        content = stream.read(int.from_bytes(head, "big"))
        if len(head) < LENGTH_BYTES or len(content) < int.from_bytes(head, "big"):
            raise EOFError
        yield content
