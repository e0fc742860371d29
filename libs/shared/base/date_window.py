"""The dates that any part of the platform accepts: from 1 August 1990 to five years ahead.

A pupil of the oldest data was not at school before, and nothing is planned further ahead; a date outside is a slip of
the hand, or what a source system writes for "unknown". Checked where a value enters: in files by ``files.columns``,
in bodies and queries by the types here. Events have a wider, fixed window of their own (``contracts.values``), as
they are read for ever.
"""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, NoReturn, TypeVar

from pydantic import AfterValidator, BaseModel
from pydantic_core import PydanticCustomError

from libs.shared.base.clock import danish_date, utc_now

FIRST_DAY = date(1990, 8, 1)
YEARS_AHEAD = 5
OPEN_END = date(9999, 12, 31)
"""What source systems write in an end that is open."""

CODE = "date.out_of_range"
DA = "{what} skal ligge mellem {first} og {last}. Ret den."
EN = "{what} must lie between {first} and {last}. Correct it."

Model = TypeVar("Model", bound=BaseModel)


def last_day(today: date) -> date:
    """The same day five years ahead; of 29 February the day before."""
    year = today.year + YEARS_AHEAD
    return date(year, 2, 28) if (today.month, today.day) == (2, 29) else today.replace(year=year)


def first_years(today: date) -> range:
    """The calendar years in which a school year of the window begins: 1990 for 1990/1991."""
    last = last_day(today)
    return range(FIRST_DAY.year, last.year + (last.month >= FIRST_DAY.month))


def _refuse(today: date, field: str = "") -> NoReturn:
    bounds = {"first": FIRST_DAY.isoformat(), "last": last_day(today).isoformat()}
    danish = DA.format(what=f"Datoen i {field}" if field else "Datoen", **bounds)
    english = EN.format(what=f"The date in {field}" if field else "The date", **bounds)
    raise PydanticCustomError(CODE, "{en}", {"en": english, "da": danish})


def require_inside(day: date, field: str = "") -> date:
    """The day itself. Raises ``PydanticCustomError`` for one outside the window as it is today.

    ``field`` is named in the text, where the error's place does not name it.
    """
    today = danish_date(utc_now())
    if not FIRST_DAY <= day <= last_day(today):
        _refuse(today, field)
    return day


def _inside(day: date) -> date:
    return require_inside(day)


def _not_before(day: date) -> date:
    if day < FIRST_DAY:
        _refuse(danish_date(utc_now()))
    return day


def _open(day: date | None) -> date | None:
    return None if day is None or day == OPEN_END else require_inside(day)


Day = Annotated[date, AfterValidator(_inside)]
"""A date of the window."""

PastDay = Annotated[date, AfterValidator(_not_before)]
"""A date that its rule holds against today: not before the window. Of one in the future the rule says so itself."""

EndDay = Annotated[date | None, AfterValidator(_open)]
"""A date of the window at which something ends; ``9999-12-31`` means the same as none."""


def _days(value: object, field: str) -> Iterator[tuple[str, date]]:
    if isinstance(value, date):
        yield field, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _days(getattr(value, name), f"{field}/{name}")
    elif isinstance(value, (list, tuple)):
        for place, each in enumerate(value):
            yield from _days(each, f"{field}/{place}")


def _all_inside(model: Model) -> Model:
    for field, day in _days(model, ""):
        require_inside(day, field.removeprefix("/"))
    return model


DaysInside = AfterValidator(_all_inside)
"""Beside a model of the rules, which know no window: each date in it is one of the window."""
