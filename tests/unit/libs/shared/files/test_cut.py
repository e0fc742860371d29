"""Cutting and unpacking: the chunks depend on the bytes alone, not on how they arrived."""

import gzip
from collections.abc import Iterable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.shared.files.cut import CutLimits, Cutter
from libs.shared.files.problems import FileTooLarge, GzipInvalid, GzipTruncated, LineTooLong
from libs.shared.files.unpack import Unpacker

LINES = st.lists(st.binary(max_size=30).map(lambda line: line.replace(b"\n", b"")), max_size=40)


def cut(
    pieces: Iterable[bytes], *, gz: bool = False, limit: int = 10_000_000, chunk: int = 64, rows: int = 20_000
) -> list[bytes]:
    unpacker, cutter = Unpacker(limit, gzip=gz), Cutter(CutLimits(chunk, rows))
    out = [chunk for piece in pieces for unpacked in unpacker.feed(piece) for chunk in cutter.feed(unpacked)]
    unpacker.end()
    return [*out, *cutter.end()]


def split(data: bytes, places: Sequence[int]) -> list[bytes]:
    bounds = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[start:end] for start, end in pairwise(bounds)]


@given(LINES, st.lists(st.integers(0, 10_000), max_size=10), st.booleans())
def test_any_split_of_the_stream_gives_the_same_chunks_of_whole_lines(
    lines: list[bytes],
    places: list[int],
    gz: bool,
) -> None:
    data = b"\n".join(lines)
    whole = cut([data])
    sent = gzip.compress(data) if gz else data
    assert cut(split(sent, places), gz=gz) == whole
    assert b"".join(whole) == data
    assert all(chunk.endswith(b"\n") for chunk in whole[:-1])
    assert all(len(chunk) <= 64 for chunk in whole)


@given(st.lists(st.integers(0, 10_000), max_size=6))
def test_several_gzip_members_are_one_file(places: list[int]) -> None:
    sent = gzip.compress(b"one\n") + gzip.compress(b"two\n") + b"\0" * 7
    assert b"".join(cut(split(sent, places), gz=True)) == b"one\ntwo\n"


@given(st.integers(1, 10_000))
def test_a_gzip_cut_short_anywhere_is_truncated(place: int) -> None:
    sent = gzip.compress(b"one line\n" * 50, mtime=0)
    with pytest.raises(GzipTruncated):
        cut([sent[: 1 + place % (len(sent) - 1)]], gz=True)


def test_what_is_not_gzip_or_damaged_is_invalid() -> None:
    sent = bytearray(gzip.compress(b"one line\n" * 50))
    sent[-6] ^= 0xFF  # the checksum
    for data in (b"pupil;date\n", bytes(sent)):
        with pytest.raises(GzipInvalid):
            cut([data], gz=True)


def test_a_bomb_stops_at_the_limit() -> None:
    bomb = gzip.compress(b"\n" * 50_000_000)
    unpacker = Unpacker(1_000_000, gzip=True)
    seen = 0

    def read() -> None:
        nonlocal seen
        for piece in unpacker.feed(bomb):
            seen += len(piece)

    with pytest.raises(FileTooLarge) as caught:
        read()
    assert caught.value.status == 413
    assert seen <= 1_000_000


def test_much_output_from_little_input_comes_whole() -> None:
    data = b"0\n" * 2_000_000
    assert sum(map(len, cut([gzip.compress(data)], gz=True, chunk=1 << 20))) == len(data)


def test_a_line_longer_than_a_chunk_is_no_row() -> None:
    with pytest.raises(LineTooLong):
        cut([b"x" * 65])
