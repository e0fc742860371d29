"""Uploads: one key stands for one file, and a broken upload continues where it stopped."""

import asyncio
import gzip
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from libs.shared.db.scope import Scope
from libs.shared.files.problems import ColumnUnknown, FileEmpty, FileTooLarge, GzipTruncated, HeaderEncoding
from libs.shared.imports.problems import KeyReused, UploadTakenOver
from libs.shared.imports.receipts.receipt import Mode, ReceiptState
from libs.shared.imports.worker import claims
from tests.factories.import_bench import Bench, counts, pieces
from tests.factories.imported import HEADER, cpr, day_file, day_lines

FILE = day_file(day_lines(900))
"""30 kB, and the bench cuts it into chunks of 2 kB. How a file begins is read from its first 16 kB."""


class Lost(Exception):
    """The client has disconnected."""


async def breaking(data: bytes, after: int) -> AsyncIterator[bytes]:
    yield data[:after]
    raise Lost


async def stored(bench: Bench) -> list[tuple[int, bytes]]:
    async with bench.db.read(Scope.of("101")) as session:
        found = await session.execute(text("SELECT seq, sealed FROM import_chunk ORDER BY seq"))
        return [(row.seq, row.sealed) for row in found]


async def test_a_file_is_stored_in_encrypted_chunks_of_whole_lines(bench: Bench) -> None:
    receipt = await bench.send(FILE)
    chunks = await stored(bench)
    assert receipt.state is ReceiptState.QUEUED
    assert receipt.chunks == len(chunks) > 3
    assert not any(b"illness" in sealed for _, sealed in chunks)


async def test_the_same_key_with_the_same_body_gives_the_same_receipt(bench: Bench) -> None:
    await bench.know(*map(cpr, range(10)))
    first = await bench.done(FILE)
    again = await bench.send(FILE)
    assert again.id == first.id
    assert counts(again) == (900, 900, 0, 0, 0)


async def test_a_file_that_is_being_worked_on_can_be_sent_again(bench: Bench) -> None:
    first = await bench.send(FILE)
    async with bench.db.write(Scope.of("101")) as session:
        # The worker locks a file for a whole transaction, which takes minutes if the file is atomic.
        assert await claims.lock(session, first.id)
        async with asyncio.timeout(5):
            again = await bench.send(FILE)
        with pytest.raises(KeyReused):
            async with asyncio.timeout(5):
                await bench.send(day_file(day_lines(899)))
    assert (again.id, again.state) == (first.id, ReceiptState.QUEUED)


@pytest.mark.parametrize("worked", [False, True])
async def test_the_same_key_with_another_body_is_refused(bench: Bench, *, worked: bool) -> None:
    await bench.send(FILE)
    if worked:
        await bench.work()
    for other in (day_file(day_lines(901)), day_file(day_lines(899)), FILE.replace(b";1\n", b";0\n", 1)):
        with pytest.raises(KeyReused):
            await bench.send(other)


async def test_the_same_key_with_other_parameters_is_refused(bench: Bench) -> None:
    await bench.send(FILE)
    with pytest.raises(KeyReused):
        await bench.send(FILE, mode=Mode.VALIDATE)
    with pytest.raises(KeyReused):
        await bench.send(FILE.replace(b";", b","))


async def test_two_municipalities_may_use_the_same_key(bench: Bench) -> None:
    first = await bench.send(FILE)
    second = await bench.send(FILE, code="147")
    assert first.id != second.id


async def test_a_retry_of_a_broken_upload_keeps_the_chunks_that_arrived(bench: Bench) -> None:
    with pytest.raises(Lost):
        await bench.send(breaking(FILE, 22_000))
    before = await stored(bench)
    assert 0 < len(before) < 12
    receipt = await bench.send(FILE)
    after = await stored(bench)
    assert receipt.state is ReceiptState.QUEUED
    # Encryption is random, so equal bytes are the chunks that were stored the first time.
    assert after[: len(before)] == before
    assert len(after) == receipt.chunks > len(before)


