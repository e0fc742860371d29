"""An independent reader of the synthetic files, which finds what a careful municipal clerk would find by hand."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from synthetic.forecast import FileForecast

TODAY = date(2026, 1, 1)
CATEGORIES = {"illness", "authorised", "unauthorised"}


def rows(out: Path, file: FileForecast) -> Iterator[list[str]]:
    """A file's data rows, decoded as declared, without blanks around fields."""
    charset = file.content_type.split("charset=")[1]
    text = (out / file.path).read_bytes().decode(charset).removeprefix("\ufeff")
    read = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    next(read)
    yield from ([cell.strip() for cell in row] for row in read)


def cpr(text: str) -> str | None:
    """Ten digits of a replacement number, or None."""
    digits = text.replace("-", "")
    if len(digits) != 10 or not digits.isdigit():
        return None
    try:
        date(2000 + int(digits[4:6]), int(digits[2:4]), int(digits[:2]) - 60)
    except ValueError:
        return None
    return digits


def day(text: str) -> date | None:
    """An ISO or day-first date, or None."""
    parts = text.split("-") if text[4:5] == "-" else text.split("-")[::-1]
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


@dataclass
class Clerk:
    """Judges absence rows by the files of calendars and rosters."""

    calendars: set[tuple[str, date]]
    memberships: dict[str, list[tuple[date, date, str]]]
    seen: dict[tuple[str, date, str], str] = field(default_factory=dict)
    totals: dict[tuple[str, date], float] = field(default_factory=dict)

    @classmethod
    def of(cls, out: Path, files: list[FileForecast], stage: str) -> "Clerk":
        """A clerk who has read calendars and rosters; ``stage`` "late" also the late roster."""
        calendars: set[tuple[str, date]] = set()
        memberships: dict[str, list[tuple[date, date, str]]] = {}
        for file in files:
            if file.kind == "calendars":
                calendars = {(row[0], date.fromisoformat(row[1])) for row in rows(out, file)}
            if file.kind == "pupils" and (stage == "late" or file.stage == "first"):
                for row in rows(out, file):
                    number, start, end = cpr(row[0]), day(row[7]), day(row[8])
                    if number and start and end:
                        memberships.setdefault(number, []).append((start, end, row[4]))
        return cls(calendars, memberships)

    def judge(self, row: list[str]) -> str:
        """The result of a row: "accepted", "parked" or the code of the error."""
        if len(row) != 4:
            return "row.columns"
        number, on = cpr(row[0]), day(row[1])
        if number is None or on is None:
            return "cpr_number.invalid" if number is None else "date.invalid"
        if on > TODAY:
            return "date.in_future"
        if row[2] not in CATEGORIES:
            return "category.unknown"
        try:
            days = float(row[3].replace(",", "."))
        except ValueError:
            return "days.invalid"
        return self._place(number, on, row[2], days)

    def _place(self, number: str, on: date, category: str, days: float) -> str:
        if (number, on, category) in self.seen:
            return "row.duplicate"
        if number in self.memberships:
            schools = [school for start, end, school in self.memberships[number] if start <= on < end]
            assert len(schools) == 1
            if (schools[0], on) not in self.calendars:
                return "absence.not_a_school_day"
        if self.totals.get((number, on), 0) + days > 1:
            return "absence.over_one_day"
        self.seen[number, on, category] = "taken"
        self.totals[number, on] = self.totals.get((number, on), 0) + days
        return "accepted" if number in self.memberships else "parked"
