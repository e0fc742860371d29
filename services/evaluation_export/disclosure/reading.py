"""The finished CSV files of a bundle, read as a receiver reads them: which figures are printed and which are hidden."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from libs.shared.values.absence import CATEGORIES
from services.evaluation_export.disclosure.release import Cell

ALL = "all"
PARTICIPANTS = "participants"
SELECTIONS = "selections"
OTHERS = "non_participants"
COURSES = ("courses", "planned_met", "delivered_met")
SUPPRESSED = "suppressed"
_TENTHS = 10
_AUTUMNS = 2


class TablesContradict(Exception):
    """The finished tables do not agree with each other, the rules or the snapshot: a fault of the builder.

    Its message names a table or a cell, never a number of persons.
    """


@dataclass(slots=True)
class Tables:
    """The content of the files. A hidden figure is None.

    ``variants`` by letter of the type, ``letters`` by its code, ``grades`` as printed, ``steps`` of the flow,
    ``counts`` of persons, ``means`` in tenths of a day, ``courses`` of the printed rows of the dosage table by
    ``("dosage", variant, unit, column)``, ``in_dosage`` the variants that have a row there at all, ``places`` in
    courses.
    """

    variants: dict[str, list[str]] = field(default_factory=dict)
    letters: dict[str, str] = field(default_factory=dict)
    grades: list[str] = field(default_factory=list)
    steps: int = 0
    counts: dict[Cell, int | None] = field(default_factory=dict)
    means: dict[Cell, int | None] = field(default_factory=dict)
    courses: dict[Cell, int | None] = field(default_factory=dict)
    in_dosage: set[str] = field(default_factory=set)
    places: dict[Cell, int | None] = field(default_factory=dict)

    @property
    def numbers(self) -> dict[Cell, int | None]:
        """All cells that are whole numbers, rounded."""
        return {**self.counts, **self.courses, **self.places}

    @property
    def selections(self) -> list[Cell]:
        """The cells of pupils who were selected."""
        return [cell for cell in self.counts if cell[0] == SELECTIONS]

    def without_selections(self) -> "Tables":
        """The same without these cells."""
        return replace(self, counts={cell: value for cell, value in self.counts.items() if cell[0] != SELECTIONS})


def read(files: Mapping[str, bytes]) -> Tables:
    """Reads the seven tables about pupils; ``files`` by name, in any folder. Raises ``TablesContradict``."""
    tables = Tables()
    _participants(tables, _rows(files, "participants.csv"))
    _flow(tables, _rows(files, "population_flow.csv"))
    for row in _rows(files, "several_types.csv"):
        tables.counts["several_types",] = _count(row, "pupils", "missing_reason")
    _absence(tables, _rows(files, "absence.csv"))
    _dosage(tables, _rows(files, "dosage.csv"))
    for row in _rows(files, "course_coverage.csv"):
        tables.places["coverage", row["code"]] = _count(row, "places", "missing_reason")
    for row in _rows(files, "selections.csv"):
        pupils = _count(row, "pupils", "pupils_missing_reason")
        tables.counts[SELECTIONS, row["letter"], row["code"]] = pupils
        if row["classes"] and (pupils is None or int(row["classes"]) > pupils):
            raise TablesContradict(f"selections {row['letter']} {row['code']}: classes without pupils")
    return tables


def _rows(files: Mapping[str, bytes], wanted: str) -> Iterator[dict[str, str]]:
    found = [content for name, content in files.items() if name.rsplit("/", 1)[-1] == wanted]
    if len(found) != 1:
        raise TablesContradict(f"{wanted} is not one of the files")
    return iter(csv.DictReader(io.StringIO(found[0].decode("utf-8"), newline="")))


def _participants(tables: Tables, rows: Iterable[dict[str, str]]) -> None:
    for row in rows:
        letter, variant, grade = row["letter"], row["variant"], row["grade"]
        tables.letters[row["intervention_type"]] = letter
        variants = tables.variants.setdefault(letter, [])
        if variant not in (ALL, *variants):
            variants.append(variant)
        if grade not in (ALL, *tables.grades):
            tables.grades.append(grade)
        tables.counts[PARTICIPANTS, letter, variant, grade] = _count(row, "pupils", "missing_reason")


def _flow(tables: Tables, rows: Iterable[dict[str, str]]) -> None:
    for step, row in enumerate(rows):
        for way in ("in", "out", "left") if step else ("left",):
            column = f"pupils_{way}"
            tables.counts["flow", way, row["step"]] = _count(row, column, f"{column}_missing_reason")
        tables.steps = step


def _absence(tables: Tables, rows: Iterable[dict[str, str]]) -> None:
    seen = 0
    for row in rows:
        place = ("absence", row["group"], row["intervention_type"])
        pupils = _count(row, "pupils", "pupils_missing_reason")
        if tables.counts.setdefault((*place, "pupils"), pupils) != pupils:
            raise TablesContradict(f"{' '.join(place)}: pupils are not the same in all rows")
        mean = _figure(row, "mean_days", "mean_days_missing_reason")
        if mean is not None and pupils is None:
            raise TablesContradict(f"{' '.join(place)}: a mean beside a hidden number")
        tables.means[(*place, row["autumn_year"], row["category"])] = None if mean is None else tenths(mean)
        seen += 1
    groups = sum(cell[-1] == "pupils" and cell[0] == "absence" for cell in tables.counts)
    if not seen == len(tables.means) == groups * _AUTUMNS * (len(CATEGORIES) + 1):
        raise TablesContradict("absence: not one row for each group, autumn and category")


def _dosage(tables: Tables, rows: Iterable[dict[str, str]]) -> None:
    for row in rows:
        tables.in_dosage.add(row["variant"])
        if row["courses"]:
            for column in COURSES:
                value = int(row[column]) if row[column] else None
                tables.courses["dosage", row["variant"], row["unit"], column] = value


def _count(row: Mapping[str, str], column: str, reason: str) -> int | None:
    text = _figure(row, column, reason)
    return None if text is None else int(text)


def _figure(row: Mapping[str, str], column: str, reason: str) -> str | None:
    text = row[column]
    if row[reason] != ("" if text else SUPPRESSED):
        raise TablesContradict(f"{column}: the reason does not fit the figure")
    return text or None


def tenths(mean: str) -> int:
    """A printed mean in tenths. Raises ``TablesContradict`` if it does not have one decimal."""
    whole, _, part = mean.partition(".")
    if len(part) != 1 or not (whole + part).isdigit():
        raise TablesContradict("a mean is not a number with one decimal")
    return _TENTHS * int(whole) + int(part)
