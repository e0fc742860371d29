"""Captures the log lines of a process, and restores the logging configuration afterwards."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from libs.shared.observability.logs import configure_logging


@contextmanager
def logging_as_before() -> Iterator[None]:
    """Restore the logging configuration at the end of the block."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()


@contextmanager
def logged(service: str = "things") -> Iterator[io.StringIO]:
    """The JSON lines written inside the block."""
    stream = io.StringIO()
    with logging_as_before():
        configure_logging(service, "INFO", stream)
        yield stream


def events(lines: io.StringIO | str) -> list[dict[str, Any]]:
    """Each line as an object; a line that is not JSON fails the test."""
    text = lines if isinstance(lines, str) else lines.getvalue()
    return [json.loads(line) for line in text.splitlines()]
