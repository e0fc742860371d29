"""The log on Apache Kafka. Only this package imports aiokafka, and only ``factory`` imports this package."""

from libs.shared.eventlog.kafka.log import KafkaEventLog

__all__ = ["KafkaEventLog"]
