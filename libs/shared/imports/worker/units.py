"""Parts of one unit of a file of several kinds, such as the classes and the pupils of an institution: when each may go
on, and how they end together.

They are written in order, and the first only when each complete one after it has been compared: it is held or refused
before anything of the unit is written. A part that is judged before the earlier ones are written refers to their rows
where they are staged. So a validation goes backwards, and each keeps its rows until those after it have been judged.
"""

from collections.abc import Sequence

from sqlalchemy import text

from libs.shared.db.database import ReadSession
from libs.shared.imports.receipts import receipts
from libs.shared.imports.receipts.receipt import Mode, Phase, Receipt, ReceiptState

_SETTLED = {Phase.COMPARING, Phase.JUDGING, Phase.APPLYING, Phase.CLOSING, Phase.FINISHING}


async def others(session: ReadSession, receipt: Receipt) -> Sequence[Receipt]:
    """The other parts of the receipt's unit, in order; none for a file of one kind."""
    if receipt.part_of is None:
        return ()
    given = {"file": receipt.part_of, "unit": receipt.unit, "id": receipt.id}
    return [receipts.from_row(row) for row in (await session.execute(_OTHERS, given)).mappings()]


def earlier(receipt: Receipt, unit: Sequence[Receipt]) -> list[Receipt]:
    """The parts that are written before this one."""
    return [each for each in unit if (each.part or 0) < (receipt.part or 0)]


def may_be_judged(receipt: Receipt, unit: Sequence[Receipt]) -> bool:
    """Whether the rows that its own refer to are staged, so that it can be judged before they are written."""
    return all(
        each.final or (each.state is ReceiptState.WORKING and each.phase in _SETTLED) for each in earlier(receipt, unit)
    )


def may_go_on(receipt: Receipt, unit: Sequence[Receipt]) -> bool:
    """Whether its slices may be written, or judged in a validation."""
    before = earlier(receipt, unit)
    after = [each for each in unit if each not in before]
    if receipt.upload.mode is Mode.VALIDATE:
        return may_be_judged(receipt, unit) and all(each.final for each in after)
    return all(each.final for each in before) and all(_compared(each) for each in after)


def _compared(part: Receipt) -> bool:
    if part.final or part.upload.snapshot is None:
        return True
    return part.comparison is not None and part.state is not ReceiptState.HELD


_OTHERS = text(
    f"SELECT {receipts.AT_WORK} FROM import_receipt r"  # noqa: S608 - a constant of ours
    " WHERE part_of = :file AND unit = :unit AND id <> :id ORDER BY part"
)
