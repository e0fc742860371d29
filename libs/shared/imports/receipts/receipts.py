"""Reads receipts."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from libs.shared.base.errors import NotFound
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.files.formats import Told
from libs.shared.files.header import Header
from libs.shared.files.parse import CSV, Layout
from libs.shared.files.snapshot import Snapshot
from libs.shared.imports.receipts.receipt import FINAL, Atomic, Comparison, Mode, Phase, Receipt, ReceiptState, Upload
from libs.shared.privacy.identifiers import IdentifierKind

DIVIDED = "divided"
"""The stored state of the receipt of a file of several kinds, once it is received: its parts have the state."""
CHANNEL = "skoleloeft_imports"
"""The NOTIFY channel that wakes the worker. The worker polls too, in case a notification is lost."""


# While a file is being processed, its counts are summed over the chunks and slices that are done. The receipt's own
# columns get them at the end.
_PROGRESS = """CASE WHEN r.state = 'working' THEN (
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
COLUMNS = f"""r.*, {_PROGRESS},
    (SELECT count(*) FROM parked_row p WHERE p.receipt_id = r.id) AS parked_now,
    (SELECT count(*) FROM import_refusal f WHERE f.receipt_id = r.id AND f.replayed) AS refused_later"""  # noqa: S608 - a constant of ours
AT_WORK = f"""r.*, {_PROGRESS}, 0 AS parked_now, 0 AS refused_later,
    (SELECT g.settled FROM import_staging g WHERE g.receipt_id = r.id AND g.staging = r.staging) AS settled"""  # noqa: S608 - a constant of ours
"""What the worker reads: also whether the rows are staged, but not what became of parked rows."""

_ONE = text(f"SELECT {COLUMNS} FROM import_receipt r WHERE id = :id")  # noqa: S608 - a constant of ours
_AT_WORK = text(f"SELECT {AT_WORK} FROM import_receipt r WHERE id = :id")  # noqa: S608 - a constant of ours
_parsed = lru_cache(maxsize=512)(text)
"""Each statement is looked through for its parameters once."""


def from_row(found: RowMapping) -> Receipt:
    """A receipt from a row of ``COLUMNS`` or ``AT_WORK``."""
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
    told = row["told"]
    return Receipt(
        upload=upload,
        layout=Layout(row["media"], row["charset"], header),
        size=row["bytes"],
        rows=row["row_count"],
        state=ReceiptState.QUEUED if row["state"] == DIVIDED else ReceiptState(row["state"]),
        told=Told(told["facts"], told["ignored"]) if told else None,
        part_of=row["part_of"],
        part=row["part"],
        unit=row["unit"],
        phase=Phase(row["phase"]) if row["phase"] else None,
        queued_at=row["queued_at"],
        finished_at=row["finished_at"],
        refused_by_code=row["refused_by_code"],
        comparison=Comparison(**row["comparison"]) if row["comparison"] else None,
        settled=row.get("settled"),
        **{name: row[name] for name in (*names, *more, *work)},
    )


def _snapshot(row: Mapping[str, Any]) -> Snapshot | None:
    if row["source"] is None:
        return None
    return Snapshot(row["institution_number"], row["school_year"], row["source"], row["source_moment"])


async def get(session: ReadSession, receipt_id: UUID) -> Receipt:
    """The receipt. Raises ``NotFound``, also for a receipt of another tenant."""
    found = await session.execute(_ONE, {"id": receipt_id})
    row = found.mappings().one_or_none()
    if row is None:
        raise NotFound
    return (await with_parts(session, [from_row(row)]))[0]


async def at_work(session: ReadSession, receipt_id: UUID) -> Receipt:
    """The receipt of a file or part that is worked on, as the worker reads it."""
    return from_row((await session.execute(_AT_WORK, {"id": receipt_id})).mappings().one())


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
    return (await with_parts(session, [from_row(row)]))[0] if row else None


async def with_parts(session: ReadSession, found: Sequence[Receipt]) -> list[Receipt]:
    """The receipts, those of files of several kinds with their parts."""
    divided = [each.id for each in found if each.told is not None]
    if not divided:
        return list(found)
    parts: dict[UUID | None, list[Receipt]] = {}
    for part in await parts_of(session, divided):
        parts.setdefault(part.part_of, []).append(part)
    return [joined(each, parts.get(each.id, [])) if each.told is not None else each for each in found]


async def parts_of(session: ReadSession, ids: Sequence[UUID]) -> list[Receipt]:
    """The parts of files of several kinds, in order."""
    rows = await session.execute(
        text(f"SELECT {COLUMNS} FROM import_receipt r WHERE part_of = ANY(CAST(:ids AS uuid[])) ORDER BY part"),  # noqa: S608
        {"ids": list(ids)},
    )
    return [from_row(row) for row in rows.mappings()]


def joined(file: Receipt, parts: Sequence[Receipt]) -> Receipt:
    """The receipt of a file of several kinds: its state and counts are those of its parts together."""
    snapshots = [each for each in parts if each.upload.snapshot is not None]
    alone = snapshots[0] if len(snapshots) == 1 else None
    state = _together(parts)
    final = state in FINAL
    seqs = [each.outbox_seq for each in parts if each.outbox_seq is not None]
    held = [each for each in parts if each.held_until is not None]
    sums = ("chunks", "chunks_done", "rows", "accepted", "unchanged", "parked", "refused", "parked_now")
    return replace(
        file,
        parts=tuple(parts),
        state=state,
        upload=replace(file.upload, snapshot=alone.upload.snapshot if alone else None),
        comparison=alone.comparison if alone else None,
        written=any(each.written for each in parts),
        refused_by_code=_summed(each.refused_by_code for each in parts),
        notices=_summed(each.notices for each in parts),
        refused_later=sum(each.refused_later for each in parts),
        closed=sum(each.closed for each in parts),
        error=next((each.error for each in parts if each.error), None),
        finished_at=max((each.finished_at for each in parts if each.finished_at), default=None) if final else None,
        outbox_seq=max(seqs) if final and seqs else None,
        held_until=min((each.held_until for each in held if each.held_until), default=None),
        decision=next((each.decision for each in parts if each.decision), None),
        decided_by=next((each.decided_by for each in parts if each.decided_by), None),
        decided_at=next((each.decided_at for each in parts if each.decided_at), None),
        **{name: sum(getattr(each, name) for each in parts) for name in sums},
    )


def _together(parts: Sequence[Receipt]) -> ReceiptState:
    states = {each.state for each in parts}
    ended = (ReceiptState.FAILED, ReceiptState.REJECTED, ReceiptState.CANCELLED, ReceiptState.REPLACED)
    if states <= FINAL:
        return next((state for state in ended if state in states), ReceiptState.COMPLETED)
    if states - FINAL == {ReceiptState.HELD}:
        return ReceiptState.HELD
    return ReceiptState.QUEUED if states == {ReceiptState.QUEUED} else ReceiptState.WORKING


def _summed(counts: Iterable[Mapping[str, int]]) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for each in counts:
        found.update(each)
    return found


async def notify(session: WriteSession) -> None:
    """Wake the workers when the transaction commits."""
    await session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})


async def execute(session: WriteSession, statement: str, values: Mapping[str, Any]) -> int:
    """Run a statement that changes rows; returns the number of affected rows."""
    result = await session.execute(_parsed(statement), dict(values))
    return int(getattr(result, "rowcount", 0))
