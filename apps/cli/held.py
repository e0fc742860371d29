"""``skoleloeft held``, ``confirm`` and ``reject``: snapshots that would end much, and the decision about them."""

from rich.table import Table

from apps.cli import codes
from apps.cli.receipt_table import console, table_of, told_beside
from apps.cli.receipts import NONE, RECEIPT, first, found, moment, run
from apps.cli.sending import code_of
from apps.cli.wording import CommandFailed, in_language, print_json
from libs.shared.client.caller import Caller
from libs.shared.client.errors import Refused
from libs.shared.client.imports.client import Imports
from libs.shared.client.imports.models import ClassDifference, Receipt
from libs.shared.rules.wording import Text

_HEADS = (
    Text(da="klasse", en="class"),
    Text(da="nye", en="joined"),
    Text(da="væk", en="left"),
    Text(da="flyttet hertil", en="moved in"),
    Text(da="flyttet herfra", en="moved out"),
    Text(da="nyt navn", en="renamed"),
)
_HELD_HEADS = (
    RECEIPT,
    Text(da="institution", en="institution"),
    Text(da="skoleår", en="school year"),
    Text(da="kilde", en="source"),
    Text(da="elever", en="pupils"),
    Text(da="væk", en="left"),
    Text(da="afgøres senest", en="decide before"),
)


class NotHeld(CommandFailed):
    """There is nothing to decide about the receipt."""

    exit_code = codes.NOT_ALL
    code = "snapshot.not_held"
    da = "Der er intet at afgøre om {receipt}: den holdes ikke tilbage, eller der er taget stilling. Se kvitteringen."
    en = "There is nothing to decide about {receipt}: it is not held, or it was decided already. See its receipt."


def show(receipt_id: str | None, municipality: str | None, *, most: int, language: str, as_json: bool) -> int:
    """The held snapshots of all services, or what one changes in each class."""

    async def command(caller: Caller, code: str) -> None:
        if receipt_id is None:
            await _show_all(caller, code, most, language, as_json=as_json)
            return
        imports, receipt = await found(caller, receipt_id)
        classes = await first(imports.difference(receipt.id), most)
        if as_json:
            pupils = await first(imports.difference_of_pupils(receipt.id), most)
            print_json(
                {
                    "receipt": receipt.model_dump(mode="json"),
                    "classes": [each.model_dump(mode="json") for each in classes],
                    "pupils": [each.model_dump(mode="json") for each in pupils],
                }
            )
            return
        _show_one(receipt, classes, language)

    return run(command, municipality, language, as_json=as_json)


def decide(receipt_id: str, municipality: str | None, *, confirm: bool, seconds: float, language: str) -> int:
    """Confirm or reject a held snapshot, and wait for its end; the exit code is that of its receipt, or 0 for one that
    is rejected as was asked.
    """
    ended: list[int] = []

    async def command(caller: Caller, _code: str) -> None:
        imports, _ = await found(caller, receipt_id)
        try:
            decided = await (imports.confirm(receipt_id) if confirm else imports.reject(receipt_id))
        except Refused as refused:
            if refused.code in {"snapshot.not_held", "snapshot.hold_expired"}:
                raise NotHeld(receipt=receipt_id) from None
            raise
        receipt = await imports.final(decided, seconds=seconds)
        ended.append(code_of(receipt) if confirm else codes.OK)
        _show_one(receipt, [], language)

    code = run(command, municipality, language, as_json=False)
    return max([code, *ended])


async def _show_all(caller: Caller, code: str, most: int, language: str, *, as_json: bool) -> None:
    receipts: list[Receipt] = []
    for service in caller.addresses.services:
        imports = Imports(caller, service)
        held = await first(imports.receipts(code, held_only=True), most - len(receipts))
        receipts += [await imports.receipt(each.id) for each in held]
    if as_json:
        print_json({"held": [each.model_dump(mode="json") for each in receipts]})
    elif receipts:
        console().print(_held_table(receipts, language))
    else:
        console().print(in_language(NONE, language))


def _show_one(receipt: Receipt, classes: list[ClassDifference], language: str) -> None:
    out = console()
    out.print(table_of([(str(receipt.id), receipt)], language, first=RECEIPT))
    for line in told_beside(receipt, language):
        out.print(line, markup=False)
    if not classes:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in _HEADS:
        table.add_column(in_language(head, language))
    for each in classes:
        table.add_row(*map(str, each.model_dump().values()))
    out.print(table)


def _held_table(receipts: list[Receipt], language: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in _HELD_HEADS:
        table.add_column(in_language(head, language))
    for each in receipts:
        if (told := each.snapshot) is not None:
            until = moment(told.held_until) if told.held_until else ""
            cells = (each.id, told.institution, told.school_year, told.source, told.pupils, told.leaving, until)
            table.add_row(*map(str, cells))
    return table
