"""Translates the names of the port into names on the cluster, which begin with the address's prefix, and back."""

from dataclasses import dataclass

from aiokafka.structs import TopicPartition as KafkaPartition

from libs.shared.eventlog.port import TopicPartition


@dataclass(frozen=True, slots=True)
class Names:
    """Above the port no name has the prefix; below it every topic, group and transactional id has it."""

    prefix: str

    def on_cluster(self, name: str) -> str:
        """A topic, group or writer as the cluster knows it."""
        return self.prefix + name

    def inside(self, at: TopicPartition) -> KafkaPartition:
        """A partition as the cluster knows it."""
        return KafkaPartition(self.prefix + at.topic, at.partition)

    def outside(self, at: KafkaPartition) -> TopicPartition:
        """A partition of this installation as the port knows it."""
        return TopicPartition(at.topic.removeprefix(self.prefix), at.partition)

    def owns(self, topic: str) -> bool:
        """Whether a topic of the cluster belongs to this installation."""
        return topic.startswith(self.prefix)
