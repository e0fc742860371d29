"""Logs: one JSON object per line on standard output, for our own code and for libraries."""

import json
import logging
import sys
from collections.abc import Callable
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

from libs.shared.observability.correlation import current_correlation_id
from libs.shared.observability.failures import describe_failure
from libs.shared.observability.redaction import plain, redact
from libs.shared.observability.tracing import current_ids

# Fields that this module writes, with validated or random tokens; redaction could remove digits from them.
_OWN_FIELDS = frozenset({"timestamp", "level", "logger", "service", "trace_id", "span_id", "correlation_id"})
_TOO_CHATTY = ("httpx", "httpcore", "aiokafka", "asyncio", "sqlalchemy", "alembic", "urllib3")


def configure_logging(service: str, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send every log line of this process to ``stream`` (standard output) as JSON; call once, in the wiring.

    Each line has timestamp (ISO 8601, UTC), level, logger, service, event, and the correlation and trace ids of the
    request or event being handled. Handlers that libraries have set are replaced. Uvicorn's access log is turned off,
    since the HTTP edge writes one line per request without addresses and values.
    """
    chain: list[Callable[[WrappedLogger, str, EventDict], Any]] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_context(service),
        _with_failure,
        _without_foreign_repr,
        _without_identifiers,
    ]
    handler = _Handler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _as_json],
            foreign_pre_chain=chain,
            keep_exc_info=False,
            keep_stack_info=False,
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    access = logging.getLogger("uvicorn.access")
    access.handlers.clear()
    access.propagate = False
    for name in _TOO_CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *chain,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


class _Handler(logging.StreamHandler[TextIO]):
    """Writes to the given stream, or to the present ``sys.stdout`` if none is given."""

    def __init__(self, stream: TextIO | None) -> None:
        super().__init__(stream or sys.stdout)
        self._given = stream

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = self._given or sys.stdout
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name is the standard library's
        """Report only the failure of a line that cannot be written; the standard handler would print its values."""
        failure = sys.exc_info()[1]
        if failure is None or isinstance(failure, OSError):  # the stream itself is gone
            return
        line = {"level": "error", "event": "log.failed", "logger": record.name, "failure": describe_failure(failure)}
        self.stream.write(json.dumps(line) + self.terminator)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger: ``log.info("import.received", kind="absence", rows=3)``; the event is a stable dotted name."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def _with_context(service: str) -> Callable[[WrappedLogger, str, EventDict], EventDict]:
    def add(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        event["service"] = service
        correlation_id = current_correlation_id()
        if correlation_id is not None:
            event["correlation_id"] = correlation_id
        event.update(current_ids())
        return event

    return add


def _with_failure(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Replace the exception by its safe description; the standard rendering would print its message."""
    given = event.pop("exc_info", None)
    event.pop("exc_text", None)
    event.pop("stack_info", None)
    failure = given[1] if isinstance(given, tuple) else given
    if failure is True or (failure is None and given):
        failure = sys.exc_info()[1]
    if isinstance(failure, BaseException):
        event["failure"] = describe_failure(failure)
    return event


def _without_foreign_repr(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Keep only the first line of asyncio's message about a failed task: the rest is the repr of the exception."""
    if str(event.get("logger", "")).startswith("asyncio"):
        event["event"] = str(event["event"]).split("\n", 1)[0]
    return event


def _without_identifiers(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {key: value if key in _OWN_FIELDS or key.startswith("_") else redact(value) for key, value in event.items()}


def _as_json(_: WrappedLogger, __: str, event: EventDict) -> str:
    return json.dumps(event, ensure_ascii=False, default=plain)
