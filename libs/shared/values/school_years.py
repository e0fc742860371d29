"""School years: ``2022/2023`` is 1 August 2022 to 31 July 2023."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from libs.shared.values.months import month_of

_FORM = re.compile("([0-9]{4})/([0-9]{4})")
_FIRST_MONTH = 8
_LAST_CALENDAR_MONTH = 12


def _checked(text: str) -> str:
    found = _FORM.fullmatch(text)
    if found is None or int(found[2]) != int(found[1]) + 1:
        raise PydanticCustomError(
            "school_year.invalid",
            "A school year is two years in a row, such as 2022/2023. Correct it.",
            {"da": "Et skoleår er to år i træk, fx 2022/2023. Ret det."},
        )
    return text


SchoolYear = Annotated[
    str,
    Field(pattern="^[0-9]{4}/[0-9]{4}$", examples=["2022/2023"], description="skoleår; starts 1 August"),
    AfterValidator(_checked),
]
"""Two years in a row. Each reader decides which years it accepts (``contracts.state``, ``base.date_window``)."""


@lru_cache(maxsize=64)  # asked for each row of a file
def first_year(school_year: str) -> int:
    """The calendar year in which it begins: 2022 for ``2022/2023``. Raises ``ValueError`` for another form."""
    return int(_checked(school_year)[:4])


def first_day(school_year: str) -> date:
    """1 August. Raises ``ValueError`` for another form."""
    return date(first_year(school_year), _FIRST_MONTH, 1)


def next_first_day(school_year: str) -> date:
    """1 August of the next one: the exclusive end. Raises ``ValueError`` for another form."""
    return date(first_year(school_year) + 1, _FIRST_MONTH, 1)


def last_day(school_year: str) -> date:
    """31 July. Raises ``ValueError`` for another form."""
    return next_first_day(school_year) - timedelta(days=1)


def autumn_term(school_year: str) -> Sequence[str]:
    """The months August to December, such as ``2022-08`` to ``2022-12``. Raises ``ValueError`` for another form."""
    year = first_year(school_year)
    return tuple(month_of(date(year, month, 1)) for month in range(_FIRST_MONTH, _LAST_CALENDAR_MONTH + 1))


def school_year_of(day: date) -> str:
    """The school year of a day: 31 July 2022 is in 2021/2022, 1 August 2022 in 2022/2023."""
    return _named(day.year if day.month >= _FIRST_MONTH else day.year - 1)


def previous_school_year(school_year: str) -> str:
    """The school year before: ``2022/2023`` gives ``2021/2022``. Raises ``ValueError`` for another form."""
    return _named(first_year(school_year) - 1)


def _named(first: int) -> str:
    return f"{first:04d}/{first + 1:04d}"
