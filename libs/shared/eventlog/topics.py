"""The topics of the contracts, in the form in which the log creates them."""

from libs.shared.contracts.topics import DEAD_LETTERS, TOPICS
from libs.shared.eventlog.port import TopicSpec


def specs() -> list[TopicSpec]:
    """Every topic and dead-letter topic, by name."""
    declared = {**TOPICS, **DEAD_LETTERS}
    return [
        TopicSpec(
            topic.name,
            topic.partitions,
            topic.compacted,
            topic.retention_hours,
            max_compaction_lag_ms=topic.max_compaction_lag_ms,
            producer=topic.producer,
            consumers=topic.consumers,
        )
        for _, topic in sorted(declared.items())
    ]