async def test_a_retry_with_another_beginning_is_refused(bench: Bench) -> None:
    with pytest.raises(Lost):
        await bench.send(breaking(FILE, 22_000))
    with pytest.raises(KeyReused):
        await bench.send(FILE.replace(b";1\n", b";0\n", 1))


async def test_a_retry_that_ends_before_what_is_stored_is_another_file(bench: Bench) -> None:
    with pytest.raises(Lost):
        await bench.send(breaking(FILE, 28_000))
    with pytest.raises(KeyReused):
        await bench.send(day_file(day_lines(50)))


async def test_nothing_of_a_broken_upload_is_worked_on(bench: Bench) -> None:
    await bench.know(*map(cpr, range(10)))
    with pytest.raises(Lost):
        await bench.send(breaking(FILE, 22_000))
    await bench.work()
    assert await bench.days() == 0


async def test_of_two_uploads_with_one_key_the_later_wins_and_the_earlier_is_told(bench: Bench) -> None:
    halfway, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield FILE[:22_000]
        halfway.set()
        await go_on.wait()
        yield FILE[22_000:]

    earlier = asyncio.create_task(bench.send(slow()))
    async with asyncio.timeout(20):
        await halfway.wait()
        receipt = await bench.send(FILE)
        go_on.set()
        with pytest.raises(UploadTakenOver):
            await earlier
    assert receipt.state is ReceiptState.QUEUED
    await bench.know(*map(cpr, range(10)))
    await bench.work()
    assert counts(await bench.receipt(receipt.id)) == (900, 900, 0, 0, 0)


async def test_an_earlier_upload_stops_as_soon_as_a_later_one_has_begun(bench: Bench) -> None:
    began, taken_over, told = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def earlier() -> AsyncIterator[bytes]:
        yield FILE[:22_000]
        began.set()
        await taken_over.wait()
        yield FILE[22_000:]

    async def later() -> AsyncIterator[bytes]:
        yield FILE[:22_000]
        taken_over.set()
        await told.wait()
        yield FILE[22_000:]

    async with asyncio.timeout(20):
        first = asyncio.create_task(bench.send(earlier()))
        await began.wait()
        second = asyncio.create_task(bench.send(later()))
        with pytest.raises(UploadTakenOver):
            await first
        told.set()
        assert (await second).state is ReceiptState.QUEUED


async def test_gzip_is_unpacked_and_a_truncated_one_can_be_sent_again_whole(bench: Bench) -> None:
    packed = gzip.compress(FILE, compresslevel=0)
    with pytest.raises(GzipTruncated):
        await bench.send(packed[:-100], gzip=True)
    await bench.work()
    receipt = await bench.send(packed, gzip=True)
    assert receipt.size == len(FILE) - len(HEADER) - 1


@pytest.mark.parametrize("data", [b"", b"\n", HEADER.encode(), HEADER.encode() + b"\r\n\r\n  \r\n"])
async def test_a_file_without_rows_leaves_no_receipt(bench: Bench, data: bytes) -> None:
    with pytest.raises(FileEmpty):
        await bench.send(data)
    assert await bench.everything() == ""


async def test_a_bad_header_leaves_no_receipt(bench: Bench) -> None:
    with pytest.raises(ColumnUnknown):
        await bench.send(FILE.replace(b"category", b"catagory", 1))
    with pytest.raises(HeaderEncoding):
        await bench.send("pupil;date;category;days;nøte\nx".encode("iso-8859-1"))
    assert await bench.everything() == ""


async def test_a_body_over_the_limit_stops_there(bench: Bench) -> None:
    with pytest.raises(FileTooLarge):
        await bench.send(pieces(gzip.compress(HEADER.encode() + b"\n" * 20_000_000)), gzip=True)


async def test_a_byte_order_mark_is_no_part_of_the_first_name(bench: Bench) -> None:
    await bench.know(*map(cpr, range(10)))
    receipt = await bench.done(b"\xef\xbb\xbf" + day_file(day_lines(3), end="\r\n"))
    assert counts(receipt) == (3, 3, 0, 0, 0)
