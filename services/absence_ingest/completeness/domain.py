"""Reported months. Pure."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from libs.shared.files.kinds.completeness import TAKEN_BACK


class SchoolMonth(NamedTuple):
    """A school's month, as ``2022-09``."""

    institution_number: str
    month: str


class ReportRow(NamedTuple):
    """A row of the file; ``reported`` as in its column."""

    institution_number: str
    month: str
    reported: str

    @property
    def school_month(self) -> SchoolMonth:
        """The school's month that the row is about."""
        return SchoolMonth(self.institution_number, self.month)

    @property
    def is_reported(self) -> bool:
        """Whether the row reports the month; otherwise it takes the report back."""
        return self.reported != TAKEN_BACK


class MonthState(NamedTuple):
    """The state of a school's month. ``pupil_months`` is None if the month is not reported."""

    institution_number: str
    month: str
    municipality_code: str
    reported: bool
    aggregate_version: int
    pupil_months: int | None


def changing(rows: Sequence[ReportRow], own: Collection[str], reported: Collection[SchoolMonth]) -> list[ReportRow]:
    """The rows that change whether their month is reported; rows about schools that are not in ``own`` change nothing.

    ``reported`` holds the months that are reported now.
    """
    return [row for row in rows if row.institution_number in own and row.is_reported != (row.school_month in reported)]
