"""The chunks of a body equal those of a slow and plain reading, in whatever pieces the body arrives."""

import gzip
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libs.shared.files.chunks import Chunk, Chunks, step
from libs.shared.files.cut import CutLimits
from libs.shared.files.parse import CSV, NDJSON
from libs.shared.files.problems import FileTooManyLines, FileTooManyRows, GzipMembers, LineTooLong
from libs.shared.files.unpack import MOST_MEMBERS, Unpacker
from tests.factories.imported import DAYS, HEADER

LIMITS = CutLimits(chunk_bytes=60, chunk_rows=4)
LINES = st.lists(st.sampled_from([b"x", b"", b" ", b"a;b;c", b"y" * 30, b"z" * 59]), max_size=60)


def taken(data: bytes, places: Sequence[int], *, gz: bool = False, media: str = CSV) -> list[Chunk]:
    chunks = Chunks(DAYS, media, "utf-8", Unpacker(10**9, gzip=gz), LIMITS)
    sent = gzip.compress(data) if gz else data
    bounds = [0, *sorted(place % (len(sent) + 1) for place in places), len(sent)]
    found = [chunk for start, end in pairwise(bounds) for chunk in chunks.feed(sent[start:end])]
    return [chunk for chunk in (*found, *chunks.end()) if chunk is not None]


def plainly(lines: Sequence[bytes], first: int) -> list[Chunk]:
    """The chunks, line by line: a chunk is full if the next line would exceed its number of lines or bytes."""
    found: list[list[bytes]] = [[]]
    for line in lines:
        kept = found[-1]
        if len(kept) == LIMITS.chunk_rows or sum(map(len, kept)) + len(line) > LIMITS.chunk_bytes:
            found.append([])
        found[-1].append(line)
    made = []
    for kept in found:
        if b"".join(kept).strip():
            made.append(Chunk(b"".join(kept), first, len(kept)))
        first += len(kept)
    return made


@settings(max_examples=60, deadline=None)
@given(LINES, st.lists(st.integers(0, 100_000), max_size=8), st.booleans(), st.booleans(), st.booleans())
def test_the_chunks_are_those_of_a_plain_reading_however_the_body_comes(
    lines: list[bytes], places: list[int], gz: bool, csv: bool, ended: bool
) -> None:
    # The file is so long that its form is decided before its end, and its second half is cut in pieces.
    lines = lines + [b"row;of;a;file;that;goes;on"] * 700
    whole = [line + b"\n" for line in lines]
    if not ended:
        whole[-1] = lines[-1]
    head = HEADER.encode() + b"\r\n" if csv else b""
    assert taken(head + b"".join(whole), places, gz=gz, media=CSV if csv else NDJSON) == plainly(whole, 2 if csv else 1)


def test_lines_that_end_in_cr_alone_are_cut_like_others() -> None:
    rows = [b"row;%d" % number for number in range(3000)]
    plain = taken(HEADER.encode() + b"\n" + b"\n".join(rows), [9000, 9001])
    assert taken(HEADER.encode() + b"\r" + b"\r".join(rows), [9000, 9001]) == plain


def test_a_line_longer_than_64_kilobytes_is_no_row() -> None:
    for length, fits in ((64 * 1024, True), (64 * 1024 + 1, False)):
        chunks = Chunks(DAYS, CSV, "utf-8", Unpacker(10**9, gzip=False), CutLimits())
        data = HEADER.encode() + b"\n" + b"x" * length + b"\n" + b"x\n" * 10_000
        if fits:
            assert [*chunks.feed(data), *chunks.end()]
        else:
            with pytest.raises(LineTooLong):
                list(chunks.feed(data))


def test_empty_gzip_members_cost_little_and_have_an_end() -> None:
    empty = gzip.compress(b"")
    unpacker = Unpacker(10**9, gzip=True)
    assert list(unpacker.feed(empty * MOST_MEMBERS)) == []
    unpacker.end()
    began = time.thread_time()
    for size in (64 * 1024, 16 * 1024 * 1024):
        unpacker = Unpacker(10**9, gzip=True)
        piece = empty * (size // len(empty))
        pieces = (unpacked for _ in range(64 * 1024 * 1024 // size) for unpacked in unpacker.feed(piece))
        with pytest.raises(GzipMembers):
            list(pieces)
    assert time.thread_time() - began < 5.0


def test_a_step_ends_though_nothing_comes_of_it() -> None:
    """A body of only line ends gives no chunk, but is read in short steps, so that other tasks get the thread."""
    chunks = Chunks(DAYS, CSV, "utf-8", Unpacker(10**9, gzip=True), CutLimits())
    source = chunks.feed(gzip.compress(HEADER.encode() + b"\n" * 60_000_000))
    steps = 0
    more = True
    while more:
        began = time.thread_time()
        chunk, more = step(source)
        assert chunk is None
        assert time.thread_time() - began < 1.0
        steps += 1
    assert steps > 1


def limited(data: bytes, limits: CutLimits, media: str = CSV, charset: str = "utf-8") -> list[Chunk | None]:
    chunks = Chunks(DAYS, media, charset, Unpacker(10**9, gzip=False), limits)
    return [*chunks.feed(data), *chunks.end()]


def test_a_file_has_so_many_lines_at_most_blank_ones_among_them() -> None:
    data = HEADER.encode() + b"\n" + b"row\n\n" * 50
    assert limited(data, replace(LIMITS, file_lines=101))
    with pytest.raises(FileTooManyLines):
        limited(data + b"row", replace(LIMITS, file_lines=101))


@pytest.mark.parametrize(
    ("media", "row", "blank"),
    [
        (CSV, b"r;\xe6", [b";;;", b'"";""', b" ; ;", b""]),
        (NDJSON, b'{"pupil": "r"}', [b"", b"  "]),
    ],
)
def test_what_is_no_row_does_not_count_against_a_file_taken_as_a_whole(
    media: str, row: bytes, blank: list[bytes]
) -> None:
    """Lines of only separators, as spreadsheets write them, are not rows; a line in a wrong charset is a
    refused row.
    """
    head = HEADER.encode() + b"\n" if media == CSV else b""
    data = head + b"\n".join([*[row] * 10, *blank * 10, row])
    for charset in ("utf-8", "iso-8859-1") if media == CSV else ("utf-8",):
        assert limited(data, replace(LIMITS, file_rows=11), media, charset)
        with pytest.raises(FileTooManyRows):
            limited(data, replace(LIMITS, file_rows=10), media, charset)
