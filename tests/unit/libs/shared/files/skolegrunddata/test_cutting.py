"""The rows do not depend on where the bytes are cut, and no beginning of a file ends in anything but a refusal."""

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libs.shared.base.errors import Problem
from libs.shared.files.skolegrunddata.reader import SnapshotReader
from libs.shared.files.skolegrunddata.rows import Row
from synthetic.skolegrunddata import files
from tests.unit.libs.shared.files.skolegrunddata.documents import TODAY, document, export, group, pupil, source

SMALL = [
    document(group(), *[pupil(f"L{number}") for number in range(100)]).encode(),
    export(source()).encode("utf-16"),
    document(declaration='<?xml version="1.0" encoding="iso-8859-1"?>').encode("iso-8859-1"),
]
ENDS = {"file.empty", "xml.truncated"}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    out = tmp_path_factory.mktemp("xml")
    return [(out / each.path).read_bytes() for each in files.write(out, code="101", pupils=60, seed=7)]


def read(data: bytes, cuts: list[int]) -> tuple[list[Row], object]:
    reader, rows = SnapshotReader(TODAY), []
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    for start, end in pairwise(places):
        rows += reader.feed(data[start:end])
    return rows + reader.end(), (reader.head, reader.institution, reader.ignored)


@given(st.integers(0, len(SMALL) - 1), st.lists(st.integers(0, 1_000_000), max_size=40))
@settings(max_examples=30, deadline=None)
def test_random_cuts_give_the_same_rows(which: int, cuts: list[int]) -> None:
    data = SMALL[which]
    assert read(data, cuts) == read(data, [])


def test_a_file_that_comes_byte_by_byte_gives_the_same_rows(written: list[bytes]) -> None:
    for data in written:
        rows, rest = read(data, list(range(len(data))))
        assert (rows, rest) == read(data, [])
        assert rows


def outcome(data: bytes) -> str:
    """The code of the refusal, or ``""``. Anything but a ``Problem`` fails the test."""
    try:
        read(data, [])
    except Problem as problem:
        return problem.code
    return ""


def test_every_beginning_of_a_file_is_refused_as_cut_off() -> None:
    for data in SMALL[1:]:
        assert {outcome(data[:end]) for end in range(len(data))} <= ENDS
        assert outcome(data) == ""


def test_random_beginnings_of_whole_files_are_refused_as_cut_off(written: list[bytes]) -> None:
    chance = random.Random(7)  # noqa: S311 - places to cut, no secret
    for data in written:
        last = len(data.rstrip(b"\n\0"))
        for _ in range(25):
            assert outcome(data[: chance.randrange(last)]) in ENDS


@given(st.integers(0, 2), st.lists(st.tuples(st.integers(0, 3000), st.binary(max_size=6)), min_size=1, max_size=4))
@settings(max_examples=300, deadline=None)
def test_damaged_files_end_in_a_problem_or_in_rows(which: int, damages: list[tuple[int, bytes]]) -> None:
    data = bytearray(SMALL[which][:3000] if which == 0 else SMALL[which])
    for place, put in damages:
        at = place % len(data)
        data[at : at + len(put)] = put
    outcome(bytes(data))


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_bytes_of_any_kind_are_refused(data: bytes) -> None:
    assert outcome(data)
