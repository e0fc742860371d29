"""The correlation id: one token that joins a request, its log lines, its events and the answer a person quotes."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from libs.shared.observability.redaction import contains_identifier

_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_current: ContextVar[str | None] = ContextVar("skoleloeft_correlation_id", default=None)


def new_correlation_id() -> str:
    """A fresh random token (32 hexadecimal digits)."""
    return uuid.uuid4().hex


def accepted_or_new(offered: str | None) -> str:
    """The caller's token if it is 8-64 harmless characters without anything like a CPR number, else a fresh one.

    The token is echoed in answers and written to every log line, so a caller must not be able to plant text there.
    """
    if offered and _SANE.fullmatch(offered) and not contains_identifier(offered):
        return offered
    return new_correlation_id()


def current_correlation_id() -> str | None:
    """The token of the work in hand, or None outside any."""
    return _current.get()


@contextmanager
def correlation(correlation_id: str) -> Iterator[str]:
    """Everything inside belongs to this token; used by the HTTP edge and by the event consumer."""
    token = _current.set(correlation_id)
    try:
        yield correlation_id
    finally:
        _current.reset(token)
