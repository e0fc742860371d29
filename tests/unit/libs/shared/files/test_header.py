"""A header is examined in limited time, and its errors are reported in a few lines."""

import time
from itertools import chain

import pytest

from libs.shared.base.errors import Problem
from libs.shared.files.chunks import Chunks
from libs.shared.files.cut import CutLimits
from libs.shared.files.header import HEADER_BYTES, MORE_NAMES, Header, find_header
from libs.shared.files.parse import CSV
from libs.shared.files.problems import ColumnUnknown, FileEmpty, HeaderTooLong, HeaderTooWide, LineEndsMissing
from libs.shared.files.unpack import Unpacker
from tests.factories.imported import DAYS, HEADER

ROW = "6101120008;2022-09-30;illness;1"
SECOND = 1.0


def refusal(data: bytes, size: int = 64 * 1024) -> Problem:
    """Send the file in pieces, which must be refused within a second; returns the refusal."""
    chunks = Chunks(DAYS, CSV, "utf-8", Unpacker(10**9, gzip=False), CutLimits())
    began = time.thread_time()
    pieces = (chunk for start in range(0, len(data), size) for chunk in chunks.feed(data[start : start + size]))
    with pytest.raises(Problem) as caught:
        list(chain(pieces, chunks.end()))
    assert time.thread_time() - began < SECOND
    told = caught.value
    assert sum(len(text) for text in told.messages.values()) < 2_000
    return told


@pytest.mark.parametrize("names", [16_000, 700_000])
def test_one_name_many_times_is_refused_before_any_name_is_looked_at(names: int) -> None:
    for line in (b"pupil;" * names, b"x;" * names, b'"pupil";' * names, b";" * names):
        assert isinstance(refusal(line + b"\n" + ROW.encode()), HeaderTooLong)


def test_a_header_within_its_bytes_may_have_twenty_names_more_than_the_kind_has_columns() -> None:
    most = len(DAYS.columns) + MORE_NAMES
    spare = most - len(HEADER.split(";"))
    assert Header.read(HEADER + ";" * spare, DAYS).names[-spare:] == ("",) * spare
    with pytest.raises(HeaderTooWide) as caught:
        Header.read(HEADER + ";" * (spare + 1), DAYS)
    assert str(most) in caught.value.messages["da"]


def test_a_header_may_be_eight_kilobytes_long_and_no_longer() -> None:
    for blanks, fits in ((HEADER_BYTES - len(HEADER), True), (HEADER_BYTES - len(HEADER) + 1, False)):
        data = HEADER.encode() + b" " * blanks + b"\n" + ROW.encode() * 1000
        if fits:
            assert find_header(data, "utf-8", DAYS, whole=False)[1] == HEADER_BYTES + 1
        else:
            with pytest.raises(HeaderTooLong):
                find_header(data, "utf-8", DAYS, whole=False)


def test_ten_places_of_unknown_columns_are_named_and_no_more() -> None:
    told = refusal((HEADER + ";x" * 15 + "\n" + ROW).encode())
    assert isinstance(told, ColumnUnknown)
    assert "5, 6, 7, 8, 9, 10, 11, 12, 13, 14 …" in told.messages["en"]


def test_a_column_that_a_spreadsheet_left_empty_is_none() -> None:
    assert Header.read("pupil;date;;category;days;;", DAYS).names == ("pupil", "date", "", "category", "days", "", "")


LOST = [
    (HEADER + ROW).encode(),
    (HEADER + ROW * 3).encode(),
    (HEADER + ROW * 130_000).encode(),
    (ROW * 2).encode(),
    (HEADER.replace("days", '"days"') + ROW).encode(),
]


@pytest.mark.parametrize("data", LOST, ids=lambda data: f"{len(data)} bytes")
def test_a_file_whose_line_ends_were_lost_is_told_so_at_once_and_in_few_words(data: bytes) -> None:
    for size in (7, 64 * 1024) if len(data) < 1000 else (64 * 1024,):
        told = refusal(data, size)
        assert isinstance(told, LineEndsMissing | HeaderTooLong)
        assert "linjeskift" in told.messages["da"]
        assert "line ends" in told.messages["en"]
        assert "--data-binary" in told.messages["en"]
        assert "6101120008" not in str(told.messages)


def test_the_case_from_the_field_is_told_so() -> None:
    lost = b"pupil;date;category;days6101124001;2022-09-05;illness;16101124001;2022-09-06;illness;1"
    assert isinstance(refusal(lost), LineEndsMissing)


@pytest.mark.parametrize("data", [HEADER, HEADER + "\n", f"{HEADER}\n\n \n"])
def test_a_header_alone_is_a_file_without_rows_and_lacks_no_line_ends(data: str) -> None:
    chunks = Chunks(DAYS, CSV, "utf-8", Unpacker(10**9, gzip=False), CutLimits())
    assert [chunk for chunk in (*chunks.feed(data.encode()), *chunks.end()) if chunk] == []
    with pytest.raises(FileEmpty):
        Header.read("", DAYS)
