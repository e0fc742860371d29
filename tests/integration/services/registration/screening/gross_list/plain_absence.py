"""Absence pupil by pupil and month by month, in plain Python: what the statement of ``facts`` must give."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession
from libs.shared.values.school_years import first_day, previous_school_year, school_year_of

Year = tuple[Decimal, int, int, int]
"""Days of absence, school days, and months reported and expected."""


class PlainAbsence:
    """All rows of a municipality."""

    def __init__(self, tables: dict[str, list[dict[str, Any]]]) -> None:
        school = {each["class_id"]: each["school_id"] for each in tables["class_"]}
        self._number = {each["school_id"]: each["institution_number"] for each in tables["school"]}
        self._stays: dict[UUID, list[tuple[UUID, date, date]]] = defaultdict(list)
        for each in tables["membership"]:
            stay = (school[each["class_id"]], each["valid_from"], each["valid_to"])
            self._stays[each["pupil_id"]].append(stay)
        self._days: dict[UUID, list[tuple[date, str]]] = defaultdict(list)
        for each in tables["calendar_day"]:
            self._days[each["school_id"]].append((each["day"], each["school_year"]))
        self._absent = {(each["pupil_id"], each["month"]): each["days"] for each in tables["pupil_month"]}
        self._told = {
            (each["institution_number"], each["month"]): each["pupil_months"] or 0
            for each in tables["completeness"]
            if each["reported"]
        }

    @classmethod
    async def read(cls, session: ReadSession) -> "PlainAbsence":
        """Read what the session sees."""
        names = ("class_", "school", "membership", "calendar_day", "pupil_month", "completeness")
        tables = {
            name: [dict(row) for row in (await session.execute(text(f"SELECT * FROM {name}"))).mappings()]
            for name in names
        }
        return cls(tables)

    def years(self, pupil_id: UUID, as_of: date) -> dict[str, Year]:
        """The years of a pupil."""
        first = first_day(previous_school_year(school_year_of(as_of)))
        until = (as_of + timedelta(days=1)).replace(day=1)
        days: dict[tuple[str, str], list[UUID]] = defaultdict(list)
        for school_id, start, end in self._stays[pupil_id]:
            for day, year in self._days[school_id]:
                if start <= day < end and first <= day < until:
                    days[year, day.isoformat()[:7]].append(school_id)
        years: dict[str, Year] = {}
        for (year, month), at_schools in days.items():
            before = years.get(year, (Decimal(0), 0, 0, 0))
            absent = self._absent.get((pupil_id, month), Decimal(0))
            counts = absent <= len(at_schools) and all(
                self._reported(each, month, first, until) for each in set(at_schools)
            )
            more = (absent, len(at_schools), 1, 1) if counts else (Decimal(0), 0, 0, 1)
            years[year] = (before[0] + more[0], before[1] + more[1], before[2] + more[2], before[3] + more[3])
        return years

    @cache  # noqa: B019 - it lives as long as one test
    def _reported(self, school_id: UUID, month: str, first: date, until: date) -> bool:
        """Whether the school has reported the month, and everything in its report has come."""
        told = self._told.get((self._number[school_id], month))
        return told is not None and told <= sum(
            each == month and self._is_at(pupil_id, school_id, month, first, until) for pupil_id, each in self._absent
        )

    def _is_at(self, pupil_id: UUID, school_id: UUID, month: str, first: date, until: date) -> bool:
        """Whether the pupil is at the school on a day of the month."""
        for at, start, end in self._stays[pupil_id]:
            last = min(end, until) - timedelta(days=1)
            if at == school_id and start < end and f"{max(start, first):%Y-%m}" <= month <= f"{last:%Y-%m}":
                return True
        return False
