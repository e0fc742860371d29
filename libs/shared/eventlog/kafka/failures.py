"""Kafka's failures in the port's words, and an end to waiting."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from aiokafka.errors import KafkaError

from libs.shared.eventlog.port import LogUnavailable


@asynccontextmanager
async def bounded(seconds: float) -> AsyncIterator[None]:
    """Raise ``LogUnavailable`` for a Kafka error, a lost connection, or when ``seconds`` have gone.

    aiokafka retries what is retriable without end, so every call into it stands inside one of these.
    """
    try:
        async with asyncio.timeout(seconds):
            yield
    except (KafkaError, OSError, TimeoutError) as error:
        raise LogUnavailable(f"Kafka: {type(error).__name__}") from error


async def ended_well(closing: Coroutine[Any, Any, object], seconds: float) -> bool:
    """Whether ``closing`` ended without an error within ``seconds``; if not, it is given up.

    In a task of its own, because aiokafka lets the cancellation of its inner tasks out of ``stop`` when no broker
    answers, and that must not pass for a cancellation of the caller.
    """
    task = asyncio.create_task(closing)
    try:
        await asyncio.wait({task}, timeout=seconds)
        return task.done() and not task.cancelled() and task.exception() is None
    finally:
        task.cancel()
