"""Requests to the cluster: its topics, the ends of partitions, and the committed offsets of groups."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import (
    GroupCoordinatorNotAvailableError,
    GroupLoadInProgressError,
    NotCoordinatorForGroupError,
)
from aiokafka.structs import TopicPartition as KafkaPartition

from libs.shared.eventlog.kafka.address import KafkaAddress
from libs.shared.eventlog.kafka.failures import bounded, ended_well
from libs.shared.eventlog.kafka.names import Names
from libs.shared.eventlog.port import LogUnavailable, TopicPartition, UnknownTopic

CONNECT_SECONDS = 30.0
REQUEST_SECONDS = 15.0
CHECK_SECONDS = 10.0
STOP_SECONDS = 5.0

Clients = tuple[AIOKafkaAdminClient, AIOKafkaConsumer]


class Cluster:
    """Connects when first needed, and again after a failure to connect. All names are the port's, without prefix."""

    def __init__(self, address: KafkaAddress, client_id: str) -> None:
        self._address = address
        self._client_id = client_id
        self.names = Names(address.prefix)
        self._connecting: asyncio.Task[Clients] | None = None
        self._known: dict[str, int] = {}
        """Topics with their number of partitions, as last seen."""

    async def _clients(self) -> Clients:
        """The clients for administration and for offsets.

        A caller that waits for them may be cancelled (a readiness check has little time) while the connecting
        continues. Otherwise, on a busy machine where connecting takes longer than a check, every check would start
        again and none would succeed.
        """
        task = self._connecting
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            task = self._connecting = asyncio.create_task(self._connect(), name="kafka-connect")
            task.add_done_callback(lambda done: done.cancelled() or done.exception())  # there may be no waiter
        return await asyncio.shield(task)

    async def _connect(self) -> Clients:
        async with bounded(CONNECT_SECONDS):
            common = {
                **self._address.client(),
                "client_id": self._client_id,
                "request_timeout_ms": int(REQUEST_SECONDS * 1000),
            }
            admin = AIOKafkaAdminClient(**common)
            # With read_committed the end of a partition is reported as its readers see it: before an open transaction.
            reader = AIOKafkaConsumer(
                **common, group_id=None, enable_auto_commit=False, isolation_level="read_committed"
            )
        try:
            async with bounded(CONNECT_SECONDS):
                await asyncio.gather(admin.start(), reader.start())
        except BaseException:
            await self._end((admin, reader))
            raise
        return admin, reader

    async def admin(self) -> AIOKafkaAdminClient:
        """The client for administration."""
        return (await self._clients())[0]

    async def check(self) -> None:
        """Raise ``LogUnavailable`` within a few seconds if the cluster does not answer."""
        async with bounded(CHECK_SECONDS):
            await (await self.admin()).describe_cluster()

    async def copies(self) -> dict[str, list[int]]:
        """For each topic of this installation the number of copies of each of its partitions."""
        # Always all topics and never one by name: a request by name creates the topic if the brokers allow that.
        async with bounded(CONNECT_SECONDS):
            found = await (await self.admin()).describe_topics()
        copies = {
            self.names.outside(KafkaPartition(topic["topic"], 0)).topic: [
                len(partition["replicas"]) for partition in topic["partitions"]
            ]
            for topic in found
            if self.names.owns(topic["topic"])
        }
        self._known = {topic: len(partitions) for topic, partitions in copies.items()}
        return copies

    async def require(self, topics: Iterable[str]) -> None:
        """Raise ``UnknownTopic`` unless all exist."""
        wanted = set(topics)
        if not wanted <= self._known.keys() and (missing := wanted - (await self.copies()).keys()):
            raise UnknownTopic(", ".join(map(self.names.on_cluster, sorted(missing))))

    async def partitions(self, topics: Iterable[str]) -> list[TopicPartition]:
        """All partitions of ``topics``. Raises ``UnknownTopic``."""
        wanted = sorted(set(topics))
        await self.require(wanted)
        return [TopicPartition(topic, number) for topic in wanted for number in range(self._known[topic])]

    async def offsets(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, tuple[int, int]]:
        """For each partition the first offset that still exists and the end of what can be read."""
        if not partitions:
            return {}
        asked = [self.names.inside(at) for at in partitions]
        async with bounded(CONNECT_SECONDS):
            _, reader = await self._clients()
            # Without this aiokafka asks for one topic after the other, 0.1 s each; no public method asks for several.
            await asyncio.gather(*map(reader._client.add_topic, {at.topic for at in asked}))
            first = await reader.beginning_offsets(asked)
            end = await reader.end_offsets(asked)
        return {self.names.outside(at): (first[at], end[at]) for at in asked}

    async def committed(self, group: str, topics: Iterable[str]) -> dict[TopicPartition, int]:
        """The group's committed next offsets."""
        wanted = {self.names.on_cluster(topic) for topic in topics}
        async with bounded(CONNECT_SECONDS):
            admin = await self.admin()
            while True:  # limited by the time-out
                try:
                    found = await admin.list_consumer_group_offsets(self.names.on_cluster(group))
                    break
                except (
                    GroupCoordinatorNotAvailableError,  # a new cluster creates its offsets topic when first asked
                    GroupLoadInProgressError,
                    NotCoordinatorForGroupError,
                ):
                    await asyncio.sleep(0.2)
        return {
            self.names.outside(at): entry.offset
            for at, entry in found.items()
            if at.topic in wanted and entry.offset >= 0
        }

    async def close(self) -> None:
        """Disconnect."""
        task, self._connecting = self._connecting, None
        if task is None:
            return
        if not task.done():
            task.cancel()
        with suppress(asyncio.CancelledError, LogUnavailable):
            await self._end(await task)

    async def _end(self, clients: Clients) -> None:
        admin, reader = clients
        await ended_well(reader.stop(), STOP_SECONDS)
        await ended_well(admin.close(), STOP_SECONDS)
