"""School years and grades: ``2022/2023`` starts on 1 August 2022; grades run from 0 to 10."""

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

_FORM = re.compile(r"(\d{4})/(\d{4})", re.ASCII)
_FIRST_MONTH = 8


def _checked(text: str) -> str:
    found = _FORM.fullmatch(text)
    if found is None or int(found[2]) != int(found[1]) + 1:
        raise ValueError('a school year is written as two years in a row, "2022/2023"')
    return text


SchoolYear = Annotated[str, AfterValidator(_checked)]
Grade = Annotated[int, Field(ge=0, le=10)]


def school_year_of(day: date) -> str:
    """The school year the day lies in: 31 July 2022 is in 2021/2022, 1 August 2022 in 2022/2023."""
    first = day.year if day.month >= _FIRST_MONTH else day.year - 1
    return _named(first)


def previous_school_year(school_year: str) -> str:
    """The school year before: ``2022/2023`` gives ``2021/2022``. Raises ``ValueError`` for another form."""
    return _named(int(_checked(school_year)[:4]) - 1)


def _named(first: int) -> str:
    return f"{first:04d}/{first + 1:04d}"
