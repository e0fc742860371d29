"""The clock as a parameter, so that rules and tests decide what day it is."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]

DENMARK = ZoneInfo("Europe/Copenhagen")
"""Read once. Where the system has no zone files, it comes from the package ``tzdata``."""


def utc_now() -> datetime:
    """The present moment, with its zone."""
    return datetime.now(UTC)


def danish_date(moment: datetime) -> date:
    """The date in Denmark at a moment, as ``danish_date(clock())`` for today.

    The one way from a moment to a date: schools, rules and files mean Danish days, and between midnight and 01:00
    (in summer 02:00) UTC still has the day before. Raises ``ValueError`` for a moment without a zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone has no date")
    return moment.astimezone(DENMARK).date()
