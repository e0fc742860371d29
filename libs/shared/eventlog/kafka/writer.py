"""Appends to Kafka under a fence.

A writer is a producer with a transactional id. Entering it raises the epoch of the id on the cluster. The cluster then
refuses all requests under way of an earlier producer of that id and aborts its open transaction. Transactions are used
only for this: one around each append.

A failed writer is discarded without a flush, on every failure and on cancellation: a batch that still waits in it must
not be written any more. It is never repaired: only a caller that knows that no other writer followed may raise the
epoch again, and aiokafka continues with wrong sequence numbers after a refused batch (aio-libs/aiokafka issue 1017).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError, ProducerFenced, RecordListTooLargeError

from libs.shared.eventlog.kafka.address import KafkaAddress
from libs.shared.eventlog.kafka.failures import bounded, ended_well
from libs.shared.eventlog.kafka.names import Names
from libs.shared.eventlog.placing import MAX_RECORD_BYTES, require_sizes
from libs.shared.eventlog.port import LogUnavailable, Outgoing, Placed, RecordTooLarge, WriterFenced

ENTER_SECONDS = 20.0
REQUEST_SECONDS = 15.0
SEND_SECONDS = 25.0
"""Above ``REQUEST_SECONDS``, so that the request of a batch that the cluster did not take fails before this limit."""
TRANSACTION_SECONDS = 40.0
"""Above ``SEND_SECONDS``, so that the cluster never aborts an append that is still waited for. It is also how long
(plus up to ten seconds) the open transaction of a killed writer blocks readers if no writer follows it.
"""
STOP_SECONDS = 5.0

Require = Callable[[Iterable[str]], Awaitable[None]]


def transactional_id(name: str) -> str:
    """The transactional id of the writer with this name, without the prefix."""
    return f"writer-{name}"


class KafkaWriter:
    """See the port; made by ``writing``."""

    def __init__(self, inner: AIOKafkaProducer, names: Names, require: Require) -> None:
        self._inner = inner
        self._names = names
        self._require = require
        self._ended = False

    async def append(self, records: Sequence[Outgoing]) -> list[Placed]:
        """See the port. All records are written in one transaction."""
        if not records:
            return []
        require_sizes(records)
        await self._require({record.topic for record in records})
        if self._ended:
            raise LogUnavailable("this writer has failed before; enter another")
        try:
            async with bounded(SEND_SECONDS):
                return await self._in_transaction(records)
        except BaseException:
            self._ended = True
            await abandon(self._inner)
            raise

    async def _in_transaction(self, records: Sequence[Outgoing]) -> list[Placed]:
        try:
            await self._inner.begin_transaction()
            sent = [
                await self._inner.send(
                    self._names.on_cluster(record.topic),
                    key=record.key.encode(),
                    value=record.value,
                    headers=list(record.headers),
                )
                for record in records
            ]
            placed = []
            for outcome in await asyncio.gather(*sent, return_exceptions=True):
                if isinstance(outcome, BaseException):
                    raise outcome
                if outcome.offset < 0:
                    # The cluster already had the batch and no longer knows its offset (aiokafka's answer to a repeated
                    # sequence number). Without the offset the service would report too low a position.
                    raise LogUnavailable("the cluster did not say where a batch stands")
                placed.append(Placed(outcome.partition, outcome.offset))
            await self._inner.commit_transaction()
        except ProducerFenced as error:
            raise WriterFenced("another writer of this name has followed this one") from error
        except (MessageSizeTooLargeError, RecordListTooLargeError) as error:
            raise RecordTooLarge(f"the cluster takes no batch of this size ({len(records)} records)") from error
        return placed


@asynccontextmanager
async def writing(address: KafkaAddress, name: str, *, client_id: str, require: Require) -> AsyncIterator[KafkaWriter]:
    """Enter a writer; it is abandoned at the end of the block. Raises ``LogUnavailable``."""
    names = Names(address.prefix)
    async with bounded(ENTER_SECONDS):
        inner = AIOKafkaProducer(
            **address.client(),
            client_id=client_id,
            transactional_id=names.on_cluster(transactional_id(name)),
            transaction_timeout_ms=int(TRANSACTION_SECONDS * 1000),
            acks="all",
            compression_type=address.compression,
            linger_ms=0,  # a batch is complete when it is sent
            max_batch_size=128 * 1024,
            max_request_size=MAX_RECORD_BYTES + 40_000,  # the frame and header lengths of the record are added
            request_timeout_ms=int(REQUEST_SECONDS * 1000),
        )
    try:
        async with bounded(ENTER_SECONDS):
            await inner.start()
        yield KafkaWriter(inner, names, require)
    finally:
        await abandon(inner)


async def abandon(inner: AIOKafkaProducer) -> None:
    """Close a producer at once, so that it sends nothing more. Calling it again does nothing.

    Its own ``stop`` flushes first without a time limit, and no public method ends the sender; hence the private names.
    """
    if inner._closed:
        return
    inner._closed = True
    sender = inner._sender
    if sender.sender_task is not None:
        sender.sender_task.cancel()
    await ended_well(inner.client.close(), STOP_SECONDS)
    await ended_well(sender.close(), STOP_SECONDS)
    outcome = inner._txn_manager._transaction_waiter
    if outcome is not None and outcome.done() and not outcome.cancelled():
        # its failures were reported with the records; this only keeps asyncio from logging it again
        outcome.exception()
