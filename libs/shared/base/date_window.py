"""The dates that the platform accepts: from 1 August 1990 to five years ahead.

No pupil of the oldest data was at school before, and nothing is planned further ahead. A date outside the window is a
typing error, or a date that a source system writes for "unknown". Dates are checked where they enter: in files by
``files.columns``, in bodies and queries by the types here. Events have a wider, fixed window (``contracts.values``),
because old events must stay readable.
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
"""The date that source systems write for an open end."""

CODE = "date.out_of_range"
DA = "{what} skal ligge mellem {first} og {last}. Ret den."
EN = "{what} must lie between {first} and {last}. Correct it."

Model = TypeVar("Model", bound=BaseModel)


def last_day(today: date) -> date:
    """The same day five years ahead; for 29 February the 28th."""
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
    """The day itself. Raises ``PydanticCustomError`` if it is outside the window.

    ``field`` is named in the text, for errors whose location does not name the field.
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
"""A date that its own rule compares with today; here only the start of the window is checked."""

EndDay = Annotated[date | None, AfterValidator(_open)]
"""The end date of an interval; ``9999-12-31`` means an open end."""


def _days(value: object, field: str) -> Iterator[tuple[str, date]]:
    if isinstance(value, date):
        yield field, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _days(getattr(value, name), f"{field}/{name}")
    elif isinstance(value, (list, tuple)):
        for index, each in enumerate(value):
            yield from _days(each, f"{field}/{index}")


def _all_inside(model: Model) -> Model:
    for field, day in _days(model, ""):
        require_inside(day, field.removeprefix("/"))
    return model


DaysInside = AfterValidator(_all_inside)
"""Checks every date in a model of the rules, which do not know the window."""
