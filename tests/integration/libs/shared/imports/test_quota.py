"""A municipality's share of the queue: a file over the share is to be sent again later, and others are not affected."""

from collections.abc import AsyncIterator

import pytest

from libs.shared.imports.receipts.quota import QueueFull, Quota
from libs.shared.imports.receipts.receipt import ReceiptState
from tests.factories.import_bench import Bench
from tests.factories.imported import day_file, day_lines

FILE = day_file(day_lines(900))
"""Some 30 kB."""


class Lost(Exception):
    """The client has disconnected."""


async def breaking(data: bytes, after: int) -> AsyncIterator[bytes]:
    yield data[:after]
    raise Lost


async def test_bytes_over_the_share_are_429_and_leave_nothing_and_another_municipality_sends_on(bench: Bench) -> None:
    bench.quota = Quota(queued_bytes=2 * len(FILE))
    for key in ("a", "b"):
        await bench.send(FILE, key)
    before = await bench.everything()
    with pytest.raises(QueueFull) as caught:
        await bench.send(FILE, "c")
    assert (caught.value.status, caught.value.extra["retry_after"]) == (429, 60)
    assert await bench.everything() == before
    assert (await bench.send(FILE, "c", code="147")).state is ReceiptState.QUEUED
    assert (await bench.send(FILE, "a")).state is ReceiptState.QUEUED  # it is queued already, and needs no more room
    await bench.work()
    assert (await bench.send(FILE, "c")).state is ReceiptState.QUEUED


async def test_a_file_that_is_over_the_share_half_way_leaves_nothing(bench: Bench) -> None:
    bench.quota = Quota(queued_bytes=len(FILE) // 2)
    with pytest.raises(QueueFull):
        await bench.send(FILE)
    assert await bench.everything() == ""


async def test_the_number_of_files_has_an_end_too(bench: Bench) -> None:
    bench.quota = Quota(queued_files=2)
    for key in ("a", "b"):
        await bench.send(day_file(day_lines(1)), key)
    with pytest.raises(QueueFull) as caught:
        await bench.send(day_file(day_lines(1)), "c")
    assert "2" in caught.value.messages["da"]


async def test_broken_uploads_that_nobody_goes_on_with_make_room_for_a_new_one(bench: Bench) -> None:
    bench.quota = Quota(queued_bytes=len(FILE) + 10_000)
    with pytest.raises(Lost):
        await bench.send(breaking(FILE, 22_000), "broken")
    with pytest.raises(QueueFull):  # the broken upload may still be continued
        await bench.send(FILE, "new")
    bench.clock.forward(minutes=11)
    assert (await bench.send(FILE, "new")).state is ReceiptState.QUEUED


async def test_a_broken_upload_is_gone_on_with_though_its_own_bytes_count(bench: Bench) -> None:
    bench.quota = Quota(queued_bytes=len(FILE))
    with pytest.raises(Lost):
        await bench.send(breaking(FILE, 28_000))
    bench.clock.forward(minutes=11)
    receipt = await bench.send(FILE)
    assert (receipt.state, receipt.size) == (ReceiptState.QUEUED, len(FILE) - len("pupil;date;category;days\n"))
