"""Reads the tables of a released zip, and turns the codebook's rules into intervals."""

import csv
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow.parquet as pq

Cell = tuple[str, ...]
ALL = "all"
OTHERS = "non_participants"
CATEGORIES = ("illness", "authorised", "unauthorised")
TOTAL = "total"
STATED, ENROLLED, IDENTIFIED = "stated", "enrolled", "identified"
SELECTIONS = "selections"
REASONS = ("vulnerable_share", "lost_teaching", "shared_need", "low_wellbeing", "missing_relations")
WITHIN = dict.fromkeys(("pupil", "group", "class", "designated"), "selected") | dict.fromkeys(REASONS, "class")
"""A pupil who is counted under the code is also counted under this one."""
CODES = ("selected", *WITHIN)
AUTUMNS = ("before", "after")
FAR = 100_000
"""More pupils than any group has."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Codebook:
    """What the codebook says about the figures.

    ``rounded``: printed counts are the nearest multiples of five. ``small_hidden``: a printed count is at least five.
    ``contributors``: a mean rests on at least five pupils whose value is not the commonest one.
    ``overlapping``: a pupil counts in every type, not only in the type begun first.
    """

    rounded: bool = True
    small_hidden: bool = True
    contributors: bool = True
    overlapping: bool = False

    def span(self, text: str, *, stale: bool = False) -> Span:
        """The smallest and largest number of pupils that would be printed as ``text``.

        ``stale``: the figure may be an earlier release's, whose group differs by four pupils at most.
        """
        if text == "":
            return 0, FAR
        value, slack = int(text), (2 if self.rounded else 0) + (4 if stale else 0)
        least = 5 if self.small_hidden and not stale else 1 if stale else 0
        return max(value - slack, least), value + slack


@dataclass(slots=True)
class Tables:
    """The figures of one release, as printed; an empty text is a hidden figure."""

    school_year: str
    counts: dict[Cell, str] = field(default_factory=dict)
    means: dict[Cell, str] = field(default_factory=dict)
    letters: dict[str, str] = field(default_factory=dict)
    variants: dict[str, tuple[str, ...]] = field(default_factory=dict)
    grades: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    steps: int = 0
    dosage: list[dict[str, str]] = field(default_factory=list)
    classes: dict[Cell, str] = field(default_factory=dict)
    slips: list[str] = field(default_factory=list)

    @property
    def first_year(self) -> int:
        """The calendar year in which the school year begins; its autumn is ``after``."""
        return int(self.school_year[:4])


def rows(bundle: bytes, name: str) -> list[dict[str, str]]:
    """The rows of a CSV in the bundle."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(name).decode())))


def read(bundle: bytes) -> Tables:
    """All tables of a bundle. ``slips`` names the places where two files differ about the same figure."""
    found = rows(bundle, "data/participants.csv")
    tables = Tables(found[0]["school_year"])
    _participants(tables, found)
    _flow(tables, rows(bundle, "population_flow.csv"))
    tables.counts["several_types",] = rows(bundle, "several_types.csv")[0]["pupils"]
    for row in rows(bundle, "course_coverage.csv"):
        tables.counts["coverage", row["code"]] = row["places"]
    _selections(tables, rows(bundle, "selections.csv"))
    _absence(tables, rows(bundle, "data/absence.csv"))
    tables.dosage = rows(bundle, "data/dosage.csv")
    _parquet(tables, bundle)
    _shares(tables)
    return tables


def _participants(tables: Tables, found: list[dict[str, str]]) -> None:
    for row in found:
        letter, variant, grade = row["letter"], row["variant"], row["grade"]
        tables.letters[row["intervention_type"]] = letter
        tables.counts["participants", letter, variant, grade] = row["pupils"]
        if variant != ALL:
            if variant not in tables.variants.setdefault(letter, ()):
                tables.variants[letter] += (variant,)
            if grade != ALL:
                tables.grades[letter, variant] = (*tables.grades.get((letter, variant), ()), grade)


def _flow(tables: Tables, found: list[dict[str, str]]) -> None:
    tables.steps = len(found)
    for step, row in enumerate(found):
        tables.counts["flow", "left", str(step)] = row["pupils_left"]
        if step:
            tables.counts["flow", "in", str(step)] = row["pupils_in"]
            tables.counts["flow", "out", str(step)] = row["pupils_out"]


def _selections(tables: Tables, found: list[dict[str, str]]) -> None:
    """Note a slip for a number of classes above that of their pupils, or beside a hidden one."""
    for row in found:
        cell = (SELECTIONS, row["letter"], row["code"])
        tables.counts[cell], tables.classes[cell] = row["pupils"], row["classes"]
        if row["classes"] and (row["pupils"] == "" or int(row["classes"]) > int(row["pupils"])):
            tables.slips.append(f"{' '.join(cell)}: {row['classes']} classes of {row['pupils']!r} pupils")


def _absence(tables: Tables, found: list[dict[str, str]]) -> None:
    for row in found:
        group = OTHERS if row["group"] == OTHERS else tables.letters.get(row["intervention_type"], ALL)
        seen = tables.counts.setdefault(("absence", group), row["pupils"])
        if seen != row["pupils"]:
            tables.slips.append(f"absence of {group}: {seen!r} and {row['pupils']!r} pupils")
        tables.means[group, row["autumn"], row["category"]] = row["mean_days"]


def _parquet(tables: Tables, bundle: bytes) -> None:
    """Note a slip for a Parquet file whose rows differ from its CSV, because it then reveals more."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        for name in archive.namelist():
            if not name.endswith(".parquet"):
                continue
            table = pq.read_table(io.BytesIO(archive.read(name))).to_pylist()
            printed = rows(bundle, name.replace(".parquet", ".csv"))
            if len(table) != len(printed) or not all(map(_same, table, printed)):
                tables.slips.append(f"{name} differs from its CSV")


def _same(typed: Mapping[str, object], printed: Mapping[str, str]) -> bool:
    if list(typed) != list(printed):
        return False
    for name, value in typed.items():
        text = printed[name]
        if value is None or text == "":
            if value is not None or text != "":
                return False
        elif isinstance(value, int | float):
            if float(text) != float(value):
                return False
        elif str(value) != text:
            return False
    return True


def _shares(tables: Tables) -> None:
    """Note a slip for a share that does not follow from the printed counts of its row, because it then reveals the true
    ones.
    """
    for row in tables.dosage:
        for share, part in (("share_planned_met", "planned_met"), ("share_delivered_met", "delivered_met")):
            if row[share] == "":
                continue
            place = f"dosage of {row['variant']} {row['unit']}: {share} {row[share]}"
            if row[part] == "" or row["courses"] == "" or "." in row[share]:
                tables.slips.append(f"{place} beside hidden counts, or with decimals")
                continue
            numerator, whole = int(row[part]), int(row["courses"])
            if int(row[share]) != (200 * numerator + whole) // (2 * whole):
                tables.slips.append(f"{place} is not {numerator} of {whole}")
