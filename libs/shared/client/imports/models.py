"""The services' answers about files: receipts, refused and parked rows, kinds."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from libs.shared.client.operations import Page, Read


class ReceiptState(StrEnum):
    """The state of a receipt."""

    RECEIVING = "receiving"
    QUEUED = "queued"
    WORKING = "working"
    HELD = "held"
    COMPLETED = "completed"
    REJECTED = "rejected"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REPLACED = "replaced"


FINAL = frozenset(
    {ReceiptState.COMPLETED, ReceiptState.REJECTED, ReceiptState.FAILED, ReceiptState.CANCELLED, ReceiptState.REPLACED}
)
"""In these states only parked rows can still change a receipt."""


class Failure(Read):
    """The reason why processing of a file ended."""

    code: str
    messages: dict[str, str]


class Notice(Read):
    """Information about rows that were accepted."""

    code: str
    column: str
    count: int
    messages: dict[str, str]


class ListedReceipt(Read):
    """A receipt as it stands in a list. All counts are of rows; ``accepted + unchanged + parked + refused`` is ``rows``
    once it is final.
    """

    id: UUID
    kind: str
    municipality_code: str
    mode: str
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

    @property
    def final(self) -> bool:
        """Whether it changes no more, but for rows that wait."""
        return self.state in FINAL

    @property
    def at_rest(self) -> bool:
        """Whether the platform is done with it, for good or until somebody decides."""
        return self.final or self.state is ReceiptState.HELD


class Snapshot(Read):
    """What a snapshot is complete for, what it changes, and what was decided about it."""

    institution: str
    school_year: str
    source: str
    source_moment: datetime
    pupils: int | None
    leaving: int | None
    closed: int
    not_closed: Failure | None
    held_until: datetime | None
    decision: str | None


class Ignored(Read):
    """A sort of what is not kept of a file."""

    sort: str
    title: dict[str, str]
    count: int


class FileTold(Read):
    """What the head of a file of several kinds says, and what is not kept of the file."""

    facts: dict[str, str | int]
    ignored: list[Ignored]


class Part(ListedReceipt):
    """The receipt of the rows of one kind, with everything that is known of them."""

    atomic: str
    identifier: str
    refused_by_code: dict[str, int]
    notices: list[Notice]
    chunks: int
    chunks_done: int
    error: Failure | None
    snapshot: Snapshot | None
    position: str | None


class Receipt(Part):
    """A receipt with everything that is known of its file. ``position`` is what another service waits for. A file of
    several kinds has ``parts``, in the order in which they are written.
    """

    file: FileTold | None
    parts: list[Part]


class FieldError(Read):
    """What is wrong with one field; ``column`` is None when it is the row."""

    code: str
    column: str | None
    messages: dict[str, str]


class RefusedRow(Read):
    """A refused row: its kind, its number (1 is the first data row), its line in the file, and what is wrong."""

    kind: str
    row: int
    line: int
    after_parking: bool
    errors: list[FieldError]


class ParkedRow(Read):
    """A row that waits, for what, and when it is refused if it still waits then."""

    kind: str
    row: int
    reason: str
    identifier: str | None
    parked_at: datetime
    refused_at: datetime


class ClassDifference(Read):
    """What a snapshot changes in a class, in pupils."""

    class_name: str
    joined: int
    left: int
    moved_in: int
    moved_out: int
    renamed: int


class PupilDifference(Read):
    """A change that a snapshot makes to a pupil, or to ``pupils`` new ones."""

    change: str
    class_name: str
    from_class_name: str | None
    pupil_id: UUID | None
    pupils: int


class Column(Read):
    """A column of a kind."""

    name: str
    title: dict[str, str]
    required: bool


class Kind(Read):
    """A kind of file that a service takes."""

    name: str
    title: dict[str, str]
    media: list[str]
    columns: list[Column]
    parts: list[str]


Receipts = Page[ListedReceipt]
RefusedRows = Page[RefusedRow]
ParkedRows = Page[ParkedRow]
ClassDifferences = Page[ClassDifference]
PupilDifferences = Page[PupilDifference]
