"""Kafka's failures in the port's words, and an end to waiting."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

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
