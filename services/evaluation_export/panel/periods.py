"""The days of a school year and its two autumns, and the meaning of "touches".

The panel's SQL function ``touches(valid_from, valid_to, first_day, day_after)`` is the only place that decides whether
an interval of days shares a day with a period; an interval that was withdrawn (``valid_from = valid_to``) touches
nothing.
"""

from dataclasses import dataclass
from datetime import date

from libs.shared.values import school_years


@dataclass(frozen=True, slots=True)
class Period:
    """The days of a school year and its two autumns: ``before`` is the autumn of the calendar year before, ``after``
    that of the first one.
    """

    school_year: str

    @property
    def first_year(self) -> int:
        """2022 of 2022/2023."""
        return school_years.first_year(self.school_year)

    @property
    def first_day(self) -> date:
        """1 August."""
        return school_years.first_day(self.school_year)

    @property
    def day_after(self) -> date:
        """The day after the last day: 1 August of the year after."""
        return school_years.next_first_day(self.school_year)

    @property
    def spring(self) -> date:
        """1 January: a pupil who begins on this day or later was not a participant in the autumn."""
        return date(self.first_year + 1, 1, 1)

    @property
    def before(self) -> list[str]:
        """The five months of the autumn before, as ``2021-08``."""
        return list(school_years.autumn_term(school_years.previous_school_year(self.school_year)))

    @property
    def after(self) -> list[str]:
        """The five months of the school year's own autumn."""
        return list(school_years.autumn_term(self.school_year))

    @property
    def measured(self) -> list[str]:
        """The periods of figures: the school year for counts, such as ``2022/2023``, and for days the two autumns by
        their years, ``2021`` and ``2022``. A neighbouring school year shares an autumn with this one.
        """
        return [self.school_year, f"{self.first_year - 1:04d}", f"{self.first_year:04d}"]

    @property
    def neighbours(self) -> list[str]:
        """The school years that share an autumn with this one, and this one."""
        return [f"{first:04d}/{first + 1:04d}" for first in range(self.first_year - 1, self.first_year + 2)]
