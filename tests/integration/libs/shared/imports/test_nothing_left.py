"""A file that is refused for good leaves nothing behind, and a broken upload is kept for a retry."""

import asyncio
import gzip
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from libs.shared.base.errors import Problem
from libs.shared.files.problems import (
    FileTooLarge,
    FileTooManyLines,
    FileTooManyRows,
    GzipInvalid,
    GzipMembers,
    GzipTruncated,
    LineTooLong,
)
from libs.shared.imports.receipts.receipt import Atomic, ReceiptState
from tests.factories.import_bench import Bench, pieces
from tests.factories.imported import DAYS, cpr, day_file, day_lines

FILE = day_file(day_lines(900))
PACKED = gzip.compress(FILE, compresslevel=0)
BOMB = gzip.compress(FILE + b"row\n" * 3_000_000)

REFUSED: list[tuple[type[Problem], bytes, bool]] = [
    (FileTooLarge, BOMB, True),
    (GzipTruncated, PACKED[:-8], True),
    (GzipInvalid, PACKED[:-8] + b"\0" * 8, True),
    (GzipMembers, PACKED + gzip.compress(b"") * 10_000, True),
    (LineTooLong, FILE + b"x" * 70_000, False),
]


@pytest.mark.parametrize(("problem", "data", "gz"), REFUSED, ids=lambda value: getattr(value, "__name__", ""))
async def test_a_body_that_is_refused_for_good_leaves_no_receipt_and_no_chunk(
    bench: Bench, problem: type[Problem], data: bytes, *, gz: bool
) -> None:
    bench.chunk_bytes = 50_000 if data is BOMB else 2000
    with pytest.raises(problem):
        await bench.send(data, gzip=gz)
    assert await bench.everything() == ""
    receipt = await bench.send(FILE)
    assert receipt.state is ReceiptState.QUEUED


async def test_a_file_taken_as_a_whole_with_too_many_rows_is_refused_before_any_work(bench: Bench) -> None:
    bench.receive_rows = 899
    with pytest.raises(FileTooManyRows) as caught:
        await bench.send(FILE, atomic=Atomic.FILE)
    assert (caught.value.code, caught.value.status) == ("file.too_many_rows", 422)
    assert await bench.everything() == ""
    bench.receive_rows = 900
    assert (await bench.send(FILE, atomic=Atomic.FILE)).state is ReceiptState.QUEUED


async def test_a_file_with_more_lines_than_its_kind_has_is_refused_and_leaves_nothing(bench: Bench) -> None:
    bench.kind = replace(DAYS, most_lines=901)
    with pytest.raises(FileTooManyLines) as caught:
        await bench.send(FILE + b"\n\nx")
    assert (caught.value.code, caught.value.status) == ("file.too_many_lines", 413)
    assert await bench.everything() == ""
    assert (await bench.send(FILE)).state is ReceiptState.QUEUED


async def test_separators_below_the_rows_do_not_count_against_a_file_taken_as_a_whole(bench: Bench) -> None:
    bench.receive_rows = bench.atomic_rows = 900
    await bench.know(*map(cpr, range(10)))
    receipt = await bench.done(FILE + b";;;\n" * 300 + b"\n", atomic=Atomic.FILE)
    assert (receipt.state, receipt.rows) == (ReceiptState.COMPLETED, 900)


async def test_a_refusal_of_one_upload_leaves_what_a_later_one_has_taken_over(bench: Bench) -> None:
    halfway, go_on = asyncio.Event(), asyncio.Event()

    async def breaks() -> AsyncIterator[bytes]:
        yield PACKED[:22_000]
        halfway.set()
        await go_on.wait()
        yield b"no gzip at all" * 10_000

    earlier = asyncio.create_task(bench.send(breaks(), gzip=True))
    async with asyncio.timeout(20):
        await halfway.wait()
        receipt = await bench.send(PACKED, gzip=True)
        go_on.set()
        with pytest.raises(Problem):
            await earlier
    assert (await bench.receipt(receipt.id)).state is ReceiptState.QUEUED


@asynccontextmanager
async def heartbeats() -> AsyncIterator[list[float]]:
    """Measure the longest time that the event loop's thread computed between two beats; it is element 0 of the list.
    The time during which other processes had the processor does not count.
    """
    worst, stop = [0.0], asyncio.Event()

    async def beat() -> None:
        while not stop.is_set():
            began = time.thread_time()
            await asyncio.sleep(0.01)
            worst[0] = max(worst[0], time.thread_time() - began)

    beating = asyncio.create_task(beat())
    await asyncio.sleep(0.05)
    try:
        yield worst
    finally:
        stop.set()
        await beating


async def test_the_event_loop_goes_on_while_bodies_of_any_kind_are_taken_in(bench: Bench) -> None:
    """Once, a repeated name in the header blocked the loop for 13 seconds, and empty gzip members blocked it longer."""
    bench.chunk_bytes = 4 * 1024 * 1024
    bodies = {
        b"pupil;" * 16_000: "header.too_long",
        gzip.compress(b"pupil;" * 700_000): "header.too_long",
        gzip.compress(FILE + b"\n" * 6_000_000): ReceiptState.QUEUED,
        PACKED + gzip.compress(b"") * 100_000: "gzip.too_many_members",
        FILE * 200: ReceiptState.QUEUED,
        b"x\n" * 800_000: "column.unknown",
    }
    ended: list[str] = []
    async with heartbeats() as worst:
        for number, body in enumerate(bodies):
            gz = body.startswith(b"\x1f\x8b")
            try:
                ended.append((await bench.send(pieces(body, 256 * 1024), f"k{number}", gzip=gz)).state)
            except Problem as refused:
                ended.append(refused.code)
    assert ended == [*bodies.values()]
    assert worst[0] < 1.0
