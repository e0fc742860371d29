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
    ReceiptState.HELD: Text(da="holdt tilbage", en="held"),
    ReceiptState.COMPLETED: Text(da="færdig", en="done"),
    ReceiptState.REJECTED: Text(da="afvist i sin helhed", en="rejected as a whole"),
    ReceiptState.FAILED: Text(da="fejlet", en="failed"),
    ReceiptState.CANCELLED: Text(da="annulleret", en="cancelled"),
    ReceiptState.REPLACED: Text(da="erstattet af en nyere", en="replaced by a newer one"),
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
        lines = [(name, receipt.kind, receipt)]
        if isinstance(receipt, Receipt):
            lines += [("", f"– {part.kind}", part) for part in receipt.parts]
        for called, kind, each in lines:
            counts = (str(getattr(each, count)) for count, _ in COUNTS)
            table.add_row(called, kind, *counts, in_language(STATES[each.state], language))
    return table


def told_beside(receipt: Receipt, language: str) -> list[str]:
    """What stands below the table: why the file failed, notices, and the reasons of refused rows."""
    lines = [each.messages[language] for each in ([receipt.error] if receipt.error else [])]
    if receipt.file is not None and receipt.file.ignored:
        counts = ", ".join(f"{each.count} {each.title[language]}" for each in receipt.file.ignored)
        lines.append(in_language(_IGNORED, language).format(counts=counts))
    lines += _of_snapshot(receipt, language)
    lines += [f"{each.code} × {each.count}: {each.messages[language]}" for each in receipt.notices]
    if receipt.refused_by_code:
        lines.append(", ".join(f"{code} × {number}" for code, number in receipt.refused_by_code.items()))
    return lines


_IGNORED = Text(da="Gemmes ikke: {counts}.", en="Not kept: {counts}.")
_CLOSED = Text(
    da="{leaving} af {pupils} elever er der ikke længere; {closed} perioder er lukket.",
    en="{leaving} of {pupils} pupils are there no longer; {closed} periods were closed.",
)
_HELD = Text(
    da="{leaving} af {pupils} elever ville forsvinde, og intet er gemt. Se forskellen med »skoleloeft held {id}«, og "
    "afgør den med »skoleloeft confirm {id}« eller »skoleloeft reject {id}« inden {until}.",
    en="{leaving} of {pupils} pupils would be gone, and nothing is stored. See the difference with "
    '"skoleloeft held {id}", and decide with "skoleloeft confirm {id}" or "skoleloeft reject {id}" before {until}.',
)


def _of_snapshot(receipt: Receipt, language: str) -> list[str]:
    told = receipt.snapshot
    if told is None or told.pupils is None:
        return []
    text = _HELD if receipt.state is ReceiptState.HELD else _CLOSED
    until = told.held_until.astimezone().strftime("%Y-%m-%d %H:%M") if told.held_until else ""
    given = {"leaving": told.leaving, "pupils": told.pupils, "closed": told.closed, "id": receipt.id, "until": until}
    shown = receipt.state in {ReceiptState.HELD, ReceiptState.COMPLETED}
    lines = [in_language(text, language).format(**given)] if shown else []
    return lines + ([told.not_closed.messages[language]] if told.not_closed else [])
