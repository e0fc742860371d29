"""Danish school years: their days without weekends, holidays and school breaks."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from libs.shared.values.months import month_of

_AUTUMN_BREAK_WEEK = 42
_WINTER_BREAK_WEEK = 7
_SATURDAY = 5


def name(first_year: int) -> str:
    """The school year that starts 1 August of ``first_year``, as in "2022/2023"."""
    return f"{first_year}/{first_year + 1}"


def bounds(first_year: int) -> tuple[date, date]:
    """First day of the school year and the day after its last."""
    return date(first_year, 8, 1), date(first_year + 1, 8, 1)


def easter_sunday(year: int) -> date:
    """Easter Sunday in the Gregorian calendar (the anonymous algorithm of 1876, in Meeus' form)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def _days_off(first_year: int) -> frozenset[date]:
    """Holidays and the breaks around them; Great Prayer Day (*store bededag*) was a holiday until 2023."""
    spring = first_year + 1
    easter = easter_sunday(spring)
    off = {easter + timedelta(days=days) for days in (-6, -5, -4, -3, -2, 1, 39, 40, 50)}
    if spring <= 2023:
        off.add(easter + timedelta(days=26))
    off.add(date(spring, 6, 5))
    off.update(date(first_year, 12, day) for day in range(22, 32))
    off.update((date(spring, 1, 1), date(spring, 1, 2)))
    for iso_year, week in ((first_year, _AUTUMN_BREAK_WEEK), (spring, _WINTER_BREAK_WEEK)):
        off.update(date.fromisocalendar(iso_year, week, day) for day in range(1, 6))
    return frozenset(off)


@cache
def school_days(first_year: int, days_late: int = 0) -> tuple[date, ...]:
    """The school days, ascending: about 200, from the second Monday of August to the last Friday before Midsummer.

    ``days_late`` leaves out that many at the start, for schools that begin later than the others.
    """
    first, last = date(first_year, 8, 7), date(first_year + 1, 6, 26)
    first += timedelta(days=-first.weekday() % 7)
    off = _days_off(first_year)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(day for day in days if day.weekday() < _SATURDAY and day not in off)[days_late:]


def months(days: tuple[date, ...]) -> Iterator[str]:
    """The months ("YYYY-MM") that have a school day, ascending."""
    yield from dict.fromkeys(month_of(day) for day in days)
