"""Translates Kafka's failures into the port's errors, with a time limit."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from aiokafka.errors import KafkaError

from libs.shared.eventlog.port import LogUnavailable


@asynccontextmanager
async def bounded(seconds: float) -> AsyncIterator[None]:
    """Raise ``LogUnavailable`` for a Kafka error, a lost connection, or after ``seconds``.

    aiokafka retries without a limit, so every call to it is inside this context manager.
    """
    try:
        async with asyncio.timeout(seconds):
            yield
    except (KafkaError, OSError, TimeoutError) as error:
        raise LogUnavailable(f"Kafka: {type(error).__name__}") from error


async def ended_well(closing: Coroutine[Any, Any, object], seconds: float) -> bool:
    """Whether ``closing`` ended without an error within ``seconds``; if not, it is abandoned.

    It runs in a separate task, as aiokafka lets the cancellation of its inner tasks escape from ``stop`` when no broker
    answers, which must not be mistaken for a cancellation of the caller.
    """
    task = asyncio.create_task(closing)
    try:
        await asyncio.wait({task}, timeout=seconds)
        return task.done() and not task.cancelled() and task.exception() is None
    finally:
        task.cancel()
