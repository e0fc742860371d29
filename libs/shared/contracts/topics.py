"""Every topic, declared once. Tests compare manifests, subscriptions and the AsyncAPI document with it."""

from dataclasses import dataclass

_R, _C, _A, _E = "registration", "intervention_catalog", "absence_ingest", "evaluation_export"

SERVICES: tuple[str, ...] = (_R, _C, _A, _E)
"""Every service, once: folder, database, roles, environment prefix, port and consumer group follow from its name.

A new one is added at the end, as the embedded deployment assigns ports in this order.
"""

MAX_COMPACTION_LAG_MS = 7 * 24 * 3_600_000
"""Seven days: how long a state may stay on a compacted topic after a newer one of its key (Kafka's setting)."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic with the states of one type of aggregate.

    ``key`` says what the record key is; ``consumers`` are the groups that subscribe. Compacted topics keep the last
    state per key without a time limit, so a new consumer can read everything from the start. An earlier state is
    removed at the latest when a newer one has been on the log for ``max_compaction_lag_ms``, so that values made with
    retired keys do not stay there.
    """

    name: str
    key: str
    producer: str
    consumers: frozenset[str]
    partitions: int
    retention_hours: int | None = None
    compacted: bool = True
    max_compaction_lag_ms: int | None = MAX_COMPACTION_LAG_MS


def _topic(name: str, key: str, producer: str, consumers: tuple[str, ...], partitions: int) -> Topic:
    return Topic(name, key, producer, frozenset(consumers), partitions)


TOPICS: dict[str, Topic] = {
    topic.name: topic
    for topic in (
        _topic("catalog.intervention-type", "intervention type", _C, (_R, _E), 1),
        _topic("catalog.rule-set", "rule set name/valid from", _C, (_R,), 1),
        _topic("catalog.support-level", "support level", _C, (), 1),
        _topic("catalog.trial-action", "trial action id", _C, (), 1),
        _topic("catalog.recommendation", "recommendation id", _C, (), 1),
        _topic("registration.municipality", "municipality code", _R, (_A, _E), 1),
        _topic("registration.project", "project id", _R, (_E,), 3),
        _topic("registration.school", "school id", _R, (_A, _E), 3),
        _topic("registration.calendar", "school id/school year", _R, (_A, _E), 3),
        _topic("registration.class", "class id", _R, (_E,), 3),
        _topic("registration.pupil", "pupil id", _R, (_A, _E), 9),
        _topic("registration.enrolment", "enrolment id", _R, (_E,), 9),
        _topic("registration.dosage", "course id", _R, (_E,), 3),
        _topic("registration.screening", "pupil id", _R, (_E,), 9),
        _topic("absence.pupil-month", "pupil id/month", _A, (_R, _E), 9),
        _topic("absence.completeness", "institution number/month", _A, (_R, _E), 3),
    )
}


def dead_letter_topic(group: str) -> str:
    """The dead-letter topic of a consumer group."""
    return f"dead-letter.{group.replace('_', '-')}"


DEAD_LETTERS: dict[str, Topic] = {
    dead_letter_topic(group): Topic(
        dead_letter_topic(group),
        "key of the refused record",
        producer=group,
        consumers=frozenset(),
        partitions=1,
        retention_hours=24 * 90,
        compacted=False,
        max_compaction_lag_ms=None,
    )
    for group in sorted({group for topic in TOPICS.values() for group in topic.consumers})
}


def subscribed(group: str) -> tuple[str, ...]:
    """The topics a group reads, by name."""
    return tuple(sorted(name for name, topic in TOPICS.items() if group in topic.consumers))
