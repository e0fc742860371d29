"""Metrics of the relay and the consumers. Labels never contain a key of a record."""

from libs.shared.observability.metrics import Metrics


class EventMetrics:
    """The metrics of a process's relay and consumers; made once in the wiring."""

    def __init__(self, metrics: Metrics) -> None:
        self.published = metrics.counter("skoleloeft_relay_published", "Records the log has taken.", ("topic",))
        self.relay_failures = metrics.counter("skoleloeft_relay_failures", "Failed turns of the relay.", ("error",))
        self.relay_active = metrics.gauge("skoleloeft_relay_active", "1 while this process's relay holds the lock.")
        self.unpublished_age = metrics.gauge(
            "skoleloeft_outbox_oldest_unpublished_seconds", "Age of the oldest row not yet published; 0 if none."
        )
        self.relay_failing = metrics.gauge(
            "skoleloeft_relay_failing_seconds", "How long every turn of the relay has failed; 0 while it goes well."
        )
        self.set_aside = metrics.gauge(
            "skoleloeft_outbox_set_aside", "Rows that the log can never take, as the active relay counts them."
        )
        topic = ("group", "topic")
        self.handled = metrics.counter("skoleloeft_consumer_handled", "Events handled for the first time.", topic)
        self.redelivered = metrics.counter("skoleloeft_consumer_redelivered", "Events known to the inbox.", topic)
        self.skipped = metrics.counter(
            "skoleloeft_consumer_skipped", "Read without a handler, and not remembered.", topic
        )
        self.ignored_states = metrics.counter(
            "skoleloeft_consumer_ignored_states",
            "New event ids with a version that is not above the one held: the producer may have been restored.",
            topic,
        )
        self.rebuild_running = metrics.gauge(
            "skoleloeft_rebuild_running", "1 while the read model of a topic is rebuilt.", topic
        )
        self.dead_letters = metrics.counter("skoleloeft_consumer_dead_letters", "Events given up.", topic)
        self.municipality_dead_letters = metrics.counter(
            "skoleloeft_consumer_municipality_dead_letters",
            "Events given up, by municipality code (none: the record names no municipality).",
            ("group", "municipality"),
        )
        self.municipality_limited = metrics.gauge(
            "skoleloeft_consumer_municipality_limited",
            "1 while so many events of a municipality were given up that its failing ones get one try only.",
            ("group", "municipality"),
        )
        self.stopped = metrics.gauge(
            "skoleloeft_consumer_stopped", "1 when the consumer ended for this reason.", ("group", "reason")
        )
        self.retries = metrics.counter(
            "skoleloeft_consumer_retries", "Failed attempts that will be repeated.", ("group", "error")
        )
        self.lag = metrics.gauge("skoleloeft_consumer_lag", "Offsets assigned and not yet committed.", topic)


def uncounted() -> EventMetrics:
    """Metrics that are not exposed, for commands and tests."""
    return EventMetrics(Metrics(process=False))
