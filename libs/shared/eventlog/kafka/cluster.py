"""What is asked of the cluster itself: its topics, where they end, what groups have committed."""

import asyncio
from collections.abc import Iterable, Sequence

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    GroupCoordinatorNotAvailableError,
    GroupLoadInProgressError,
    NotCoordinatorForGroupError,
    TopicAlreadyExistsError,
    for_code,
)
from aiokafka.structs import TopicPartition as KafkaPartition

from libs.shared.eventlog.kafka.address import KafkaAddress
from libs.shared.eventlog.kafka.failures import bounded, ended_well
from libs.shared.eventlog.port import TopicDiffers, TopicPartition, TopicSpec, UnknownTopic

REQUEST_SECONDS = 10.0
CHECK_SECONDS = 5.0
HOUR = 3_600_000


def topic_config(spec: TopicSpec) -> dict[str, str]:
    """The topic's settings in Kafka's words; ``spec.config`` has the last word."""
    retention = -1 if spec.retention_hours is None else spec.retention_hours * HOUR
    return {
        "cleanup.policy": "compact" if spec.compacted else "delete",
        "retention.ms": str(retention),
        **spec.config,
    }


class Cluster:
    """Lazily connected; after a failure it connects anew."""

    def __init__(self, address: KafkaAddress, client_id: str) -> None:
        self._address = address
        self._client_id = client_id
        self._admin: AIOKafkaAdminClient | None = None
        self._reader: AIOKafkaConsumer | None = None
        self._known: dict[str, int] = {}
        self._making = asyncio.Lock()

    async def _connected(self) -> tuple[AIOKafkaAdminClient, AIOKafkaConsumer]:
        async with self._making:
            common = {
                **self._address.client(),
                "client_id": self._client_id,
                "request_timeout_ms": int(REQUEST_SECONDS * 1000),
            }
            if self._admin is None:
                admin = AIOKafkaAdminClient(**common)
                try:
                    await admin.start()
                except BaseException:
                    await ended_well(admin.close(), CHECK_SECONDS)
                    raise
                self._admin = admin
            if self._reader is None:
                reader = AIOKafkaConsumer(**common, group_id=None, enable_auto_commit=False)
                try:
                    await reader.start()
                except BaseException:
                    await ended_well(reader.stop(), CHECK_SECONDS)
                    raise
                self._reader = reader
            return self._admin, self._reader

    async def check(self) -> None:
        """Raise ``LogUnavailable`` within a few seconds if the cluster does not answer."""
        async with bounded(CHECK_SECONDS):
            admin, _ = await self._connected()
            await admin.describe_cluster()

    async def _topics(self) -> dict[str, int]:
        # All topics, never by name: asking for one by name creates it where the brokers allow that.
        async with bounded(REQUEST_SECONDS):
            admin, _ = await self._connected()
            found = await admin.describe_topics()
        self._known = {topic["topic"]: len(topic["partitions"]) for topic in found}
        return self._known

    async def require(self, topics: Iterable[str]) -> None:
        """Raise ``UnknownTopic`` unless all exist."""
        wanted = set(topics)
        if not wanted <= self._known.keys() and (missing := wanted - (await self._topics()).keys()):
            raise UnknownTopic(", ".join(sorted(missing)))

    async def partitions(self, topics: Iterable[str]) -> list[KafkaPartition]:
        """All partitions of ``topics``. Raises ``UnknownTopic``."""
        wanted = sorted(set(topics))
        await self.require(wanted)
        return [KafkaPartition(topic, number) for topic in wanted for number in range(self._known[topic])]

    async def offsets(self, partitions: Sequence[KafkaPartition]) -> dict[TopicPartition, tuple[int, int]]:
        """The first offset still there and the next to be written, for each partition."""
        if not partitions:
            return {}
        async with bounded(REQUEST_SECONDS):
            _, reader = await self._connected()
            first = await reader.beginning_offsets(partitions)
            end = await reader.end_offsets(partitions)
        return {TopicPartition(at.topic, at.partition): (first[at], end[at]) for at in partitions}

    async def committed(self, group: str, topics: Iterable[str]) -> dict[TopicPartition, int]:
        """The group's committed next offsets."""
        wanted = set(topics)
        async with bounded(REQUEST_SECONDS):
            admin, _ = await self._connected()
            while True:  # ends with the time limit
                try:
                    found = await admin.list_consumer_group_offsets(group)
                    break
                except (
                    GroupCoordinatorNotAvailableError,  # a new cluster makes its offsets topic when first asked
                    GroupLoadInProgressError,
                    NotCoordinatorForGroupError,
                ):
                    await asyncio.sleep(0.2)
        return {
            TopicPartition(at.topic, at.partition): entry.offset
            for at, entry in found.items()
            if at.topic in wanted and entry.offset >= 0
        }

    async def apply_topics(self, specs: Sequence[TopicSpec]) -> list[str]:
        """See the port."""
        known = await self._topics()
        missing = [spec for spec in specs if spec.name not in known]
        changes = await self._create(missing)
        changes += await self._configure([spec for spec in specs if spec.name in known])
        differing = [
            f"{spec.name} has {known[spec.name]} partitions, {spec.partitions} wanted"
            for spec in specs
            if spec.name in known and known[spec.name] != spec.partitions
        ]
        if differing:
            raise TopicDiffers("; ".join(differing))
        return changes

    async def _create(self, specs: Sequence[TopicSpec]) -> list[str]:
        if not specs:
            return []
        async with bounded(3 * REQUEST_SECONDS):
            admin, _ = await self._connected()
            brokers = len((await admin.describe_cluster())["brokers"])
            copies = self._address.replication_factor or min(3, brokers)
            answer = await admin.create_topics(
                [NewTopic(spec.name, spec.partitions, copies, topic_configs=topic_config(spec)) for spec in specs]
            )
            for topic, code, *_ in answer.topic_errors:
                if code and for_code(code) is not TopicAlreadyExistsError:
                    raise for_code(code)(topic)
            names = {spec.name for spec in specs}
            while not names <= (await self._topics()).keys():  # noqa: ASYNC110 - the cluster tells nobody; ends in time
                await asyncio.sleep(0.1)
        return [f"{spec.name}: created with {spec.partitions} partitions" for spec in specs]

    async def _configure(self, specs: Sequence[TopicSpec]) -> list[str]:
        if not specs:
            return []
        changed = []
        async with bounded(REQUEST_SECONDS):
            admin, _ = await self._connected()
            asked = [ConfigResource(ConfigResourceType.TOPIC, spec.name) for spec in specs]
            present: dict[str, dict[str, str]] = {}
            for answer in await admin.describe_configs(asked):
                for _code, _message, _type, name, entries in answer.resources:
                    present[name] = {entry[0]: entry[1] for entry in entries}
            for spec in specs:
                wanted = topic_config(spec)
                if any(present.get(spec.name, {}).get(name) != value for name, value in wanted.items()):
                    changed.append(ConfigResource(ConfigResourceType.TOPIC, spec.name, wanted))
            if changed:
                for answer in await admin.alter_configs(changed):
                    for code, _message, _type, name in answer.resources:
                        if code:
                            raise for_code(code)(name)
        return [f"{resource.name}: retention changed" for resource in changed]

    async def close(self) -> None:
        """Disconnect."""
        async with self._making:
            admin, reader, self._admin, self._reader = self._admin, self._reader, None, None
            if reader is not None:
                await ended_well(reader.stop(), CHECK_SECONDS)
            if admin is not None:
                await ended_well(admin.close(), CHECK_SECONDS)
