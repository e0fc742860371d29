"""Municipal IT sends files and compares each receipt with what was foretold."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from journey.account import Account
from journey.platform import Caller, Refused
from synthetic.forecast import Expected, FileForecast, Service

BeforeFile = Callable[[FileForecast], Awaitable[None]]
"""Called before each file is sent; where the fault tests do their harm."""

POSITION_SECONDS = 120.0
FINAL = {"completed", "rejected", "failed"}
COUNTS = ("accepted", "unchanged", "parked", "refused")


@dataclass
class Sent:
    """All receipts of the journey, by the name of what was sent."""

    receipts: dict[str, dict[str, Any]] = field(default_factory=dict)

    def total(self, count: str) -> int:
        """The sum of one count over all receipts."""
        return sum(int(receipt[count]) for receipt in self.receipts.values())


def request_of(
    content: bytes, *, kind: str, municipality: str, content_type: str, identifier: str | None, after: str | None = None
) -> dict[str, Any]:
    """Parameters and headers of an upload. The key follows from the content, so a repetition is free; ``after`` is the
    position that the receiving service must have reached.
    """
    key = hashlib.sha256(f"{kind} {municipality} {identifier} ".encode() + content).hexdigest()[:40]
    parameters = {"kind": kind, "municipality": municipality}
    if identifier:
        parameters["identifier"] = identifier
    if after:
        parameters["after"] = after
    return {"params": parameters, "headers": {"Idempotency-Key": key, "Content-Type": content_type}}


async def send(caller: Caller, service: Service, content: bytes, request: dict[str, Any]) -> dict[str, Any]:
    """Send a body and return its final receipt; ``request`` is from ``request_of``."""
    headers = {**request["headers"], "Prefer": "wait=30"}
    response = await caller.request(
        "POST", service, "/v1/imports", params=request["params"], headers=headers, content=content
    )
    if response.is_error:
        raise Refused(response)
    receipt: dict[str, Any] = response.json()
    while receipt["state"] not in FINAL:
        await asyncio.sleep(0.1)
        receipt = await caller.get(service, f"/v1/imports/{receipt['id']}")
    return receipt


async def position_of(caller: Caller, service: Service, receipt_id: str) -> str:
    """What another service waits for to know what this receipt stands for. Raises ``TimeoutError``."""
    async with asyncio.timeout(POSITION_SECONDS):
        while (receipt := await caller.get(service, f"/v1/imports/{receipt_id}"))["position"] is None:  # noqa: ASYNC110 - over HTTP nobody tells
            await asyncio.sleep(0.1)
    return str(receipt["position"])


def compare(account: Account, name: str, receipt: dict[str, Any], foretold: Expected) -> None:
    """Check a receipt's counts and its reasons against the forecast."""
    account.check(f"{name}: state", receipt["state"], "completed")
    for count in COUNTS:
        account.check(f"{name}: {count}", receipt[count], getattr(foretold, count))
    account.check(f"{name}: reasons", receipt["refused_by_code"], foretold.refused_by_code)


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
    """Send the files in their order and show the receipts beside the forecast. The first one waits for ``after``: when
    it is taken the others need not.
    """
    rows = []
    for number, file in enumerate(files):
        if before is not None:
            await before(file)
        content = (folder / file.path).read_bytes()
        request = request_of(
            content,
            kind=file.kind,
            municipality=municipality,
            content_type=file.content_type,
            identifier=file.identifier,
            after=None if number else after,
        )
        receipt = await send(caller, file.service, content, request)
        compare(account, file.path, receipt, file.expected)
        sent.receipts[file.path] = receipt
        reasons = ", ".join(f"{code} × {number}" for code, number in receipt["refused_by_code"].items())
        rows.append((file.path, receipt["rows"], *(receipt[count] for count in COUNTS), reasons))
    account.table(("file", "rows", *COUNTS, "reasons"), rows)
