"""Receipts: what is known of an upload, from its first chunk to its final counts and for ever after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from libs.shared.base.errors import NotFound
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.imports.header import Header
from libs.shared.imports.parse import CSV, Layout
from libs.shared.privacy.identifiers import IdentifierKind

CHANNEL = "skoleloeft_imports"
"""NOTIFY wakes the worker; polling is the guarantee."""


class Mode(StrEnum):
    """``validate`` does everything and writes nothing."""

    COMMIT = "commit"
    VALIDATE = "validate"


class Atomic(StrEnum):
    """``row`` takes every good row; ``file`` takes all or none."""

    ROW = "row"
    FILE = "file"


class State(StrEnum):
    """Where a receipt stands. The last three are final."""

    RECEIVING = "receiving"
    QUEUED = "queued"
    WORKING = "working"
    COMPLETED = "completed"
    REJECTED = "rejected"
    """``atomic=file`` and a row was refused: nothing is written."""
    FAILED = "failed"
    """Our fault, after several tries; ``error`` says which."""


FINAL = frozenset({State.COMPLETED, State.REJECTED, State.FAILED})


@dataclass(frozen=True, slots=True)
class Upload:
    """What a request says of its file, apart from the body.

    ``idempotency_key`` is a keyed digest in what is read from the table: a caller may have put anything into it.
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


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as stored. Counts are of rows; ``parked_now`` and ``refused_later`` are today's, the rest never change
    once final.
    """

    id: UUID
    upload: Upload
    layout: Layout
    key_id: str | None
    """Of the key of ``fingerprint`` and of the chunks' digests; None once that key was retired."""
    fingerprint: str | None
    size: int
    chunks: int
    chunks_done: int
    state: State
    written: bool
    rows: int
    accepted: int
    unchanged: int
    parked: int
    refused: int
    refused_by_code: Mapping[str, int]
    parked_now: int
    refused_later: int
    attempts: int
    error: str | None
    created_at: datetime
    queued_at: datetime | None
    finished_at: datetime | None

    @property
    def final(self) -> bool:
        """Whether it will not change any more, but for rows that were parked."""
        return self.state in FINAL

    @property
    def whole(self) -> bool:
        """Whether all chunks share one transaction."""
        return self.upload.atomic is Atomic.FILE or self.upload.mode is Mode.VALIDATE


COLUMNS = """r.*,
    (SELECT count(*) FROM parked_row p WHERE p.receipt_id = r.id) AS parked_now,
    (SELECT count(*) FROM import_refusal f WHERE f.receipt_id = r.id AND f.replayed) AS refused_later"""


def from_row(row: RowMapping) -> Receipt:
    """A receipt from a row of ``COLUMNS``."""
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
    )
    names = ("id", "key_id", "fingerprint", "chunks", "chunks_done", "written", "accepted", "unchanged", "parked")
    more = ("refused", "parked_now", "refused_later", "attempts", "error", "created_at")
    return Receipt(
        upload=upload,
        layout=Layout(row["media"], row["charset"], header),
        size=row["bytes"],
        rows=row["row_count"],
        state=State(row["state"]),
        queued_at=row["queued_at"],
        finished_at=row["finished_at"],
        refused_by_code=row["refused_by_code"],
        **{name: row[name] for name in (*names, *more)},
    )


async def get(session: ReadSession, receipt_id: UUID) -> Receipt:
    """The receipt. Raises ``NotFound``, for another tenant's too."""
    found = await session.execute(text(f"SELECT {COLUMNS} FROM import_receipt r WHERE id = :id"), {"id": receipt_id})  # noqa: S608 - a constant of ours
    row = found.mappings().one_or_none()
    if row is None:
        raise NotFound
    return from_row(row)


async def by_key(session: ReadSession, municipality_code: str, digests: Sequence[str]) -> Receipt | None:
    """The receipt of an idempotency key, known by one of its digests; None if there is none.

    It is not locked, so it may have changed by the next statement.
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


async def claim(session: WriteSession, receipt_id: UUID, now: datetime) -> Receipt | None:
    """Lock an unfinished receipt that nobody else works on; None if there is none to have.

    The lock leaves keys free (NO KEY), so that refused rows can be written beside it from another transaction.
    """
    found = await session.execute(
        text(
            f"SELECT {COLUMNS} FROM import_receipt r WHERE id = :id AND state IN ('queued', 'working') "  # noqa: S608 - a constant of ours
            "AND (not_before IS NULL OR not_before <= :now) FOR NO KEY UPDATE OF r SKIP LOCKED"
        ),
        {"id": receipt_id, "now": now},
    )
    row = found.mappings().one_or_none()
    return from_row(row) if row else None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A receipt that could be worked on, and the tenant it belongs to."""

    id: UUID
    municipality_code: str


async def candidates(session: ReadSession) -> Sequence[Candidate]:
    """The oldest unfinished receipt of each municipality and kind: a later file never overtakes an earlier one.

    Needs the access ``import_worker``.
    """
    found = await session.execute(
        text(
            "SELECT DISTINCT ON (municipality_code, kind) id, municipality_code FROM import_receipt "
            "WHERE state IN ('queued', 'working') ORDER BY municipality_code, kind, queued_at, id"
        )
    )
    return [Candidate(row.id, row.municipality_code) for row in found]


async def notify(session: WriteSession) -> None:
    """Wake the workers when the transaction commits."""
    await session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})


async def execute(session: WriteSession, statement: str, values: Mapping[str, Any]) -> int:
    """Run a changing statement; returns how many rows it touched."""
    result = await session.execute(text(statement), dict(values))
    return int(getattr(result, "rowcount", 0))
