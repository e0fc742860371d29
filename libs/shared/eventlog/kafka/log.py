"""The log: writers, the cluster's topics and offsets, and members of groups."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

from libs.shared.eventlog.kafka.address import KafkaAddress
from libs.shared.eventlog.kafka.cluster import Cluster
from libs.shared.eventlog.kafka.consumer import KafkaConsumer
from libs.shared.eventlog.kafka.topics import apply
from libs.shared.eventlog.kafka.writer import writing
from libs.shared.eventlog.port import GroupTimes, LogWriter, RevokedCallback, TopicPartition, TopicSpec

PRODUCTION_TIMES = GroupTimes()


class KafkaEventLog:
    """See ``KafkaAddress`` for the address."""

    def __init__(self, address: KafkaAddress, *, client_id: str, times: GroupTimes = PRODUCTION_TIMES) -> None:
        self._address = address
        self._client_id = client_id
        self._times = times
        self._cluster = Cluster(address, client_id)

    async def start(self) -> None:
        """See the port."""
        await self._cluster.check()

    def writer(self, name: str) -> AbstractAsyncContextManager[LogWriter]:
        """See the port."""
        return writing(self._address, name, client_id=self._client_id, require=self._cluster.require)

    def consumer(
        self, group: str, topics: Sequence[str], *, on_revoked: RevokedCallback | None = None
    ) -> KafkaConsumer:
        """See the port."""
        return KafkaConsumer(
            self._address,
            self._cluster,
            group,
            frozenset(topics),
            client_id=self._client_id,
            times=self._times,
            on_revoked=on_revoked,
        )

    async def apply_topics(self, specs: Sequence[TopicSpec]) -> list[str]:
        """See the port."""
        return await apply(self._cluster, specs, copies=self._address.replication_factor)

    async def end_offsets(self, topics: Sequence[str]) -> dict[TopicPartition, int]:
        """See the port."""
        found = await self._cluster.offsets(await self._cluster.partitions(topics))
        return {at: end for at, (_, end) in found.items()}

    async def committed(self, group: str, topics: Sequence[str]) -> dict[TopicPartition, int]:
        """See the port."""
        return await self._cluster.committed(group, topics)

    async def forget_group(self, group: str) -> None:
        """See the port. The broker forgets a group without members by itself, and its offsets hold nothing back."""

    async def check(self) -> None:
        """See the port."""
        await self._cluster.check()

    async def close(self) -> None:
        """See the port. Close the consumers and leave the writers first."""
        await self._cluster.close()
