"""Sends files as the municipality's IT department, and compares each receipt with the expected counts."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from journey.account import Account
from libs.shared.client.caller import Caller
from libs.shared.client.imports.client import Imports
from libs.shared.client.imports.models import Receipt
from libs.shared.client.imports.uploads import Content, Upload
from synthetic.forecast import Expected, FileForecast

BeforeFile = Callable[[FileForecast], Awaitable[None]]
"""Called before each file is sent; the fault tests cause their faults there."""

FINAL_SECONDS = 300.0
COUNTS = ("accepted", "unchanged", "parked", "refused")


@dataclass
class Sent:
    """All receipts of the journey, by the name of what was sent."""

    receipts: dict[str, Receipt] = field(default_factory=dict)

    def total(self, count: str) -> int:
        """The sum of one count over all receipts."""
        return sum(int(getattr(receipt, count)) for receipt in self.receipts.values())


def upload_of(content: bytes, file: FileForecast) -> Content:
    """The body of a file with the content type of its forecast."""
    return Content(content, file.content_type)


async def send(
    caller: Caller,
    service: str,
    upload: Upload,
    *,
    kind: str,
    municipality: str,
    identifier: str | None = None,
    after: str | None = None,
    key: str | None = None,
) -> Receipt:
    """Send a body and return its final receipt. The idempotency key is made from the body unless ``key`` is given, so a
    repetition gives the first receipt; ``after`` is the position that the receiving service must have reached.
    """
    imports = Imports(caller, service)
    receipt = await imports.send(
        upload, kind=kind, municipality=municipality, identifier=identifier, after=after, key=key
    )
    return await imports.final(receipt, seconds=FINAL_SECONDS)


def compare(account: Account, name: str, receipt: Receipt, expected: Expected) -> None:
    """Check a receipt's counts and its reasons against the forecast."""
    account.check(f"{name}: state", receipt.state, "completed")
    for count in COUNTS:
        account.check(f"{name}: {count}", getattr(receipt, count), getattr(expected, count))
    account.check(f"{name}: reasons", receipt.refused_by_code, expected.refused_by_code)


async def send_files(
    account: Account,
    caller: Caller,
    files: Sequence[FileForecast],
    *,
    municipality: str,
    folder: Path,
    sent: Sent,
    before: BeforeFile | None = None,
    after: str | None = None,
) -> None:
    """Send the files in their order and show each receipt next to the forecast. Only the first one waits for ``after``,
    as the service has then reached that position.
    """
    rows = []
    for number, file in enumerate(files):
        if before is not None:
            await before(file)
        content = (folder / file.path).read_bytes()
        receipt = await send(
            caller,
            file.service,
            upload_of(content, file),
            kind=file.kind,
            municipality=municipality,
            identifier=file.identifier,
            after=None if number else after,
        )
        compare(account, file.path, receipt, file.expected)
        sent.receipts[file.path] = receipt
        reasons = ", ".join(f"{code} × {number}" for code, number in receipt.refused_by_code.items())
        rows.append((file.path, receipt.rows, *(getattr(receipt, count) for count in COUNTS), reasons))
    account.table(("file", "rows", *COUNTS, "reasons"), rows)
