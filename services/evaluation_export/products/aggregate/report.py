"""The disclosure report: the rules with their values, the protecting parts, and the numbers of printed and hidden
figures.
"""

import json
from collections.abc import Mapping, Sequence

import msgspec

from services.evaluation_export.bundle.sheets import Row, Sheet
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.products.aggregate.checks import REASONS, has_figure
from services.evaluation_export.products.aggregate.texts import PARTS, explained


def disclosure_report(sheets: Sequence[Sheet], tables: Mapping[str, Sequence[Row]], rules: DisclosureRules) -> bytes:
    """The number of printed and of hidden figures per table and column, without the rule that hid one."""
    report = {
        "rules": msgspec.to_builtins(rules),
        "explained": {language: explained(rules, language) for language in ("da", "en")},
        "parts": {part.value: text for part, text in PARTS.items()},
        "tables": {
            sheet.name: {
                column: _printed_and_hidden(sheet.name, tables[sheet.name], column)
                for columns in REASONS[sheet.name].values()
                for column in columns
            }
            for sheet in sheets
            if sheet.name in REASONS
        },
    }
    return json.dumps(report, ensure_ascii=False, indent=2, sort_keys=True).encode("utf-8")


def _printed_and_hidden(table: str, rows: Sequence[Row], column: str) -> dict[str, int]:
    asked = [row for row in rows if has_figure(table, row, column)]
    printed = sum(row[column] is not None for row in asked)
    return {"printed": printed, "hidden": len(asked) - printed}
