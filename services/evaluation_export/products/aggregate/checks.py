"""The last check before anything is released. It reads the finished files and does not rely on any earlier step."""

import csv
import io
import re
from collections.abc import Mapping

from services.evaluation_export.bundle.checks import Line, NotReleasable, check_no_ids, check_same_rows
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.products.aggregate.primary import Off, Part
from services.evaluation_export.products.aggregate.selected import OF_CLASSES

_ONE_DECIMAL = re.compile(r"\d+\.\d")
_WHOLE = re.compile(r"\d+")

COUNTS = {
    "participants": ("pupils",),
    "absence": ("pupils",),
    "dosage": ("courses", "planned_met", "delivered_met"),
    "several_types": ("pupils",),
    "course_coverage": ("places",),
    "selections": ("pupils", "classes"),
    "population_flow": ("pupils_in", "pupils_out", "pupils_left"),
}
MEANS = {"absence": ("mean_days",), "dosage": ("mean_delivered", "mean_sessions")}
SHARES = {
    "dosage": {"share_planned_met": ("planned_met", "courses"), "share_delivered_met": ("delivered_met", "courses")}
}
REASONS: dict[str, dict[str, tuple[str, ...]]] = {
    "participants": {"missing_reason": ("pupils",)},
    "absence": {"pupils_missing_reason": ("pupils",), "mean_days_missing_reason": ("mean_days",)},
    "dosage": {
        "missing_reason": (
            "projects", "courses", "planned_met", "share_planned_met", "delivered_met", "share_delivered_met",
            "mean_delivered", "mean_sessions",
        )
    },
    "several_types": {"missing_reason": ("pupils",)},
    "course_coverage": {"missing_reason": ("places",)},
    "selections": {f"{name}_missing_reason": (name,) for name in ("pupils", "classes")},
    "population_flow": {f"pupils_{name}_missing_reason": (f"pupils_{name}",) for name in ("in", "out", "left")},
}  # fmt: skip


def check_files(files: Mapping[str, bytes], rules: DisclosureRules, off: Off = frozenset()) -> None:
    """Every printed figure has the form that the rules allow, every hidden one its reason, and no file holds an id.

    Raises ``NotReleasable``.
    """
    check_no_ids(files)
    for table in COUNTS:
        csv_name = next((name for name in files if name.rpartition("/")[2] == f"{table}.csv"), None)
        if csv_name is None:
            raise NotReleasable(f"{table} is missing")
        lines = list(csv.DictReader(io.StringIO(files[csv_name].decode("utf-8"))))
        for line in lines:
            _check_counts(table, line, rules, off)
            _check_means(table, line)
            _check_shares(table, line)
            _check_reasons(table, line)
        if parquet := files.get(csv_name.replace(".csv", ".parquet")):
            check_same_rows(csv_name, lines, parquet)


def _check_counts(table: str, line: Line, rules: DisclosureRules, off: Off) -> None:
    for column in COUNTS[table]:
        text = line[column]
        if not text:
            continue
        if not _WHOLE.fullmatch(text):
            raise NotReleasable(f"{table}: {column} is not a whole number")
        if int(text) < rules.base and off.isdisjoint({Part.PRIMARY, Part.ROUNDING}):
            raise NotReleasable(f"{table}: a small number in {column}")
        if int(text) % rules.base and Part.ROUNDING not in off:
            raise NotReleasable(f"{table}: a number that is not rounded in {column}")


def _check_means(table: str, line: Line) -> None:
    for column in MEANS.get(table, ()):
        if line[column] and not _ONE_DECIMAL.fullmatch(line[column]):
            raise NotReleasable(f"{table}: {column} has not one decimal")
    if line.get("mean_days") and not line["pupils"]:
        raise NotReleasable(f"{table}: a mean beside a hidden number of pupils")


def _check_shares(table: str, line: Line) -> None:
    for column, (part, whole) in SHARES.get(table, {}).items():
        if not line[column]:
            continue
        if not line[part] or not line[whole] or int(line[part]) >= int(line[whole]):
            raise NotReleasable(f"{table}: {column} has no number that it follows from, or no rest")
        doubled, least = 200 * int(line[part]), 2 * int(line[whole])
        if line[column] != str((doubled + int(line[whole])) // least):
            raise NotReleasable(f"{table}: {column} does not follow from the rounded numbers")


def has_figure(table: str, line: Mapping[str, object], column: str) -> bool:
    """Whether a row has a figure in the column at all, printed or hidden: nobody comes before the first step of the
    flow, and only whole classes are counted as classes.
    """
    if table == "population_flow":
        return column == "pupils_left" or str(line["step"]) != "0"
    return (table, column) != ("selections", "classes") or line["code"] in OF_CLASSES


def _check_reasons(table: str, line: Line) -> None:
    for reason, columns in REASONS[table].items():
        if not has_figure(table, line, columns[0]):
            expected, hidden = "", any(line[column] for column in columns)
        else:
            expected, hidden = "suppressed" if any(not line[column] for column in columns) else "", False
        if hidden or line[reason] != expected:
            raise NotReleasable(f"{table}: {reason} does not fit the figures")
