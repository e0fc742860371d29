"""The correlation id: one token that connects a request, its log lines, its events and its answer."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from libs.shared.privacy.identifiers import cpr_kind

_ID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{32}", re.ASCII)
_TEN_DIGITS = re.compile(r"(?<![0-9])([0-9]{2})([0-9]{2})([0-9]{2})([0-9])[0-9]{3}(?![0-9])")
_current: ContextVar[str | None] = ContextVar("skoleloeft_correlation_id", default=None)


def new_correlation_id() -> str:
    """A fresh random token (32 hexadecimal digits)."""
    return uuid.uuid4().hex


def accepted_or_new(offered: str | None) -> str:
    """The caller's token if it is a UUID or 32 hexadecimal digits, else a new one.

    The token is repeated in answers and in every log line, so a caller must not be able to inject text by it.
    """
    if offered and _ID.fullmatch(offered) and not hides_cpr_number(offered):
        return offered
    return new_correlation_id()


def hides_cpr_number(random_id: str) -> bool:
    """Whether ten digits between letters of a random id may be a CPR number. By chance that is one id in 400."""
    return any(
        cpr_kind(*(int(part) for part in found.groups())) is not None for found in _TEN_DIGITS.finditer(random_id)
    )


def current_correlation_id() -> str | None:
    """The token of the request or event that is being handled; None outside one."""
    return _current.get()


@contextmanager
def correlation(correlation_id: str) -> Iterator[str]:
    """Use this token inside the block; for the HTTP edge and the event consumer."""
    token = _current.set(correlation_id)
    try:
        yield correlation_id
    finally:
        _current.reset(token)
