"""Receipts as a table for people."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from apps.cli.wording import in_language
from libs.shared.client.imports.models import ListedReceipt, Receipt, ReceiptState
from libs.shared.rules.wording import Text

COUNTS: tuple[tuple[str, Text], ...] = (
    ("rows", Text(da="rækker", en="rows")),
    ("accepted", Text(da="taget", en="taken")),
    ("unchanged", Text(da="uændrede", en="unchanged")),
    ("parked", Text(da="venter", en="waiting")),
    ("refused", Text(da="afviste", en="refused")),
)
STATES: dict[ReceiptState, Text] = {
    ReceiptState.RECEIVING: Text(da="modtages", en="being received"),
    ReceiptState.QUEUED: Text(da="i kø", en="queued"),
    ReceiptState.WORKING: Text(da="behandles", en="being worked on"),
    ReceiptState.COMPLETED: Text(da="færdig", en="done"),
    ReceiptState.REJECTED: Text(da="afvist i sin helhed", en="rejected as a whole"),
    ReceiptState.FAILED: Text(da="fejlet", en="failed"),
    ReceiptState.CANCELLED: Text(da="annulleret", en="cancelled"),
}
_FIRST = Text(da="fil", en="file")
_KIND = Text(da="slags", en="kind")
_STATE = Text(da="tilstand", en="state")


def console(*, stderr: bool = False) -> Console:
    """The console for tables: as wide as a terminal, and without a limit when the output goes to a file."""
    found = Console(stderr=stderr, highlight=False, soft_wrap=True)
    if not found.is_terminal:
        found.width = 240
    return found


def table_of(receipts: Sequence[tuple[str, ListedReceipt]], language: str, *, first: Text = _FIRST) -> Table:
    """One line for each receipt, under what ``first`` calls its name."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(in_language(first, language), overflow="fold")
    table.add_column(in_language(_KIND, language))
    for _, head in COUNTS:
        table.add_column(in_language(head, language), justify="right")
    table.add_column(in_language(_STATE, language))
    for name, receipt in receipts:
        counts = (str(getattr(receipt, count)) for count, _ in COUNTS)
        table.add_row(name, receipt.kind, *counts, in_language(STATES[receipt.state], language))
    return table


def told_beside(receipt: Receipt, language: str) -> list[str]:
    """What stands below the table: why the file failed, notices, and the reasons of refused rows."""
    lines = [each.messages[language] for each in ([receipt.error] if receipt.error else [])]
    lines += [f"{each.code} × {each.count}: {each.messages[language]}" for each in receipt.notices]
    if receipt.refused_by_code:
        lines.append(", ".join(f"{code} × {number}" for code, number in receipt.refused_by_code.items()))
    return lines
