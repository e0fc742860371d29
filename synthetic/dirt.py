"""Rows of absence that must be refused. Each is made from a pupil's own good rows, together with the row that corrects
it.

Each is planted once per entry of ``IN_ABSENCE``, so their number does not grow with the municipality. A row has only
one error, so its code does not depend on the order of the checks. There is one exception, which a rule of the import
decides: a second row with the same key is ``row.duplicate``, whatever its days would add up to.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from libs.shared.values.absence import CATEGORIES
from synthetic import people
from synthetic.absence import Absent
from synthetic.layout import FIRST_YEARS

_FUTURE = "2099-09-01"


@dataclass(frozen=True, slots=True)
class Beside:
    """The data a plant uses: a pupil's number, absence and free school days in the school year."""

    cpr_number: str
    absences: Sequence[Absent]
    free: Sequence[date]
    year: int

    def good(self) -> tuple[str, ...]:
        """A row that is accepted: illness on a school day without absence."""
        return self.cpr_number, self.free[0].isoformat(), "illness", "1"

    def whole_day(self) -> Absent:
        """The first whole day of the pupil's absence."""
        return next(absent for absent in self.absences if absent.halves == 2)


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that is refused with ``code`` at ``column``; ``corrected`` is accepted in its place.

    ``repeats`` means that the corrected row equals one that was accepted before, so it changes nothing.
    """

    fields: tuple[str, ...]
    code: str
    column: str
    corrected: tuple[str, ...]
    repeats: bool = False


Plant = Callable[[Beside], Refused]


def _instead(place: int, column: str, text: str, code: str) -> Plant:
    """A good row with another text in the field at ``place``."""

    def plant(beside: Beside) -> Refused:
        good = beside.good()
        return Refused((*good[:place], text, *good[place + 1 :]), code, column, good)

    return plant


def _impossible_number(variant: int) -> Plant:
    def plant(beside: Beside) -> Refused:
        good = beside.good()
        wrong = people.impossible_cpr_number(beside.cpr_number, variant)
        return Refused((wrong, *good[1:]), "cpr_number.invalid", "pupil", good)

    return plant


def _in_july(day: int) -> Plant:
    def plant(beside: Beside) -> Refused:
        good = beside.good()
        holiday = date(FIRST_YEARS[beside.year] + 1, 7, day).isoformat()
        return Refused((good[0], holiday, *good[2:]), "absence.not_a_school_day", "date", good)

    return plant


def _impossible_date(beside: Beside) -> Refused:
    good = beside.good()
    wrong = f"{FIRST_YEARS[beside.year] + 1}-02-31"
    return Refused((good[0], wrong, *good[2:]), "date.invalid", "date", good)


def _half_a_day_too_much(beside: Beside) -> Refused:
    """A whole day is recorded in one category; half a day of another makes the date's sum more than one day."""
    whole = beside.whole_day()
    other = next(category for category in CATEGORIES if category != whole.category)
    fields = (beside.cpr_number, whole.day.isoformat(), other, "0.5")
    return Refused(fields, "absence.over_one_day", "days", (fields[0], beside.free[0].isoformat(), other, "0.5"))


def _repeated(beside: Beside) -> Refused:
    """The same row a second time; when it is sent again it changes nothing."""
    first = beside.absences[0]
    fields = (beside.cpr_number, first.day.isoformat(), first.category, first.days)
    return Refused(fields, "row.duplicate", "", fields, repeats=True)


def _contradicted(beside: Beside) -> Refused:
    """The same pupil, date and category with other days; the corrected row has another date."""
    first = beside.absences[0]
    days = "0.5" if first.halves == 2 else "1"
    fields = (beside.cpr_number, first.day.isoformat(), first.category, days)
    return Refused(fields, "row.duplicate", "", (fields[0], beside.free[0].isoformat(), *fields[2:]))


def _too_few(beside: Beside) -> Refused:
    good = beside.good()
    return Refused(good[:3], "row.columns", "", good)


def _too_many(beside: Beside) -> Refused:
    good = beside.good()
    return Refused((*good, "rettet"), "row.columns", "", good)


IN_ABSENCE: tuple[tuple[Plant, ...], ...] = (
    (
        _instead(2, "category", "forsømmelse", "category.unknown"),
        _impossible_number(0),
        _impossible_number(1),
        _instead(2, "category", "sygdom på rejse", "category.unknown"),
        _impossible_number(2),
    ),
    (_in_july(5), _instead(1, "date", _FUTURE, "date.in_future"), _in_july(12), _impossible_date),
    (
        _instead(3, "days", "2", "absence.over_one_day"),
        _half_a_day_too_much,
        _instead(3, "days", "en halv", "days.invalid"),
        _instead(3, "days", "2", "absence.over_one_day"),
    ),
    (_repeated, _too_few, _contradicted, _too_many),
)
"""The rows that are planted in the first absence files, in order; later files have none."""
