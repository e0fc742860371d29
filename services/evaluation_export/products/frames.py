"""The messages between the service and the process that builds a bundle.

The process reads the product's input and then the earlier groups. It writes either ``GaveUp``, or ``Answer`` followed
by the bundle in pieces. Each message is preceded by its length in four bytes. Groups and pieces are sent one by one, so
that neither side has all releases or a whole bundle in memory.
"""

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from services.evaluation_export.bundle.archive import Sealed
from services.evaluation_export.disclosure.packing import PackedGroup

LENGTH_BYTES = 4


class Answer(msgspec.Struct, frozen=True, tag=True):
    """The description of the bundle, which precedes its bytes, and the groups for the store of releases."""

    sealed: Sealed
    groups: tuple[PackedGroup, ...]


class GaveUp(msgspec.Struct, frozen=True, tag=True):
    """The stable code of the reason why no bundle can be made from the input."""

    code: str


def framed(message: msgspec.Struct) -> bytes:
    """One message as it is sent through the pipe."""
    return framed_bytes(msgspec.msgpack.encode(message))


def framed_bytes(content: bytes) -> bytes:
    """Bytes as one message."""
    return len(content).to_bytes(LENGTH_BYTES, "big") + content


def frames(stream: BinaryIO) -> Iterator[bytes]:
    """The messages of a stream until its end. Raises ``EOFError`` if it ends inside a message."""
    while head := stream.read(LENGTH_BYTES):
        content = stream.read(int.from_bytes(head, "big"))
        if len(head) < LENGTH_BYTES or len(content) < int.from_bytes(head, "big"):
            raise EOFError
        yield content
