"""What the API shows of receipts in a list."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from libs.shared.imports.receipts.receipt import Mode, Receipt, ReceiptState

_SHORT = (
    *("id", "kind", "municipality_code", "mode", "state", "written", "rows", "accepted", "unchanged", "parked"),
    *("refused", "parked_now", "refused_later", "created_at", "finished_at"),
)


class ListedReceiptView(BaseModel):
    """A receipt in a list: its counts. Its reasons, notices and position are in the receipt itself."""

    id: UUID
    kind: str
    municipality_code: str
    mode: Mode
    state: ReceiptState
    written: bool
    rows: int
    accepted: int
    unchanged: int
    parked: int
    refused: int
    parked_now: int
    refused_later: int
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, receipt: Receipt) -> "ListedReceiptView":
        """The view of a stored receipt."""
        upload = receipt.upload
        said = {"kind": upload.kind, "municipality_code": upload.municipality_code, "mode": upload.mode}
        return cls(**said, **{name: getattr(receipt, name) for name in _SHORT if name not in said})
