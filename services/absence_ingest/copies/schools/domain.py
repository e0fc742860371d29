"""School years. Pure."""

from datetime import date


def first_day(school_year: str) -> date:
    """``2022/2023`` starts on 1 August 2022."""
    return date(int(school_year[:4]), 8, 1)
