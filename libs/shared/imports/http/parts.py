"""Lists that go through the parts of a file of several kinds, and what a file has of one part alone."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from libs.shared.base.errors import Conflict
from libs.shared.imports.receipts.receipt import Receipt


class _Numbered(Protocol):
    @property
    def row(self) -> int: ...


RowT = TypeVar("RowT", bound=_Numbered)


class SeveralParts(Conflict):
    """What was asked for is there for several parts of the file."""

    code = "import.several_parts"
    da = "Det findes for flere af filens dele. Hent det fra hver dels egen kvittering, som står under parts."
    en = "Several parts of the file have it. Get it from each part's own receipt, which stands under parts."


@dataclass(frozen=True, slots=True)
class InPart(Generic[RowT]):
    """A row of a part: the place of the part in the file, and its kind."""

    at: int
    kind: str
    of: RowT

    @property
    def key(self) -> tuple[int, int]:
        """Its place in a list of the whole file."""
        return self.at, self.of.row


async def across(
    receipt: Receipt,
    after: tuple[int, int],
    size: int,
    read: Callable[[Receipt, int, int], Awaitable[Sequence[RowT]]],
) -> list[InPart[RowT]]:
    """At most ``size`` rows after a part's place and a row number, part by part; of a file of one kind its own.

    ``read`` gives the rows of a receipt after a row number, at most so many.
    """
    place, row = after
    found: list[InPart[RowT]] = []
    for at, part in enumerate(receipt.parts or (receipt,)):
        if at >= place and len(found) < size:
            rows = await read(part, row if at == place else 0, size - len(found))
            found += [InPart(at, part.upload.kind, each) for each in rows]
    return found


def one_of(receipt: Receipt, has: Callable[[Receipt], bool]) -> Receipt:
    """The one part that has something, the first one if none has it; a file of one kind itself. Raises
    ``SeveralParts``.
    """
    if not receipt.parts:
        return receipt
    found = [part for part in receipt.parts if has(part)]
    if len(found) > 1:
        raise SeveralParts
    return found[0] if found else receipt.parts[0]
