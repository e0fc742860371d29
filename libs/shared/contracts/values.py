"""Limits on values that every reader of an event may rely on, in addition to those in the JSON Schemas.

They are wider than what the platform accepts today (``base.date_window``), because old events must stay readable, and
fixed, so that an event that could be read once can always be read. A record with a value outside is not an event
(``InvalidEvent``).
"""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from libs.shared.values.months import month_of
from libs.shared.values.school_years import first_year

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2199, 12, 31)
"""Far enough from the limits of calendars that no date arithmetic of a reader exceeds those."""

_FIRST_MONTH, _LAST_MONTH = month_of(FIRST_DAY), month_of(LAST_DAY)

LARGEST_INTEGER = 2**31 - 1
"""The largest value of an ``integer`` column of PostgreSQL."""


def _integer(number: int) -> int:
    if number > LARGEST_INTEGER:
        raise ValueError(f"a number of an event is at most {LARGEST_INTEGER}")
    return number


def month(text: str) -> str:
    """A month of the window, as ``2022-09``."""
    if not _FIRST_MONTH <= text <= _LAST_MONTH:
        raise ValueError(f"a month of an event lies between {FIRST_DAY} and {LAST_DAY}")
    return text


def school_year(text: str) -> str:
    """A school year of the window, as ``2022/2023``."""
    if not (FIRST_DAY.year <= first_year(text) < LAST_DAY.year):
        raise ValueError(f"a school year of an event lies between {FIRST_DAY.year} and {LAST_DAY.year}")
    return text


Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
Integer = Annotated[int, AfterValidator(_integer)]
