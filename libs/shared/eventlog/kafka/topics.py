"""Creates and changes topics on the cluster according to their specs."""

import asyncio
from collections.abc import Mapping, Sequence

from aiokafka.admin import NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, for_code

from libs.shared.eventlog.kafka.cluster import CONNECT_SECONDS, Cluster
from libs.shared.eventlog.kafka.failures import bounded
from libs.shared.eventlog.port import TopicDiffers, TopicSpec

HOUR = 3_600_000
MOST_COPIES = 3
APPLY_SECONDS = 60.0
SET_ON_THE_TOPIC = 1
"""Kafka's number for the origin of a setting; all others are defaults of some kind."""


def topic_config(spec: TopicSpec, copies: int) -> dict[str, str]:
    """Kafka's settings of a topic with so many copies of each record; ``spec.config`` overrides them.

    A record counts as written when all copies but one have it. If one copy were enough, a crashed leader could lose
    records that the outbox has marked as published. If all were needed, one missing broker would stop every writer.
    """
    retention = -1 if spec.retention_hours is None else spec.retention_hours * HOUR
    lag = {} if spec.max_compaction_lag_ms is None else {"max.compaction.lag.ms": str(spec.max_compaction_lag_ms)}
    return {
        "cleanup.policy": "compact" if spec.compacted else "delete",
        "retention.ms": str(retention),
        "min.insync.replicas": str(max(1, copies - 1)),
        **lag,
        **spec.config,
    }


async def apply(cluster: Cluster, specs: Sequence[TopicSpec], *, copies: int | None) -> list[str]:
    """See the port. ``copies`` None means the smaller of three and the number of brokers that are there now."""
    known = await cluster.copies()
    async with bounded(CONNECT_SECONDS):
        brokers = len((await (await cluster.admin()).describe_cluster())["brokers"])
    wanted = copies or min(MOST_COPIES, brokers)
    lines = await _create(cluster, [spec for spec in specs if spec.name not in known], wanted)
    present = [spec for spec in specs if spec.name in known]
    lines += await _configure(cluster, {spec.name: topic_config(spec, min(known[spec.name])) for spec in present})
    lines += [
        f"{cluster.names.on_cluster(spec.name)}: has {min(known[spec.name])} of {wanted} copies, which this command"
        " cannot add; docs/guides/ops/kafka.md says how"
        for spec in present
        if min(known[spec.name]) < wanted
    ]
    if differing := [
        f"{cluster.names.on_cluster(spec.name)} has {len(known[spec.name])} partitions, {spec.partitions} wanted"
        for spec in present
        if len(known[spec.name]) != spec.partitions
    ]:
        raise TopicDiffers("; ".join(differing))
    return lines


async def _create(cluster: Cluster, specs: Sequence[TopicSpec], copies: int) -> list[str]:
    if not specs:
        return []
    on_cluster = cluster.names.on_cluster
    async with bounded(APPLY_SECONDS):
        admin = await cluster.admin()
        answer = await admin.create_topics(
            [
                NewTopic(on_cluster(spec.name), spec.partitions, copies, topic_configs=topic_config(spec, copies))
                for spec in specs
            ]
        )
        for topic, code, *_ in answer.topic_errors:
            if code and for_code(code) is not TopicAlreadyExistsError:
                raise for_code(code)(topic)
        names = {spec.name for spec in specs}
        while not names <= (await cluster.copies()).keys():  # noqa: ASYNC110 - the cluster tells nobody; ends in time
            await asyncio.sleep(0.1)
    return [f"{on_cluster(spec.name)}: created with {spec.partitions} partitions, {copies} copies" for spec in specs]


async def _configure(cluster: Cluster, wanted: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Change settings that differ. The request replaces all of a topic's own settings, so it repeats the other ones
    that an operator has set.
    """
    if not wanted:
        return []
    on_cluster = {cluster.names.on_cluster(topic): settings for topic, settings in wanted.items()}
    changed = []
    async with bounded(APPLY_SECONDS):
        admin = await cluster.admin()
        asked = [ConfigResource(ConfigResourceType.TOPIC, topic) for topic in on_cluster]
        for answer in await admin.describe_configs(asked):
            for _code, _message, _type, topic, entries in answer.resources:
                own = {entry[0]: entry[1] for entry in entries if entry[3] == SET_ON_THE_TOPIC}
                if {**own, **on_cluster[topic]} != own:
                    changed.append(ConfigResource(ConfigResourceType.TOPIC, topic, {**own, **on_cluster[topic]}))
        if changed:
            for answer in await admin.alter_configs(changed):
                for code, _message, _type, name in answer.resources:
                    if code:
                        raise for_code(code)(name)
    return [f"{resource.name}: settings changed" for resource in changed]
