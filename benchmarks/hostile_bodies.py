"""A hundred hostile bodies: each kind that a review of the import found, and similar ones.

All are made from a few invented lines. The CPR numbers are in replacement form and belong to nobody.
"""

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from benchmarks.figures import Size

HEADER = b"pupil;date;category;days\n"
ROW = b"6101120008;2022-09-05;illness;1\n"
MEBIBYTE = 1024 * 1024
WHOLE = {Size.SMALL: 16, Size.LARGE: 256}
"""Mebibytes that a large body unpacks to; the service accepts at most 256."""
TIMES = {Size.SMALL: 1, Size.LARGE: 4}
"""The number of times that each body is sent; the large size has a hundred bodies."""


class Way(StrEnum):
    """How a body is sent."""

    WHOLE = "whole"
    LEFT = "left"
    """Half of it is sent, and the connection is closed."""
    HELD = "held"
    """Half of it is sent, and the connection stays open until the server closes it."""
    HEAD = "head"
    """Half of the request's head is sent, and the connection stays open likewise."""


@dataclass(frozen=True, slots=True)
class Hostile:
    """A body as it is sent over the network; ``packed`` means gzip."""

    name: str
    content: bytes
    packed: bool = False
    media: str = "text/csv"
    way: Way = Way.WHOLE


def bodies(size: Size) -> list[Hostile]:
    """All bodies of a size, ``TIMES[size]`` times each."""
    made = [*_kinds(WHOLE[size] * MEBIBYTE)]
    return made * TIMES[size]


def _kinds(whole: int) -> Iterator[Hostile]:
    part = whole // 64
    yield from _bombs(whole)
    yield from _lines(part)
    yield from _headers(part)
    yield from _json(part)
    yield from _members(whole // 4)
    yield from _unfinished(whole)


def _bombs(whole: int) -> Iterator[Hostile]:
    for name, repeated in {"zeros": b"\0", "line ends": b"\n", "spaces": b" \n", "rows": ROW}.items():
        yield Hostile(f"bomb of {name}", packed(HEADER, repeated, whole + MEBIBYTE), packed=True)
    yield Hostile("bomb without a header", packed(b"", b"x", whole), packed=True)
    yield Hostile("short lines, all of a file", packed(HEADER, b"x\n", whole - MEBIBYTE), packed=True)


def _lines(part: int) -> Iterator[Hostile]:
    yield Hostile("short lines in two kilobytes", packed(HEADER, b"x\n", 2 * MEBIBYTE), packed=True)
    yield Hostile("separators alone", packed(HEADER, b";;;\n", part), packed=True)
    yield Hostile("quotation marks", HEADER + b'";\n' * (part // 3))
    yield Hostile("one long line", HEADER + b"x" * part)
    yield Hostile("long lines", HEADER + (b"x" * 60_000 + b"\n") * (part // 60_000))
    yield Hostile("line ends lost", (HEADER + ROW * (part // len(ROW))).replace(b"\n", b""))


def _headers(part: int) -> Iterator[Hostile]:
    yield Hostile("one name 16,000 times", packed(b"", b"pupil;", 6 * 16_000), packed=True)
    yield Hostile("one name in all of a file", packed(b"", b"pupil;", part), packed=True)
    yield Hostile("unknown names", b"a;" * (part // 2) + b"\n" + ROW)
    yield Hostile("quotation marks in the header", b'"' * 8_000 + b"\n" + ROW)


def _json(part: int) -> Iterator[Hostile]:
    deep = b'{"pupil":' + b"[" * 30_000 + b"]" * 30_000 + b"}\n"
    unknown = b"{" + b",".join(b'"k%d":1' % number for number in range(5_000)) + b"}\n"
    nested = b'{"pupil":' + b"[" * part + b"\n"
    for name, line in {"deep": deep, "unknown fields": unknown}.items():
        yield Hostile(f"JSON: {name}", line * max(1, part // len(line)), media="application/x-ndjson")
    yield Hostile("JSON: one line, never closed", nested, media="application/x-ndjson")


def _members(wire: int) -> Iterator[Hostile]:
    empty, letter = gzip.compress(b""), gzip.compress(b"x")
    yield Hostile("empty members", empty * (wire // len(empty)), packed=True)
    yield Hostile("a member for each letter", gzip.compress(HEADER) + letter * (wire // len(letter)), packed=True)


def _unfinished(whole: int) -> Iterator[Hostile]:
    rows = packed(HEADER, ROW, whole - MEBIBYTE)
    yield Hostile("no trailer", rows[:-8], packed=True)
    plain = HEADER + ROW * (whole // 16 // len(ROW))
    yield Hostile("half of a file, then gone", plain, way=Way.LEFT)
    yield Hostile("half of a file, held", plain, way=Way.HELD)
    yield Hostile("half of a head, held", b"", way=Way.HEAD)


_PACKED: dict[tuple[bytes, bytes, int], bytes] = {}


def packed(before: bytes, repeated: bytes, size: int) -> bytes:
    """Gzip of ``before`` followed by about ``size`` bytes of ``repeated``; the result is cached."""
    known = (before, repeated, size)
    if known not in _PACKED:
        _PACKED[known] = _pack(before, repeated, size)
    return _PACKED[known]


def _pack(before: bytes, repeated: bytes, size: int) -> bytes:
    piece = repeated * max(1, MEBIBYTE // len(repeated))
    out, packer = io.BytesIO(), zlib.compressobj(9, wbits=31)
    out.write(packer.compress(before))
    for _ in range(max(1, size // len(piece))):
        out.write(packer.compress(piece))
    out.write(packer.flush())
    return out.getvalue()
