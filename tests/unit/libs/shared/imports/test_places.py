"""Places for bodies: a municipality gets at most its share, and a stalled upload gives up its place."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from libs.shared.imports.receipts import places as module
from libs.shared.imports.receipts.places import IntakeBusy, Place, Places, TooManyUploads, UploadStalled

SOON = 0.05


async def silent() -> AsyncIterator[bytes]:
    await asyncio.Event().wait()
    yield b""


async def holding(stack: AsyncExitStack, places: Places, *codes: str) -> list[Place]:
    return [await stack.enter_async_context(places.take(code)) for code in codes]


async def test_one_municipality_fills_its_share_and_another_still_finds_a_place() -> None:
    places = Places(3, 2, wait_seconds=SOON)
    async with AsyncExitStack() as stack:
        await holding(stack, places, "101", "101")
        with pytest.raises(TooManyUploads) as refused:
            await holding(stack, places, "101")
        assert (refused.value.status, refused.value.extra["retry_after"]) == (429, 10)
        await holding(stack, places, "147")
        with pytest.raises(IntakeBusy) as busy:
            await holding(stack, places, "147")
        await holding(stack, places, "151", "153", "155")  # each has no place yet, so each is admitted
        with pytest.raises(IntakeBusy):
            await holding(stack, places, "157")
        assert (busy.value.status, busy.value.extra["retry_after"]) == (503, 10)
    async with AsyncExitStack() as stack:
        await holding(stack, places, "101", "101", "147")


async def test_places_are_given_in_turn_and_a_full_share_lets_others_pass() -> None:
    places = Places(2, 1, wait_seconds=30)
    order: list[str] = []
    other = asyncio.Event()

    async def come(name: str, code: str) -> None:
        async with places.take(code):
            order.append(name)
            if code == "147":
                other.set()

    async with asyncio.TaskGroup() as group, asyncio.timeout(10), places.take("101"):
        for name, code in (("own first", "101"), ("own second", "101"), ("other", "147")):
            group.create_task(come(name, code))
            await asyncio.sleep(0)
        await other.wait()
    assert order == ["other", "own first", "own second"]


async def test_whoever_leaves_while_waiting_takes_no_place() -> None:
    places = Places(1, 1, wait_seconds=30)
    async with AsyncExitStack() as stack:
        await holding(stack, places, "101")
        waiting = asyncio.create_task(holding(stack, places, "101"))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    async with asyncio.timeout(10), places.take("101"):
        pass


async def test_a_body_that_stands_still_gives_way_to_one_that_waits_and_to_nobody_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "STILL_SECONDS", 0.0)
    places = Places(1, 1, wait_seconds=30)
    ended = asyncio.Event()

    async def stand_still() -> None:
        with pytest.raises(UploadStalled):
            async with places.take("101") as place:
                await place.next(silent())
        ended.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(stand_still())
        await asyncio.sleep(SOON)
        assert not ended.is_set()  # no other upload waits
        async with asyncio.timeout(10), places.take("101"):
            assert ended.is_set()


async def test_the_time_of_work_on_a_body_is_no_standstill() -> None:
    place = Place("101")

    async def two() -> AsyncIterator[bytes]:
        yield b"a"
        yield b"b"

    body = two()
    assert [await place.next(body) for _ in range(3)] == [b"a", b"b", None]
    assert place.still(10**9) == 0.0


async def test_a_body_that_was_ended_and_is_slow_to_leave_fails_nobody_who_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "STILL_SECONDS", 0.0)
    monkeypatch.setattr(module, "_LOOK_SECONDS", 0.01)
    places = Places(1, 1, wait_seconds=30)
    leaving, leave = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        try:
            await asyncio.Event().wait()
        finally:
            leaving.set()
            await leave.wait()
        yield b""

    async def stand_still() -> None:
        with pytest.raises(UploadStalled):
            async with places.take("101") as place:
                await place.next(slow())

    async def wait() -> None:
        async with places.take("101"):
            pass

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(stand_still())
        await asyncio.sleep(SOON)
        for _ in range(3):
            group.create_task(wait())
        await leaving.wait()
        await asyncio.sleep(SOON)  # waiting uploads check again, several times
        leave.set()
