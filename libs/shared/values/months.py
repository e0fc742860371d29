"""Months, written as ``2022-09``. Tables that calculate with months store the date of the first day instead."""

import re
from datetime import date
from typing import Annotated

from pydantic import Field

_FORM = "[0-9]{4}-(0[1-9]|1[0-2])"
_is_month = re.compile(_FORM).fullmatch

Month = Annotated[str, Field(pattern=f"^{_FORM}$", examples=["2022-09"])]
"""Year and month. Sorted as texts, months are in the order of time. Each reader decides which months it accepts."""

POSTGRES_FORMAT = "YYYY-MM"
"""``Month`` as a format of PostgreSQL's ``to_char`` and ``to_date``: the parameter ``month_format`` of statements."""


def is_month(text: str) -> bool:
    """Whether the text has the form of ``Month``, for readers that have no model."""
    return _is_month(text) is not None


def month_of(day: date) -> str:
    """The month of a day: ``2022-09`` for 30 September 2022."""
    return day.isoformat()[:7]
