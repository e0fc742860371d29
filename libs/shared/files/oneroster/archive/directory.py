"""The central directory of a zip: read and checked as a whole, against what stands before each member.

Format: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
"""

import stat
import struct
from collections.abc import Mapping
from dataclasses import dataclass

from libs.shared.files.cut import FILE_BYTES
from libs.shared.files.oneroster.archive.names import check_name, is_left_out
from libs.shared.files.oneroster.archive.problems import (
    ZipContradiction,
    ZipEncrypted,
    ZipInvalid,
    ZipLink,
    ZipMethod,
    ZipName,
    ZipParts,
    ZipRatio,
    ZipRepeated,
    ZipTooLarge,
    ZipTooManyMembers,
    ZipTruncated,
)
from libs.shared.files.oneroster.archive.source import Source
from libs.shared.files.oneroster.limits import (
    DIRECTORY_BYTES,
    MOST_MEMBERS,
    MOST_RATIO,
    NAME_BYTES,
    RATIO_FROM,
    ZIP_BYTES,
)
from libs.shared.files.problems import FileEmpty

_END, _ENTRY, _LOCAL = b"PK\5\6", b"PK\1\2", b"PK\3\4"
_END_FORM = struct.Struct("<4s4H2LH")
_ENTRY_FORM = struct.Struct("<4s6H3L5H2L")
_LOCAL_FORM = struct.Struct("<4s5H3L2H")
_COMMENT_BYTES = 0xFFFF
_SIZE_ELSEWHERE, _COUNT_ELSEWHERE = 0xFFFFFFFF, 0xFFFF
"""Written in Zip64, where the true number stands in another place."""
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_SIZES_AFTER = 0x8
_UTF8 = 0x800
_UNIX = 3
STORED, DEFLATED = 0, 8


@dataclass(frozen=True, slots=True)
class Member:
    """A file in the zip. ``data`` is the place of its packed bytes; ``stamp`` is its date and time in MS-DOS's form."""

    name: str
    method: int
    checksum: int
    packed: int
    size: int
    data: int
    stamp: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of the directory."""

    raw_name: bytes
    name: str
    flags: int
    method: int
    stamp: tuple[int, int]
    checksum: int
    packed: int
    size: int
    place: int


def read_directory(source: Source) -> Mapping[str, Member]:
    """The members by name. Raises ``FileEmpty`` and the problems of ``problems``."""
    if not source.size:
        raise FileEmpty
    if source.size > ZIP_BYTES:
        raise ZipTooLarge(limit=ZIP_BYTES)
    start, size, count = _find_directory(source)
    entries = _entries(source.read_at(start, size), count)
    _check_sizes(entries)
    members: dict[str, Member] = {}
    names: set[str] = set()
    end = 0
    for entry in sorted(entries, key=lambda each: each.place):
        if entry.place < end:
            raise ZipContradiction
        data = _data_place(source, entry)
        end = data + entry.packed
        if end > start:
            raise ZipContradiction
        if entry.name.casefold() in names:
            raise ZipRepeated
        names.add(entry.name.casefold())
        if not is_left_out(entry.name):
            members[entry.name] = Member(
                entry.name, entry.method, entry.checksum, entry.packed, entry.size, data, entry.stamp
            )
    return members


def _find_directory(source: Source) -> tuple[int, int, int]:
    """(place, bytes, number of entries) of the directory."""
    tail_size = min(source.size, _END_FORM.size + _COMMENT_BYTES)
    tail = source.read_at(source.size - tail_size, tail_size)
    place = tail.rfind(_END)
    while place >= 0:
        if len(tail) - place >= _END_FORM.size:
            found = _END_FORM.unpack_from(tail, place)
            if place + _END_FORM.size + found[7] == len(tail):
                return _checked_end(found, source.size - tail_size + place)
        place = tail.rfind(_END, 0, place)
    raise ZipTruncated if source.read_at(0, 4) == _LOCAL else ZipInvalid


def _checked_end(found: tuple[int, ...], place: int) -> tuple[int, int, int]:
    _, disk, first_disk, here, count, size, start, _ = found
    if count == _COUNT_ELSEWHERE or _SIZE_ELSEWHERE in (size, start) or disk or first_disk or here != count:
        raise ZipParts
    if count > MOST_MEMBERS or size > DIRECTORY_BYTES:
        raise ZipTooManyMembers(limit=MOST_MEMBERS)
    if start + size != place:
        raise ZipInvalid
    return start, size, count


def _entries(data: bytes, count: int) -> list[_Entry]:
    entries: list[_Entry] = []
    place = 0
    while place < len(data):
        if len(data) - place < _ENTRY_FORM.size:
            raise ZipContradiction
        values = _ENTRY_FORM.unpack_from(data, place)
        signature, made_by, _, flags, method, time, day, checksum, packed, size = values[:10]
        name_size, extra_size, comment_size, disk, _, mode, offset = values[10:]
        if signature != _ENTRY:
            raise ZipContradiction
        place += _ENTRY_FORM.size
        raw_name = data[place : place + name_size]
        place += name_size + extra_size + comment_size
        if place > len(data):
            raise ZipContradiction
        if disk or _SIZE_ELSEWHERE in (packed, size, offset):
            raise ZipParts
        name = _name(raw_name, flags)
        _require_file(made_by >> 8, mode >> 16)
        check_name(name)
        if flags & _ENCRYPTED:
            raise ZipEncrypted
        if method not in (STORED, DEFLATED):
            raise ZipMethod
        entries.append(_Entry(raw_name, name, flags, method, (day, time), checksum, packed, size, offset))
    if len(entries) != count:
        raise ZipContradiction
    return entries


def _name(raw: bytes, flags: int) -> str:
    if not raw or len(raw) > NAME_BYTES:
        raise ZipName
    try:
        return raw.decode("utf-8" if flags & _UTF8 else "cp437")
    except UnicodeDecodeError:
        raise ZipName from None


def _require_file(system: int, mode: int) -> None:
    """Raise ``ZipLink`` for what Unix says is neither a file nor a folder."""
    kind = stat.S_IFMT(mode)
    if system == _UNIX and kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise ZipLink


def _check_sizes(entries: list[_Entry]) -> None:
    total = 0
    for entry in entries:
        if entry.method == STORED and entry.packed != entry.size:
            raise ZipContradiction
        if entry.size >= RATIO_FROM and entry.size > entry.packed * MOST_RATIO:
            raise ZipRatio(limit=MOST_RATIO)
        total += entry.size
    if total > FILE_BYTES:
        raise ZipTooLarge(limit=FILE_BYTES)


def _data_place(source: Source, entry: _Entry) -> int:
    """Where the member's bytes begin. Raises ``ZipContradiction`` if its own header says something else."""
    head = source.read_at(entry.place, _LOCAL_FORM.size)
    if len(head) < _LOCAL_FORM.size:
        raise ZipContradiction
    signature, _, flags, method, _, _, checksum, packed, size, name_size, extra_size = _LOCAL_FORM.unpack(head)
    name_place = entry.place + _LOCAL_FORM.size
    if signature != _LOCAL or source.read_at(name_place, name_size) != entry.raw_name:
        raise ZipContradiction
    if flags & _ENCRYPTED:
        raise ZipEncrypted
    stated = (checksum, packed, size)
    # A program that cannot go back writes the sizes after the member, and zeros (or Zip64's mark) here.
    known = not flags & _SIZES_AFTER and _SIZE_ELSEWHERE not in stated
    if method != entry.method or (known and stated != (entry.checksum, entry.packed, entry.size)):
        raise ZipContradiction
    return name_place + int(name_size) + int(extra_size)
