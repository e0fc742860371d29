"""The clock, passed as a parameter, so that rules and tests decide which day it is."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]

DENMARK = ZoneInfo("Europe/Copenhagen")
"""Loaded once. On a system without zone files the data comes from the package ``tzdata``."""


def utc_now() -> datetime:
    """The present moment, with its time zone."""
    return datetime.now(UTC)


def danish_date(moment: datetime) -> date:
    """The date in Denmark at a moment; today is ``danish_date(clock())``.

    This is the only conversion from a moment to a date: schools, rules and files use Danish dates, and between midnight
    and 01:00 (02:00 in summer) UTC still has the date before. Raises ``ValueError`` for a moment without a time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone has no date")
    return moment.astimezone(DENMARK).date()
