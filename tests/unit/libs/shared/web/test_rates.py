"""Counting is exact within a window, and uses limited memory."""

import tracemalloc

import pytest

from libs.shared.web.admission import RequestLimits
from libs.shared.web.rates import MOST_COUNTED, Rate, Refusal

SECOND = 1.0


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_what_is_over_the_limit_is_refused_until_the_window_ends_and_nobody_else_with_it() -> None:
    clock = Clock()
    rate = Rate("3/minute", clock=clock)
    assert [await rate.take("a") for _ in range(3)] == [None] * 3
    clock.now += 20.5
    assert await rate.take("a") == Refusal(limit=3, window_seconds=60, retry_after=40)
    assert await rate.take("b") is None
    clock.now += 39.5
    assert await rate.take("a") is None


async def test_requests_that_were_refused_do_not_put_the_end_of_the_window_off() -> None:
    clock = Clock()
    rate = Rate("1/minute", clock=clock)
    await rate.take("a")
    for _ in range(59):
        clock.now += SECOND
        assert await rate.take("a") is not None
    clock.now += SECOND
    assert await rate.take("a") is None


async def test_a_hundred_thousand_addresses_take_a_bounded_memory_and_none_is_refused_for_another() -> None:
    rate = Rate("5/minute", clock=Clock())
    tracemalloc.start()
    try:
        for number in range(100_000):
            assert await rate.take(f"2001:db8:{number >> 16:x}:{number & 0xFFFF:x}::/64") is None
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(rate.counters) == MOST_COUNTED
    assert peak < 8 * 1024 * 1024


async def test_counters_are_forgotten_when_their_window_is_over() -> None:
    clock = Clock()
    rate = Rate("5/minute", clock=clock)
    for number in range(500):
        await rate.take(str(number))
    clock.now += 61
    await rate.take("later")
    assert len(rate.counters) == 1


async def test_when_there_is_no_room_the_counter_that_ends_first_goes_and_not_the_one_that_is_asked_for() -> None:
    rate = Rate("2/minute", most=2, clock=Clock())
    await rate.take("first")
    await rate.take("second")
    await rate.take("first")
    assert await rate.take("first") is not None
    await rate.take("third")
    assert await rate.take("second") is None
    assert await rate.take("second") is not None


@pytest.mark.parametrize(("files_at_once", "seconds"), [(1, 0), (200, 180)])
async def test_the_defaults_let_two_thousand_small_files_an_hour_through_with_their_polling(
    files_at_once: int, seconds: int
) -> None:
    """One sender makes sixteen requests per file: the upload, twelve reads of the receipt, and the lists of refused
    rows. They are spread over the hour, or come in bursts of 200 files, each within three minutes.
    """
    clock = Clock()
    rate = Rate(RequestLimits().subject, clock=clock)
    bursts, requests = 2000 // files_at_once, 16 * files_at_once
    refused = 0
    for burst in range(bursts):
        for request in range(requests):
            clock.now = 1000 + burst * 3600 / bursts + request * seconds / requests
            refused += await rate.take("k1:sender") is not None
    assert refused == 0
