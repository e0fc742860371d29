"""A receipt: the state of an upload, from its first chunk to its final counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from libs.shared.files.formats import Told
from libs.shared.files.parse import Layout
from libs.shared.files.snapshot import Snapshot
from libs.shared.privacy.identifiers import IdentifierKind


class Mode(StrEnum):
    """``validate`` does everything and writes nothing."""

    COMMIT = "commit"
    VALIDATE = "validate"


class Atomic(StrEnum):
    """``row`` takes every good row; ``file`` takes all or none."""

    ROW = "row"
    FILE = "file"


class ReceiptState(StrEnum):
    """The state of a receipt. The last five are final."""

    RECEIVING = "receiving"
    QUEUED = "queued"
    WORKING = "working"
    HELD = "held"
    """A snapshot that would end much: nothing of it is written until somebody confirms it."""
    COMPLETED = "completed"
    REJECTED = "rejected"
    """Nothing is written: ``atomic=file`` and a row was refused, or ``error`` says what is wrong with the file."""
    FAILED = "failed"
    """Given up after several tries because of an internal error; ``error`` says which."""
    CANCELLED = "cancelled"
    """Cancelled; rows that were written before stay."""
    REPLACED = "replaced"
    """Nothing is written of a snapshot that was held, or confirmed too late: a newer one of its source came."""


FINAL = frozenset(
    {ReceiptState.COMPLETED, ReceiptState.REJECTED, ReceiptState.FAILED, ReceiptState.CANCELLED, ReceiptState.REPLACED}
)


class Phase(StrEnum):
    """The phase of a file that is being processed."""

    STAGING = "staging"
    """Its chunks are parsed and its good rows put into the staging table."""
    SETTLING = "settling"
    """Groups of rows that must be judged together are made whole."""
    COMPARING = "comparing"
    """A snapshot: the changes that it would make are found and stored, and nothing is written. It may be held then."""
    JUDGING = "judging"
    """A validation, or a file that is taken as a whole: every slice is judged and nothing written."""
    APPLYING = "applying"
    CLOSING = "closing"
    """A snapshot whose rows are applied: what it lacks is ended, a part at a time."""
    FINISHING = "finishing"
    """Refused rows get their texts, and the receipt its counts."""
    LEAVING = "leaving"
    """The receipt is final, and what it needed is taken away."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was found of a snapshot before it was applied, in pupils of its institution and school year.

    ``pupils`` are those who are there, ``left`` those among them who would leave. ``unreadable`` is the number of
    refused rows of which nobody can say whom they are about; if there are any, nothing is closed.
    """

    pupils: int
    left: int
    unreadable: int
    first: bool = False
    """Whether nothing of the institution and school year was known."""


@dataclass(frozen=True, slots=True)
class Upload:
    """The parameters of an upload, apart from the body.

    ``idempotency_key`` is a keyed digest when it is read from the table: a caller may have put anything into it, so it
    is not stored as it came.
    ``institutions`` are the only ones that the sender may write about; None: the whole municipality.
    """

    kind: str
    municipality_code: str
    mode: Mode
    atomic: Atomic
    identifier: IdentifierKind
    media: str
    charset: str
    idempotency_key: str
    created_by: str
    institutions: frozenset[str] | None = None
    after: str | None = None
    """A position of another service's receipt that this service had reached before it took the file."""
    snapshot: Snapshot | None = None
    """For a complete file (``scope=complete``): what it is complete for."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as stored. Counts are of rows. ``parked_now`` and ``refused_later`` are counted when it is read; the
    other counts never change once the receipt is final.
    """

    id: UUID
    upload: Upload
    layout: Layout
    key_id: str | None
    """The id of the key of ``fingerprint`` and of the chunks' digests; None once that key was retired."""
    fingerprint: str | None
    size: int
    chunks: int
    chunks_done: int
    state: ReceiptState
    written: bool
    rows: int
    accepted: int
    unchanged: int
    parked: int
    refused: int
    refused_by_code: Mapping[str, int]
    notices: Mapping[str, int]
    parked_now: int
    refused_later: int
    attempts: int
    """Failed tries since the last step that succeeded."""
    phase: Phase | None
    staging: int
    """How many times its rows were staged: once, and again after each crash of the database server."""
    slices: int
    lookup_key_id: str | None
    """The id of the key with which its rows' identifiers are staged."""
    error: str | None
    created_at: datetime
    queued_at: datetime | None
    finished_at: datetime | None
    comparison: Comparison | None
    """For a snapshot that was compared."""
    closed: int
    """The number of memberships that a snapshot ended; counted when the receipt is final."""
    held_until: datetime | None
    decision: str | None
    """``confirmed`` or ``rejected``, for a snapshot that was held."""
    decided_by: str | None
    decided_at: datetime | None
    outbox_seq: int | None
    """The highest ``seq`` of the outbox when the receipt became final. Its position covers all events up to that."""
    part_of: UUID | None = None
    """For a part of a file of several kinds: the receipt of that file."""
    part: int | None = None
    unit: int | None = None
    settled: bool | None = None
    """While it is worked on: whether its staged rows are settled; None if there are no staged rows of this staging."""
    told: Told | None = None
    """For a file of several kinds: what its head says, and what is not kept of it."""
    parts: tuple["Receipt", ...] = ()
    """For a file of several kinds: the receipts of its parts, in order. Its own counts are theirs together."""

    @property
    def final(self) -> bool:
        """Whether the receipt is final. Then only ``parked_now`` and ``refused_later`` can still change."""
        return self.state in FINAL

    @property
    def at_rest(self) -> bool:
        """Whether the worker is done with the file, for good or until somebody decides."""
        return self.final or self.state is ReceiptState.HELD

    @property
    def whole(self) -> bool:
        """Whether every row is judged before any row is written."""
        return self.upload.atomic is Atomic.FILE or self.upload.mode is Mode.VALIDATE
