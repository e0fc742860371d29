"""Documents that every bundle has."""

from collections.abc import Sequence

from libs.shared.base.spreadsheets import csv_line
from services.evaluation_export.bundle.sheets import Sheet


def codebook_csv(sheets: Sequence[Sheet]) -> bytes:
    """One row per column of every table."""
    head = ("file", "column", "type", "unit", "description_da", "description_en")
    rows = (
        (f"{sheet.name}.csv", column.name, column.type, column.unit, column.da, column.en)
        for sheet in sheets
        for column in sheet.columns
    )
    return "".join(map(csv_line, (head, *rows))).encode("utf-8")
