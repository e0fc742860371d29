"""``skoleloeft receipts`` and ``skoleloeft parked``: what became of files, and which rows wait for what."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from itertools import chain
from typing import Any

from rich.table import Table

from apps.cli import codes
from apps.cli.failures import carried_out
from apps.cli.receipt_table import console, table_of, told_beside
from apps.cli.session import calling, municipality_of
from apps.cli.wording import CommandFailed, in_language, print_json, teller
from libs.shared.client.caller import Caller
from libs.shared.client.errors import Refused
from libs.shared.client.imports.client import Imports
from libs.shared.client.imports.models import ListedReceipt, ParkedRow, Receipt
from libs.shared.rules.wording import Text

RECEIPT = Text(da="kvittering", en="receipt")
NONE = Text(da="Ingen.", en="None.")
_PARKED_HEADS = (
    RECEIPT,
    Text(da="slags", en="kind"),
    Text(da="række", en="row"),
    Text(da="venter på", en="waits for"),
    Text(da="siden", en="since"),
    Text(da="afvises", en="refused at"),
)
_REASONS = {
    "unknown_pupil": Text(da="at eleven sendes", en="its pupil to be sent"),
    "not_placed": Text(da="elevens skole og skolens kalender", en="the pupil's school and its calendar"),
    "identity": Text(da="en afgørelse om, hvem eleven er", en="a decision about who the pupil is"),
}


class ReceiptUnknown(CommandFailed):
    """No service has the receipt."""

    exit_code = codes.NO_ACCESS
    code = "receipt.unknown"
    da = "Kvitteringen {receipt} findes ikke, eller dit login har ikke adgang til den."
    en = "There is no receipt {receipt}, or your login may not read it."


def show(receipt_id: str | None, municipality: str | None, *, most: int, language: str, as_json: bool) -> int:
    """The newest receipts of all services, or one in full."""

    async def command(caller: Caller, code: str) -> None:
        if receipt_id is not None:
            _, receipt = await found(caller, receipt_id)
            _show_one(receipt, language, as_json=as_json)
            return
        lists = [await first(Imports(caller, name).receipts(code), most) for name in caller.addresses.services]
        newest = sorted(chain.from_iterable(lists), key=lambda each: each.created_at, reverse=True)[:most]
        if as_json:
            print_json({"receipts": [each.model_dump(mode="json") for each in newest]})
        elif newest:
            named = [(f"{each.id} {moment(each.created_at)}", each) for each in newest]
            console().print(table_of(named, language, first=RECEIPT))
        else:
            console().print(in_language(NONE, language))

    return run(command, municipality, language, as_json=as_json)


def show_parked(receipt_id: str | None, municipality: str | None, *, most: int, language: str, as_json: bool) -> int:
    """The rows that wait: of one receipt, or of all."""

    async def command(caller: Caller, code: str) -> None:
        rows: list[tuple[ListedReceipt, ParkedRow]] = []
        async for imports, receipt in _waiting(caller, code, receipt_id):
            rows += [(receipt, row) for row in await first(imports.parked(receipt.id), most - len(rows))]
            if len(rows) >= most:
                break
        if as_json:
            print_json({"parked": [{"receipt": str(at.id), **row.model_dump(mode="json")} for at, row in rows]})
        elif rows:
            console().print(_parked_table(rows, language))
        else:
            console().print(in_language(NONE, language))

    return run(command, municipality, language, as_json=as_json)


def run(
    command: Callable[[Caller, str], Awaitable[None]], municipality: str | None, language: str, *, as_json: bool
) -> int:
    """Carry out a command of a login; its exit code."""

    async def called() -> int:
        async with calling() as (caller, login):
            await command(caller, municipality_of(login, municipality))
        return codes.OK

    return asyncio.run(carried_out(called, teller(language, as_json=as_json)))


async def found(caller: Caller, receipt_id: str) -> tuple[Imports, Receipt]:
    """The receipt and the service that has it. Raises ``ReceiptUnknown``."""
    for service in caller.addresses.services:
        imports = Imports(caller, service)
        try:
            return imports, await imports.receipt(receipt_id)
        except Refused as refused:
            # 422: what was given is no id.
            if refused.status not in {404, 422}:
                raise
    raise ReceiptUnknown(receipt=receipt_id)


async def _waiting(
    caller: Caller, municipality: str, receipt_id: str | None
) -> AsyncIterator[tuple[Imports, ListedReceipt]]:
    if receipt_id is not None:
        yield await found(caller, receipt_id)
        return
    for service in caller.addresses.services:
        imports = Imports(caller, service)
        async for receipt in imports.receipts(municipality, waiting_only=True):
            yield imports, receipt


async def first(items: AsyncIterator[Any], most: int) -> list[Any]:
    """At most so many of the items."""
    taken: list[Any] = []
    async for item in items:
        if len(taken) >= most:
            break
        taken.append(item)
    return taken


def _show_one(receipt: Receipt, language: str, *, as_json: bool) -> None:
    if as_json:
        print_json(receipt.model_dump(mode="json"))
        return
    out = console()
    out.print(table_of([(str(receipt.id), receipt)], language, first=RECEIPT))
    for line in told_beside(receipt, language):
        out.print(line, markup=False)


def _parked_table(rows: list[tuple[ListedReceipt, ParkedRow]], language: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in _PARKED_HEADS:
        table.add_column(in_language(head, language))
    for receipt, row in rows:
        reason = in_language(_REASONS[row.reason], language) if row.reason in _REASONS else row.reason
        table.add_row(
            str(receipt.id), receipt.kind, str(row.row), reason, moment(row.parked_at), moment(row.refused_at)
        )
    return table


def moment(at: datetime) -> str:
    """A moment on the clock of this machine."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M")
