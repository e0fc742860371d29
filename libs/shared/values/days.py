"""Days: ``last_day`` is inclusive, ``valid_to`` exclusive."""

from datetime import date, timedelta


def day_after(day: date) -> date:
    """The next day: the ``valid_to`` of what ends with its ``last_day``."""
    return day + timedelta(days=1)
