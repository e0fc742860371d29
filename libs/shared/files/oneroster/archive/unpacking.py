"""Unpacks a member piece by piece. More than the directory says never comes out."""

import zlib
from collections.abc import Iterator

from libs.shared.files.oneroster.archive.directory import DEFLATED, Member
from libs.shared.files.oneroster.archive.names import PACKED_STARTS
from libs.shared.files.oneroster.archive.problems import ZipContradiction, ZipDamaged, ZipNested
from libs.shared.files.oneroster.archive.source import Source

_INPUT = 32 * 1024
_PIECE = 256 * 1024


def unpack(source: Source, member: Member) -> Iterator[bytes]:
    """The member's content in pieces of at most 256 kB. Raises ``ZipNested``, ``ZipContradiction`` or ``ZipDamaged``,
    the last after all pieces if the checksum is another.
    """
    checksum = size = 0
    for piece in _pieces(source, member):
        if size == 0 and piece.startswith(PACKED_STARTS):
            raise ZipNested
        size += len(piece)
        if size > member.size:
            raise ZipContradiction
        checksum = zlib.crc32(piece, checksum)
        yield piece
    if size != member.size:
        raise ZipContradiction
    if checksum != member.checksum:
        raise ZipDamaged(file=member.name)


def _pieces(source: Source, member: Member) -> Iterator[bytes]:
    packed = _packed(source, member)
    if member.method != DEFLATED:
        yield from packed
        return
    inflater = zlib.decompressobj(wbits=-15)
    try:
        for taken in packed:
            data = taken
            while data and not inflater.eof:
                piece = inflater.decompress(data, _PIECE)
                data = inflater.unconsumed_tail
                if piece:
                    yield piece
        while not inflater.eof and (piece := inflater.decompress(b"", _PIECE)):
            yield piece
    except zlib.error:
        raise ZipDamaged(file=member.name) from None
    if not inflater.eof or inflater.unused_data:
        raise ZipContradiction


def _packed(source: Source, member: Member) -> Iterator[bytes]:
    place, end = member.data, member.data + member.packed
    while place < end:
        data = source.read_at(place, min(_INPUT, end - place))
        if not data:
            raise ZipContradiction
        place += len(data)
        yield data
