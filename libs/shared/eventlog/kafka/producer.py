"""Appending to Kafka.

An idempotent producer that failed is thrown away: aiokafka goes on refusing after an out-of-order sequence number
(aio-libs/aiokafka issue 1017), and a batch still queued in it could be written after the caller's retry.
"""

import asyncio
from collections.abc import Sequence

from aiokafka import AIOKafkaProducer

from libs.shared.eventlog.kafka.address import KafkaAddress
from libs.shared.eventlog.kafka.failures import bounded, ended_well
from libs.shared.eventlog.placing import MAX_RECORD_BYTES
from libs.shared.eventlog.port import LogUnavailable, Outgoing

REQUEST_SECONDS = 15.0
SEND_SECONDS = 30.0
"""Above ``REQUEST_SECONDS``, so that a batch the cluster did not take has failed by itself before we give up."""
STOP_SECONDS = 5.0


class Producer:
    """One aiokafka producer, made when first needed and again after a failure."""

    def __init__(self, address: KafkaAddress, client_id: str) -> None:
        self._address = address
        self._client_id = client_id
        self._inner: AIOKafkaProducer | None = None
        self._making = asyncio.Lock()

    async def _ready(self) -> AIOKafkaProducer:
        async with self._making:
            if self._inner is None:
                inner = AIOKafkaProducer(
                    **self._address.client(),
                    client_id=self._client_id,
                    acks="all",
                    enable_idempotence=True,
                    compression_type=self._address.compression,
                    linger_ms=5,
                    max_batch_size=128 * 1024,
                    max_request_size=MAX_RECORD_BYTES + 40_000,  # the record's frame and header lengths come on top
                    request_timeout_ms=int(REQUEST_SECONDS * 1000),
                )
                try:
                    async with bounded(REQUEST_SECONDS):
                        await inner.start()
                except BaseException:
                    await _stop(inner)
                    raise
                self._inner = inner
            return self._inner

    async def append(self, records: Sequence[Outgoing]) -> None:
        """Write the records; after ``LogUnavailable`` some may be written."""
        inner = await self._ready()
        try:
            async with bounded(SEND_SECONDS):
                sent = [
                    await inner.send(
                        record.topic,
                        key=record.key.encode(),
                        value=record.value,
                        headers=list(record.headers),
                    )
                    for record in records
                ]
                outcomes = await asyncio.gather(*sent, return_exceptions=True)
                for outcome in outcomes:
                    if isinstance(outcome, BaseException):
                        raise outcome
        except LogUnavailable:
            await self._discard(inner)
            raise

    async def _discard(self, inner: AIOKafkaProducer) -> None:
        async with self._making:
            if self._inner is inner:
                self._inner = None
                await _stop(inner)

    async def close(self) -> None:
        """Flush, within a few seconds, and disconnect."""
        async with self._making:
            inner, self._inner = self._inner, None
            if inner is not None:
                await _stop(inner)


async def _stop(inner: AIOKafkaProducer) -> None:
    """Stop, and if the cluster does not let it flush in time, end its sender so that nothing is written later.

    ``stop`` has no limit of its own and no public way ends the sender: hence the private name.
    """
    if not await ended_well(inner.stop(), STOP_SECONDS):
        await ended_well(inner._sender.close(), STOP_SECONDS)
        await ended_well(inner.client.close(), STOP_SECONDS)
