"""What the API shows of receipts, refused rows and parked rows."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from libs.shared.events.positions import Position
from libs.shared.files.formats import Told
from libs.shared.files.formats_declared import FORMATS
from libs.shared.files.notices import notices
from libs.shared.files.snapshot import Snapshot
from libs.shared.imports.batch import WaitingReason
from libs.shared.imports.http.parts import InPart
from libs.shared.imports.parked.listed import WaitingRow
from libs.shared.imports.receipts.failures import FAILURES, NOT_CLOSED
from libs.shared.imports.receipts.receipt import Atomic, Mode, Receipt, ReceiptState
from libs.shared.imports.receipts.refused import StoredRefusal
from libs.shared.privacy.identifiers import IdentifierKind


class FailureView(BaseModel):
    """Why a receipt failed."""

    code: str
    messages: dict[str, str]


class NoticeView(BaseModel):
    """What the sender should know though no row was refused for it: in how many rows, and of which column."""

    code: str
    column: str
    count: int
    messages: dict[str, str]


class SnapshotView(BaseModel):
    """What a snapshot is complete for, what it changes, and what was decided about it.

    ``pupils``, ``leaving`` and ``not_closed`` are null until it is compared.
    """

    institution: str
    school_year: str
    source: str
    source_moment: datetime
    pupils: int | None = Field(description="Pupils of the institution and school year before the snapshot.")
    leaving: int | None = Field(description="Those among them who are there no longer after it.")
    closed: int = Field(description="Memberships that it ended because it lacks their pupils; once it is final.")
    not_closed: FailureView | None = Field(description="Why nothing is closed, if so.")
    held_until: datetime | None = Field(description="When it ends by itself if nobody decides.")
    decision: str | None = Field(description="`confirmed` or `rejected`.")
    decided_by: str | None
    decided_at: datetime | None

    @classmethod
    def of(cls, receipt: Receipt, snapshot: Snapshot) -> "SnapshotView":
        """The view of a stored snapshot."""
        found = receipt.comparison
        unreadable = found.unreadable if found else 0
        messages = {language: said.format(count=unreadable) for language, said in NOT_CLOSED.items()}
        return cls(
            institution=snapshot.institution_number,
            school_year=snapshot.school_year,
            source=snapshot.source,
            source_moment=snapshot.source_moment,
            pupils=found.pupils if found else None,
            leaving=found.left if found else None,
            not_closed=FailureView(code="snapshot.rows_unreadable", messages=messages) if unreadable else None,
            **{
                name: getattr(receipt, name)
                for name in ("closed", "held_until", "decision", "decided_by", "decided_at")
            },
        )


class IgnoredView(BaseModel):
    """A sort of what is not kept of a file, and how much of it there was."""

    sort: str
    title: dict[str, str]
    count: int


class FileView(BaseModel):
    """What the head of a file of several kinds says, and what is not kept of the file."""

    facts: dict[str, str | int] = Field(description="By name, such as `institution_number`, `school_year`, `source`.")
    ignored: list[IgnoredView]

    @classmethod
    def of(cls, kind: str, told: Told) -> "FileView":
        """The view of a stored file of the format ``kind``."""
        titles = next((each.ignored for each in FORMATS if each.name == kind), {})
        ignored = [
            IgnoredView(
                sort=sort, title=dict(zip(("da", "en"), titles.get(sort, (sort, sort)), strict=True)), count=count
            )
            for sort, count in told.ignored.items()
        ]
        return cls(facts=dict(told.facts), ignored=ignored)


class ReceiptView(BaseModel):
    """A receipt. ``accepted + unchanged + parked + refused`` is ``rows`` once it is final.

    ``written`` false in a final receipt means that the counts are what would have been: a validation, or a file taken
    as a whole with a refused row.
    """

    id: UUID
    kind: str
    municipality_code: str
    mode: Mode
    atomic: Atomic
    identifier: IdentifierKind
    state: ReceiptState
    written: bool
    rows: int
    accepted: int
    unchanged: int
    parked: int
    refused: int
    refused_by_code: dict[str, int]
    notices: list[NoticeView] = Field(description="One per code and column at most.")
    parked_now: int = Field(
        description="Rows that still wait. One about which a newer file says something waits on that file's receipt."
    )
    refused_later: int = Field(
        description="Rows that were parked and refused when what they waited for came, or when their time was over."
    )
    chunks: int
    chunks_done: int
    error: FailureView | None
    snapshot: SnapshotView | None = Field(
        description="For a file that was sent with `scope=complete`, or that is complete for one institution by its "
        "format."
    )
    file: FileView | None = Field(description="For a file of several kinds, such as `skolegrunddata`.")
    parts: list["ReceiptView"] = Field(
        description="For a file of several kinds: the receipts of its parts, in the order in which they are written. "
        "The counts above are theirs together."
    )
    created_at: datetime
    queued_at: datetime | None
    finished_at: datetime | None
    position: str | None = Field(
        description="For `after=` in another service: all that was written up to here. Null until the receipt is final "
        "and the events are on the bus; ask again then. Copy it as it is."
    )
    links: dict[str, str]

    @classmethod
    def of(cls, receipt: Receipt, position: Position | None) -> "ReceiptView":
        """The view of a stored receipt and its position."""
        here = f"/v1/imports/{receipt.id}"
        names = ("id", "state", "written", "rows", "accepted", "unchanged", "parked", "refused", "parked_now")
        more = ("refused_later", "chunks", "chunks_done", "created_at", "queued_at", "finished_at")
        upload = receipt.upload
        return cls(
            kind=upload.kind,
            municipality_code=upload.municipality_code,
            mode=upload.mode,
            atomic=upload.atomic,
            identifier=upload.identifier,
            refused_by_code=dict(receipt.refused_by_code),
            notices=[
                NoticeView(code=told.code, column=told.column, count=told.count, messages=told.messages)
                for told in notices(receipt.notices)
            ],
            position=None if position is None else str(position),
            snapshot=SnapshotView.of(receipt, upload.snapshot) if upload.snapshot else None,
            file=FileView.of(upload.kind, receipt.told) if receipt.told else None,
            parts=[cls.of(part, None) for part in receipt.parts],
            error=FailureView(code=receipt.error, messages=FAILURES[receipt.error]) if receipt.error else None,
            links={
                "self": here,
                "refused": f"{here}/refused",
                "refused_csv": f"{here}/refused.csv",
                "parked": f"{here}/parked",
                **({"difference": f"{here}/difference"} if upload.snapshot else {}),
            },
            **{name: getattr(receipt, name) for name in (*names, *more)},
        )


class FieldErrorView(BaseModel):
    """What is wrong with one field; ``column`` is null when it is the row. Never the value."""

    code: str
    column: str | None
    value_class: str
    messages: dict[str, str]


class RefusedView(BaseModel):
    """A refused row: its kind, its number (1 is the first data row), its line in the file, and what is wrong. In a file
    of several kinds the number is that of the group, person or the like.
    """

    kind: str
    row: int
    line: int
    after_parking: bool = Field(
        description="True if it was parked first, and refused when what it waited for came, or had not come in time."
    )
    errors: list[FieldErrorView]

    @classmethod
    def of_part(cls, found: InPart[StoredRefusal]) -> "RefusedView":
        """The view of a stored refusal."""
        stored = found.of
        errors = [FieldErrorView.model_validate(error) for error in stored.errors]
        return cls(kind=found.kind, row=stored.row, line=stored.line, after_parking=stored.replayed, errors=errors)


class ParkedView(BaseModel):
    """A parked row: its number in the file, what it waits for and how long; whom it is about is kept keyed or sealed
    alone.
    """

    kind: str
    row: int
    reason: WaitingReason = Field(
        description="`unknown_pupil`: the pupil has not been sent yet. `not_placed`: the pupil is known, and not a "
        "member of a school on the date, or the school's calendar of that year is not known. `identity`: a person must "
        "say whether the row is about the pupil known by its id."
    )
    identifier: str | None = Field(description="What names the pupil; null for a kind of file with several.")
    parked_at: datetime
    refused_at: datetime = Field(description="When the row is refused if it still waits then.")

    @classmethod
    def of_part(cls, found: InPart[WaitingRow]) -> "ParkedView":
        """The view of a waiting row."""
        stored = found.of
        return cls(
            kind=found.kind,
            row=stored.row,
            reason=WaitingReason(stored.reason),
            identifier=stored.key_kind,
            parked_at=stored.since,
            refused_at=stored.until,
        )
