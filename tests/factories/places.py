"""School days, and files of them."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta


def weekdays(first: date, last: date, *, without: Collection[date] = ()) -> list[date]:
    """Mondays to Fridays, both ends included."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if day.weekday() < 5 and day not in without]


def calendar_file(institution_number: str, days: Iterable[date]) -> str:
    """The file of a school's calendar."""
    return "institution_number;date\n" + "".join(f"{institution_number};{day.isoformat()}\n" for day in days)
