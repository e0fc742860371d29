"""Receipts: the state of an upload, from its first chunk to its final counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from libs.shared.base.errors import NotFound
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.files.header import Header
from libs.shared.files.parse import CSV, Layout
from libs.shared.imports.batch import Snapshot
from libs.shared.privacy.identifiers import IdentifierKind

CHANNEL = "skoleloeft_imports"
"""The NOTIFY channel that wakes the worker. The worker polls too, in case a notification is lost."""


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


# While a file is being processed, its counts are summed over the chunks and slices that are done. The receipt's own
# columns get them at the end.
COLUMNS = """r.*,
    (SELECT count(*) FROM parked_row p WHERE p.receipt_id = r.id) AS parked_now,
    (SELECT count(*) FROM import_refusal f WHERE f.receipt_id = r.id AND f.replayed) AS refused_later,
    CASE WHEN r.state = 'working' THEN (
        SELECT jsonb_build_object(
                   'row_count', c.row_count + s.row_count, 'refused', c.refused + s.refused, 'accepted', s.accepted,
                   'unchanged', s.unchanged, 'parked', s.parked, 'written', s.written, 'chunks_done', c.done)
          FROM (SELECT coalesce(sum(row_count), 0) AS row_count, coalesce(sum(refused), 0) AS refused, count(*) AS done
                  FROM import_chunk WHERE receipt_id = r.id AND staging = r.staging) AS c,
               (SELECT coalesce(sum(row_count) FILTER (WHERE staging < r.staging), 0) AS row_count,
                       coalesce(sum(accepted), 0) AS accepted, coalesce(sum(unchanged), 0) AS unchanged,
                       coalesce(sum(parked), 0) AS parked, coalesce(sum(refused), 0) AS refused,
                       coalesce(bool_or(written), false) AS written
                  FROM import_slice WHERE receipt_id = r.id) AS s
    ) END AS progress"""


def from_row(found: RowMapping) -> Receipt:
    """A receipt from a row of ``COLUMNS``."""
    row: Mapping[str, Any] = {**found, **(found["progress"] or {})}
    header = None
    if row["media"] == CSV:
        header = Header(row["separator"], tuple(row["header"]))
    upload = Upload(
        kind=row["kind"],
        municipality_code=row["municipality_code"],
        mode=Mode(row["mode"]),
        atomic=Atomic(row["atomic"]),
        identifier=IdentifierKind(row["identifier"]),
        media=row["media"],
        charset=row["charset"],
        idempotency_key=row["idempotency_key"],
        created_by=row["created_by"],
        institutions=None if row["institution_numbers"] is None else frozenset(row["institution_numbers"]),
        after=row["after"],
        snapshot=_snapshot(row),
    )
    names = ("id", "key_id", "fingerprint", "chunks", "chunks_done", "written", "accepted", "unchanged", "parked")
    more = ("refused", "notices", "parked_now", "refused_later", "attempts", "error", "created_at", "outbox_seq")
    work = ("staging", "slices", "lookup_key_id", "closed", "held_until", "decision", "decided_by", "decided_at")
    return Receipt(
        upload=upload,
        layout=Layout(row["media"], row["charset"], header),
        size=row["bytes"],
        rows=row["row_count"],
        state=ReceiptState(row["state"]),
        phase=Phase(row["phase"]) if row["phase"] else None,
        queued_at=row["queued_at"],
        finished_at=row["finished_at"],
        refused_by_code=row["refused_by_code"],
        comparison=Comparison(**row["comparison"]) if row["comparison"] else None,
        **{name: row[name] for name in (*names, *more, *work)},
    )


def _snapshot(row: Mapping[str, Any]) -> Snapshot | None:
    if row["source"] is None:
        return None
    return Snapshot(row["institution_number"], row["school_year"], row["source"], row["source_moment"])


async def get(session: ReadSession, receipt_id: UUID) -> Receipt:
    """The receipt. Raises ``NotFound``, also for a receipt of another tenant."""
    found = await session.execute(text(f"SELECT {COLUMNS} FROM import_receipt r WHERE id = :id"), {"id": receipt_id})  # noqa: S608 - a constant of ours
    row = found.mappings().one_or_none()
    if row is None:
        raise NotFound
    return from_row(row)


async def by_key(session: ReadSession, municipality_code: str, digests: Sequence[str]) -> Receipt | None:
    """The receipt of an idempotency key, found by one of the key's digests; None if there is none.

    The row is not locked, so it may have changed by the next statement.
    """
    found = await session.execute(
        text(
            f"SELECT {COLUMNS} FROM import_receipt r "  # noqa: S608 - a constant of ours
            "WHERE municipality_code = :code AND idempotency_key = ANY(CAST(:digests AS text[]))"
        ),
        {"code": municipality_code, "digests": list(digests)},
    )
    row = found.mappings().one_or_none()
    return from_row(row) if row else None


async def notify(session: WriteSession) -> None:
    """Wake the workers when the transaction commits."""
    await session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})


async def execute(session: WriteSession, statement: str, values: Mapping[str, Any]) -> int:
    """Run a statement that changes rows; returns the number of affected rows."""
    result = await session.execute(text(statement), dict(values))
    return int(getattr(result, "rowcount", 0))
