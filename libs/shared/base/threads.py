"""Calls from a worker thread back into the event loop."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Found = TypeVar("Found")

WAIT_SECONDS = 60.0


def from_thread(function: Callable[Given, Awaitable[Found]]) -> Callable[Given, Found]:
    """A function for threads that runs a coroutine in the loop of its maker, and waits for it.

    It is called in a loop. Calling its result in the loop itself would wait for ever. Raises ``TimeoutError`` after a
    minute.
    """
    loop = asyncio.get_running_loop()

    def called(*args: Given.args, **kwargs: Given.kwargs) -> Found:
        async def awaited() -> Found:
            return await function(*args, **kwargs)

        return asyncio.run_coroutine_threadsafe(awaited(), loop).result(WAIT_SECONDS)

    return called
