"""Groups and persons of a file as rows of the kinds ``classes`` and ``pupils``. Pure: no XML, and nothing is stored."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from libs.shared.files.errors import FieldError, value_class
from libs.shared.files.kinds.source_errors import (
    GROUP_REVERSED,
    LEVEL_UNKNOWN,
    PROTECTED_INVALID,
    ZERO_LOST,
)
from libs.shared.files.skolegrunddata.limits import KEPT_CHARACTERS
from libs.shared.files.skolegrunddata.vocabulary import GRADES, OTHER_LEVELS, TRUTHS
from libs.shared.values import school_years

_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})?", re.ASCII)
_LINE_CHARACTERS = 40
"""The column's length. A longer line is cut, as no class is refused for it."""
_NINE_DIGITS = re.compile(r"\d{9}", re.ASCII)


class Place(NamedTuple):
    """Where and when all rows of a file are."""

    institution_number: str
    school_year: str


@dataclass(frozen=True, slots=True)
class Row:
    """A class or a pupil. ``position`` is the number of the group or person in the file (1 is the first of its element,
    whatever became of those before it). ``fields`` are the texts of columns, ``more`` what has no column. A row with
    ``errors`` is refused. ``numbers`` are those of the lines or rows of the file that it was made of.
    """

    kind: str
    position: int
    fields: Mapping[str, str]
    more: Mapping[str, str] = field(default_factory=dict)
    errors: Sequence[FieldError] = ()
    numbers: Sequence[int] = ()


@dataclass(slots=True)
class Class:
    """A group of type Hovedgruppe. ``grades`` counts its pupils by grade, for a class whose level is none."""

    position: int
    name: str
    group_id: str
    level: str
    line: str
    first: date | None
    last: date | None
    errors: list[FieldError]
    file_line: int = 0
    grades: Counter[int] = field(default_factory=Counter)

    @classmethod
    def of(cls, position: int, values: Mapping[str, str], file_line: int) -> "Class":
        """The class of a group's elements."""
        errors: list[FieldError] = []
        level = values.get("GroupLevel", "")
        if level and level not in GRADES and level not in OTHER_LEVELS:
            errors.append(error(LEVEL_UNKNOWN, "GroupLevel", level))
        first, last = (_day(values, name, errors) for name in ("FromDate", "ToDate"))
        if first and last and last < first:
            errors.append(error(GROUP_REVERSED, "ToDate", values["ToDate"]))
        kept = {name: values.get(name, "")[:KEPT_CHARACTERS] for name in ("GroupName", "GroupId", "Line")}
        return cls(
            position,
            kept["GroupName"],
            kept["GroupId"],
            level[:KEPT_CHARACTERS],
            kept["Line"],
            first,
            last,
            errors,
            file_line,
        )

    @property
    def grade(self) -> int | None:
        """The grade by the group's level, else the grade that most of its pupils are in; None without either."""
        if self.level in GRADES:
            return GRADES[self.level]
        if not self.grades:
            return None
        return min(self.grades, key=lambda grade: (-self.grades[grade], grade))

    def end(self, school_year: str) -> str:
        """The day after the last of a membership: after the class's own last day where that lies inside the school
        year, and empty for the end of the school year. When a pupil came, the format does not say.
        """
        first, last = school_years.first_day(school_year), school_years.last_day(school_year)
        inside = self.last is not None and first <= self.last < last
        return (self.last + timedelta(days=1)).isoformat() if self.last and inside else ""

    def row(self, place: Place) -> Row:
        """The row of ``classes``; the format does not say whether a class is ordinary or special."""
        fields = {
            **place._asdict(),
            "name": self.name,
            "grade": "" if self.grade is None else str(self.grade),
            "kind": "unknown",
            "line": self.line[:_LINE_CHARACTERS],
        }
        more = {
            "group_id": self.group_id,
            "level": self.level,
            "line": self.line,
            "from_date": self.first.isoformat() if self.first else "",
            "to_date": self.last.isoformat() if self.last else "",
        }
        return Row("classes", self.position, fields, more, tuple(self.errors), (self.file_line,))


def pupil_row(
    position: int,
    values: Mapping[str, str],
    found: Class | None,
    place: Place,
    errors: Sequence[FieldError],
    *,
    file_line: int,
) -> Row:
    """The row of ``pupils`` for a person who is in the class ``found``; None if it is not known."""
    refused = list(errors)
    cpr_number = values.get("CivilRegistrationNumber") or values.get("LoginCivilRegistrationNumber", "")
    if _NINE_DIGITS.fullmatch(cpr_number):
        refused.append(error(ZERO_LOST, "CivilRegistrationNumber", cpr_number))
    protected = values.get("protected", "")
    if protected and protected not in TRUTHS:
        refused.append(error(PROTECTED_INVALID, "protected", protected))
    name = " ".join(filter(None, (values.get("FirstName"), values.get("FamilyName")))) or values.get("LoginName", "")
    fields = {
        "cpr_number": cpr_number,
        "uni_login": values.get("UserId", ""),
        "local_id": values.get("LocalPersonId", ""),
        "name": name,
        **place._asdict(),
        "class_name": found.name if found else "",
        "valid_from": "",
        "valid_to": found.end(place.school_year) if found else "",
    }
    if protected in TRUTHS:
        fields["name_protected"] = "true" if TRUTHS[protected] else "false"
    more = {"level": values.get("Level", ""), "source": values.get("source", "")}
    return Row("pupils", position, fields, more, tuple(refused), (file_line,))


def error(code: str, element: str, text: str, **params: int) -> FieldError:
    """What is wrong with an element (or attribute), with the class of its text and never the text."""
    return FieldError(code, element, value_class(text), params)


def _day(values: Mapping[str, str], name: str, errors: list[FieldError]) -> date | None:
    text = values.get(name, "")
    if not text:
        return None
    found = _DATE.fullmatch(text)
    try:
        if found:
            return date.fromisoformat(found[1])
    except ValueError:
        pass
    errors.append(error("date.invalid", name, text))
    return None
