"""Opens the log that an address names."""

from libs.shared.base.tellable import SetUpFault
from libs.shared.eventlog.port import EventLog, GroupTimes


def open_event_log(url: str, *, client_id: str, times: GroupTimes | None = None) -> EventLog:
    """A log, not connected yet, for ``kafka://…`` (see ``kafka.address``), ``postgresql://…`` or ``memory:``.

    ``times`` None uses the defaults of each log. Drivers are imported when used, so that an embedded installation never
    loads aiokafka. Raises ``SetUpFault``, without repeating the address, for any other address.
    """
    scheme = url.partition(":")[0]
    if scheme == "kafka":
        from libs.shared.eventlog.kafka import KafkaEventLog  # noqa: PLC0415 - loaded when used, see above
        from libs.shared.eventlog.kafka.address import KafkaAddress  # noqa: PLC0415 - as above
        from libs.shared.eventlog.kafka.log import PRODUCTION_TIMES  # noqa: PLC0415 - as above

        return KafkaEventLog(KafkaAddress.parse(url), client_id=client_id, times=times or PRODUCTION_TIMES)
    if scheme in ("postgresql", "postgres"):
        from libs.shared.eventlog.postgres import PostgresEventLog  # noqa: PLC0415 - as above
        from libs.shared.eventlog.postgres.log import EMBEDDED_TIMES  # noqa: PLC0415 - as above

        return PostgresEventLog(url, client_id=client_id, times=times or EMBEDDED_TIMES)
    if scheme == "memory":
        from libs.shared.eventlog.memory import MemoryEventLog  # noqa: PLC0415 - as above

        return MemoryEventLog(times=times)
    raise SetUpFault("an event log's address begins with kafka://, postgresql:// or memory:")


def topic_prefix(url: str) -> str:
    """The prefix of the names of topics on the server of the log at ``url``: Kafka's ``prefix``, else empty.

    Raises ``ValueError`` for a malformed Kafka address.
    """
    if not url.startswith("kafka:"):
        return ""
    from libs.shared.eventlog.kafka.address import KafkaAddress  # noqa: PLC0415 - loaded when used, see above

    return KafkaAddress.parse(url).prefix
