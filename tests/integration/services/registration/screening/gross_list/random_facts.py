"""Random facts of a municipality, written straight to the tables: stays that end and begin in the middle of a month or
overlap nothing, calendars with gaps, months that are reported, not reported or reported before their absence came,
absence outside a stay and more than the school days, and results of every kind, day and grade. Calm facts have little
of that, as most municipalities do: one thing at a time is wrong with a pupil or a month.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import Database
from libs.shared.db.scope import Scope
from libs.shared.files.kinds.indicator_values import MARK_SUBJECTS

FIRST, UNTIL = date(2020, 8, 1), date(2023, 8, 1)
YEARS = ("2020/2021", "2021/2022", "2022/2023")
MONTHS = [f"{year}-{month:02}" for year in (2020, 2021, 2022, 2023) for month in range(1, 13)]
LEVELS = ("not_sufficient", "deficient", "fair", "good", "very_good", "excellent", "withdrawn")
MARKS = ("-3", "00", "02", "4", "7", "10", "12", "withdrawn")
NOW = datetime(2023, 6, 30, tzinfo=UTC)


class RandomFacts:
    """The facts of one municipality; the same seed gives the same facts."""

    def __init__(self, seed: int, code: str, *, schools: int = 3, pupils: int = 60, calm: bool = False) -> None:
        self.code = code
        self._calm = calm
        self._random = Random(seed)  # noqa: S311 - invented facts
        self._schools = [self._id() for _ in range(schools)]
        self._number = {school: f"{code}{index:03}" for index, school in enumerate(self._schools)}
        self._classes = {(school, year): self._id() for school in self._schools for year in YEARS}
        self._pupils = [self._id() for _ in range(pupils)]

    async def write(self, db: Database) -> None:
        """Write all of them."""
        async with db.write(Scope.of(self.code)) as session:
            for table, rows in self._tables():
                if rows:
                    names = ", ".join(rows[0])
                    values = ", ".join(f":{name}" for name in rows[0])
                    await session.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), rows)

    def _tables(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        own = {"municipality_code": self.code}
        yield (
            "school",
            [
                {
                    **own,
                    "school_id": each,
                    "institution_number": self._number[each],
                    "name": "Skole",
                    "kind": "public",
                    "standing": "first_use",
                    "first_used_on": FIRST,
                    "aggregate_version": 1,
                }
                for each in self._schools
            ],
        )
        yield (
            "class_",
            [
                {
                    **own,
                    "class_id": class_id,
                    "school_id": school,
                    "school_year": year,
                    "name": "A",
                    "grade": self._random.randint(0, 10),
                    "kind": "ordinary",
                    "aggregate_version": 1,
                }
                for (school, year), class_id in self._classes.items()
            ],
        )
        yield (
            "pupil",
            [
                {
                    **own,
                    "pupil_id": each,
                    "person_id": self._id(),
                    "has_cpr_number": True,
                    "name": b"sealed",
                    "aggregate_version": 1,
                }
                for each in self._pupils
            ],
        )
        yield "membership", [own | each for pupil in self._pupils for each in self._stays(pupil)]
        yield (
            "calendar",
            [own | {"school_id": s, "school_year": y, "aggregate_version": 1} for s in self._schools for y in YEARS],
        )
        yield "calendar_day", [own | each for school in self._schools for each in self._days(school)]
        yield "completeness", [own | each for school in self._schools for each in self._reports(school)]
        yield "pupil_month", [own | each for pupil in self._pupils for each in self._absence(pupil)]
        yield "indicator", [own | {"as_of": NOW} | each for pupil in self._pupils for each in self._results(pupil)]

    def _stays(self, pupil: UUID) -> list[dict[str, Any]]:
        made = []
        home = self._random.choice(self._schools) if self._calm and self._random.random() < 0.5 else None
        for index, year in enumerate(YEARS):
            first = date(2020 + index, 8, 1)
            if home is not None:
                made.append((home, year, first, date(2021 + index, 8, 1)))
                continue
            cuts = sorted({first + timedelta(days=self._random.choice((0, 0, 40, 61, 75, 150, 155, 300, 365)))
                           for _ in range(self._random.choice((0, 2, 2, 2, 3, 4)))})  # fmt: skip
            for start, end in pairwise(cuts):
                if self._random.random() < 0.9:
                    school = self._random.choice(self._schools)
                    made.append((school, year, start, start if self._random.random() < 0.05 else end))
        kept = {(self._classes[school, year], start): end for school, year, start, end in made}
        return [{"pupil_id": pupil, "class_id": c, "valid_from": start, "valid_to": end}
                for (c, start), end in kept.items()]  # fmt: skip

    def _days(self, school: UUID) -> list[dict[str, Any]]:
        dense = {month: self._random.choice((0.0, 0.1, 0.7, 0.7, 0.7)) for month in MONTHS}
        if self._calm:
            dense = {month: 0.0 if month.endswith("-07") else 0.6 for month in MONTHS}
        days = [FIRST + timedelta(days=number) for number in range((UNTIL - FIRST).days)]
        return [
            {"school_id": school, "day": day, "school_year": YEARS[(day.year - 2020) - (day.month < 8)]}
            for day in days
            if self._random.random() < dense[day.isoformat()[:7]]
        ]

    def _reports(self, school: UUID) -> list[dict[str, Any]]:
        return [
            {
                "institution_number": self._number[school],
                "month": month,
                "reported": self._random.random() < 0.9,
                "pupil_months": self._random.choice((None, 0, 1, 5, 12, 18, 25)),
                "aggregate_version": 1,
            }
            for month in MONTHS
            if self._random.random() < 0.9
        ]

    def _absence(self, pupil: UUID) -> list[dict[str, Any]]:
        share, most = self._random.choice((0.0, 0.5, 0.9)), self._random.choice((2, 6, 40))
        if self._calm:
            most = self._random.choice((2, 6, 6, 6, 40))
            share = 0.1 if most == 40 else share
        return [
            {"pupil_id": pupil, "month": month, "days": self._random.randint(0, most) / 2, "aggregate_version": 1}
            for month in MONTHS
            if self._random.random() < share and not (self._calm and month.endswith("-07"))
        ]

    def _results(self, pupil: UUID) -> list[dict[str, Any]]:
        made: dict[tuple[Any, ...], str] = {}
        for _ in range(self._random.choice((0, 1, 3, 8))):
            day = self._random.choice((date(2021, 3, 1), date(2022, 3, 1), date(2023, 3, 1), date(2023, 9, 1)))
            kind = self._random.choice(("national_test", "national_test", "teacher_mark", "education_readiness"))
            grade = self._random.choice((2, 4, 6, 3, 7, 8, 9, 10))
            if kind == "national_test":
                made[kind, self._random.choice(("reading", "mathematics")), grade, day] = self._random.choice(LEVELS)
            elif kind == "teacher_mark":
                made[kind, self._random.choice(MARK_SUBJECTS), grade, day] = self._random.choice(MARKS)
            else:
                made[kind, "", grade, day] = self._random.choice(("ready", "not_ready", "withdrawn"))
        return [
            {"pupil_id": pupil, "indicator": kind, "subject": subject, "grade": grade, "day": day, "value": value}
            for (kind, subject, grade, day), value in made.items()
        ]

    def _id(self) -> UUID:
        return UUID(int=self._random.getrandbits(128), version=4)

    @property
    def schools(self) -> list[UUID]:
        """The ids of the schools."""
        return list(self._schools)
