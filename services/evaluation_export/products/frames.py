"""How the service and the process that builds a bundle talk.

Into the process go the product's input and then the earlier groups. Out of it comes either ``GaveUp``, or ``Answer``
followed by the bundle in pieces. Each message is preceded by its length in four bytes. Groups and pieces come one by
one, so that neither side ever holds all that was released or a whole bundle.
"""

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from services.evaluation_export.bundle.archive import Sealed
from services.evaluation_export.disclosure.packing import PackedGroup

LENGTH_BYTES = 4


class Answer(msgspec.Struct, frozen=True, tag=True):
    """What the bundle is, before its bytes, and the groups for the store of releases."""

    sealed: Sealed
    groups: tuple[PackedGroup, ...]


class GaveUp(msgspec.Struct, frozen=True, tag=True):
    """The stable code of why no bundle can be made of the input."""

    code: str


def framed(message: msgspec.Struct) -> bytes:
    """One message as it goes through the pipe."""
    return framed_bytes(msgspec.msgpack.encode(message))


def framed_bytes(content: bytes) -> bytes:
    """Bytes as one message."""
    return len(content).to_bytes(LENGTH_BYTES, "big") + content


def frames(stream: BinaryIO) -> Iterator[bytes]:
    """The messages of a stream until its end. Raises ``EOFError`` if it ends within one."""
    while head := stream.read(LENGTH_BYTES):
        content = stream.read(int.from_bytes(head, "big"))
        if len(head) < LENGTH_BYTES or len(content) < int.from_bytes(head, "big"):
            raise EOFError
        yield content
