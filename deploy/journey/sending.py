"""Municipal IT sends files and compares each receipt with what was foretold."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.journey.account import Account
from deploy.journey.platform import Caller
from synthetic.forecast import Expected, FileForecast, Service

COUNTS = ("accepted", "unchanged", "parked", "refused")


@dataclass
class Sent:
    """All receipts of the journey, by the name of what was sent."""

    receipts: dict[str, dict[str, Any]] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)

    def total(self, count: str) -> int:
        """The sum of one count over all receipts."""
        return sum(int(receipt[count]) for receipt in self.receipts.values())


async def send(
    caller: Caller,
    service: Service,
    content: bytes,
    *,
    kind: str,
    municipality: str,
    content_type: str,
    identifier: str | None,
) -> dict[str, Any]:
    """Send a body and return its final receipt. The key follows from the content, so a repetition is free."""
    key = hashlib.sha256(f"{kind} {municipality} {identifier} ".encode() + content).hexdigest()[:40]
    parameters = {"kind": kind, "municipality": municipality}
    if identifier:
        parameters["identifier"] = identifier
    headers = {"Idempotency-Key": key, "Content-Type": content_type, "Prefer": "wait=30"}
    response = await caller.request("POST", service, "/v1/imports", params=parameters, headers=headers, content=content)
    if response.is_error:
        raise RuntimeError(f"{kind}: {response.status_code} {response.text[:500]}")
    receipt: dict[str, Any] = response.json()
    while receipt["state"] not in {"completed", "rejected", "failed"}:
        receipt = await caller.get(service, f"/v1/imports/{receipt['id']}")
    return receipt


def compare(account: Account, name: str, receipt: dict[str, Any], foretold: Expected) -> None:
    """Check a receipt's counts and its reasons against the forecast."""
    account.check(f"{name}: state", receipt["state"], "completed")
    for count in COUNTS:
        account.check(f"{name}: {count}", receipt[count], getattr(foretold, count))
    account.check(f"{name}: reasons", receipt["refused_by_code"], foretold.refused_by_code)


async def send_files(
    account: Account, caller: Caller, files: Sequence[FileForecast], *, municipality: str, folder: Path, sent: Sent
) -> None:
    """Send the files in their order and show the receipts beside the forecast."""
    rows = []
    for file in files:
        receipt = await send(
            caller,
            file.service,
            (folder / file.path).read_bytes(),
            kind=file.kind,
            municipality=municipality,
            content_type=file.content_type,
            identifier=file.identifier,
        )
        compare(account, file.path, receipt, file.expected)
        sent.receipts[file.path] = receipt
        sent.services[file.path] = file.service
        reasons = ", ".join(f"{code} × {number}" for code, number in receipt["refused_by_code"].items())
        rows.append((file.path, receipt["rows"], *(receipt[count] for count in COUNTS), reasons))
    account.table(("file", "rows", *COUNTS, "reasons"), rows)
