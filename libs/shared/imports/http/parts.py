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


@dataclass(frozen=True, slots=True)
class Across:
    """Which rows of a whole file are asked for: those after the row ``after`` of a part, by the part's place and the
    row's number, or all; ``descending`` begins with the last row of the last part.
    """

    after: tuple[int, int] | None = None
    descending: bool = False


async def across(
    receipt: Receipt,
    asked: Across,
    size: int,
    read: Callable[[Receipt, int | None, int], Awaitable[Sequence[RowT]]],
) -> list[InPart[RowT]]:
    """At most ``size`` rows, part by part; of a file of one kind its own.

    ``read`` gives the rows of a receipt after a row number in the same direction, or from its end, at most so many.
    """
    found: list[InPart[RowT]] = []
    parts = list(enumerate(receipt.parts or (receipt,)))
    for at, part in reversed(parts) if asked.descending else parts:
        place, row = asked.after or (at, None)
        passed = at > place if asked.descending else at < place
        if not passed and len(found) < size:
            rows = await read(part, row if at == place else None, size - len(found))
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
