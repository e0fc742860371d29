"""The steps that only a snapshot has: comparing before it is applied, and closing after that."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from libs.shared.base.clock import danish_date
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.imports.batch import BatchResult, Compared, Difference, NamedRow
from libs.shared.imports.handlers import Completes, Handler
from libs.shared.imports.receipts import receipts, sources
from libs.shared.imports.receipts.receipt import Mode, Receipt, ReceiptState
from libs.shared.imports.staging import store
from libs.shared.imports.worker import claims, ending
from libs.shared.imports.worker.applying import Applier

CLOSED_AT_ONCE = 500
"""The most pupils whose memberships are ended in one transaction."""


@dataclass(frozen=True, slots=True)
class Holding:
    """When a snapshot is held: if more than ``share`` of the pupils would leave and at least ``least``; and for how
    many ``days``.
    """

    share: float = 0.1
    least: int = 5
    days: int = 14

    def applies(self, compared: Compared) -> bool:
        """Whether a person must look at what was found."""
        return compared.left >= self.least and compared.left > self.share * compared.pupils


def _of(handler: Handler[Any]) -> Completes:
    if not isinstance(handler, Completes):
        raise TypeError("a kind that may be sent complete has a handler that compares and closes")
    return handler


async def compare(
    session: WriteSession, receipt: Receipt, applier: Applier[Any], holding: Holding, now: datetime
) -> bool:
    """Write down what the snapshot would change, and hold it if that is much. Older held ones of its source end.
    Returns whether it is held.

    The receipt is locked. A file that was only sent to be validated is never held, and ends no other one.
    """
    staged = store.whole(receipt, applier.kind)
    batch = applier.batch(receipt, staged, *await store.load(session, applier.kind, staged, applier.vault))
    named = await _named(session, receipt.id)
    savepoint = await session.begin_nested()
    found = await _of(applier.handler).compare(session, batch, named, danish_date(now))
    await savepoint.rollback()
    await _store(session, receipt, found.differences)
    for other_id in await sources.held_before(session, receipt):
        other = await claims.lock(session, other_id)
        if other is not None and other.state is ReceiptState.HELD:
            await ending.replace(session, other, now)
    given = {
        "id": receipt.id,
        "comparison": json.dumps(
            {"pupils": found.pupils, "left": found.left, "unreadable": found.unreadable, "first": found.first}
        ),
    }
    await receipts.execute(session, _COMPARED, given)
    await receipts.execute(session, _FORGET, given)
    if receipt.upload.mode is not Mode.COMMIT or not holding.applies(found):
        return False
    await _hold(session, receipt, applier, found.result, now + timedelta(days=holding.days))
    return True


async def hold_beside(session: WriteSession, receipt: Receipt, applier: Applier[Any], held: Receipt) -> None:
    """Hold a part that is written before a snapshot that was just held. The receipt is locked."""
    staged = store.whole(receipt, applier.kind)
    batch = applier.batch(receipt, staged, *await store.load(session, applier.kind, staged, applier.vault))
    savepoint = await session.begin_nested()
    judged = await applier.handler.judge(session, batch)
    await savepoint.rollback()
    found = await receipts.get(session, held.id)
    if found.held_until is None:
        raise ValueError("the other part is held")
    await _hold(session, receipt, applier, judged.result, found.held_until)


async def _named(session: ReadSession, receipt_id: UUID) -> list[NamedRow]:
    """Whom the rows are about that are no longer staged. Of a group that is too large nobody knows."""
    found = (await session.execute(_NAMED, {"id": receipt_id})).scalars()
    rows = [NamedRow(sure, [(kind, value) for kind, value in keys]) for chunk in found for sure, keys in chunk]
    crowded = int((await session.execute(_CROWDED, {"id": receipt_id})).scalar_one())
    return rows + [NamedRow(sure=False, keys=[])] * crowded


async def _store(session: WriteSession, receipt: Receipt, differences: Sequence[Difference]) -> None:
    await receipts.execute(session, "DELETE FROM import_difference WHERE receipt_id = :id", {"id": receipt.id})
    if not differences:
        return
    given = {
        "id": receipt.id,
        "code": receipt.upload.municipality_code,
        "numbers": list(range(1, len(differences) + 1)),
        "changes": [each.change.value for each in differences],
        "places": [each.place for each in differences],
        "from_places": [each.from_place for each in differences],
        "pupil_ids": [each.pupil_id for each in differences],
        "pupils": [each.pupils for each in differences],
        "ends": [None if each.ends is None else json.dumps(each.ends) for each in differences],
    }
    await receipts.execute(session, _STORE, given)


async def _hold(
    session: WriteSession, receipt: Receipt, applier: Applier[Any], result: BatchResult, until: datetime
) -> None:
    """Hold the file. Its staged rows are dropped, so that nothing of it waits by a lookup key."""
    while await store.drop_some(session, applier.kind, receipt.id, 50_000):
        pass
    await store.gone(session, receipt.id)
    codes: Counter[str] = Counter()
    before = (await session.execute(_REFUSED, {"id": receipt.id})).scalars()
    for counted in before:
        codes.update(counted)
    codes.update(each.code for each in result.refused)
    refused = sum(codes.values())
    rows = result.accepted + result.unchanged + len(result.waiting) + refused
    given = {
        "id": receipt.id,
        "until": until,
        "rows": rows,
        "accepted": result.accepted,
        "unchanged": result.unchanged,
        "parked": len(result.waiting),
        "refused": refused,
        "codes": json.dumps(codes),
    }
    await receipts.execute(session, _HOLD, given)


async def any_open(session: ReadSession, receipt_id: UUID) -> bool:
    """Whether there is anything left to close."""
    return bool((await session.execute(_ANY_OPEN, {"id": receipt_id})).scalar_one())


async def close_some(session: WriteSession, receipt: Receipt, handler: Handler[Any]) -> None:
    """End the memberships of some of the pupils whom the file does not name."""
    if receipt.upload.snapshot is None:
        raise ValueError("only a snapshot closes")
    found = (await session.execute(_OPEN, {"id": receipt.id, "most": CLOSED_AT_ONCE})).all()
    code, ends = receipt.upload.municipality_code, [row.ends for row in found]
    closed = await _of(handler).close(session, code, receipt.upload.snapshot, ends)
    given = {"id": receipt.id, "numbers": [row.number for row in found], "closed": list(closed)}
    await receipts.execute(session, _CLOSED, given)


_NAMED = text("SELECT named FROM import_chunk WHERE receipt_id = :id AND named <> '[]' ORDER BY seq")

# Those below the number of a whole file are of groups that are too large.
_CROWDED = text("SELECT coalesce(sum(refused), 0) FROM import_slice WHERE receipt_id = :id AND number < -1")

_REFUSED = text("""
SELECT refused_by_code FROM import_chunk WHERE receipt_id = :id
 UNION ALL SELECT refused_by_code FROM import_slice WHERE receipt_id = :id
""")

_COMPARED = "UPDATE import_receipt SET comparison = CAST(:comparison AS jsonb) WHERE id = :id"

_FORGET = "UPDATE import_chunk SET named = '[]' WHERE receipt_id = :id AND named <> '[]'"

_STORE = """
INSERT INTO import_difference (receipt_id, number, municipality_code, change, place, from_place, pupil_id, pupils, ends)
SELECT :id, g.number, :code, g.change, g.place, g.from_place, g.pupil_id, g.pupils, g.ends
  FROM unnest(CAST(:numbers AS integer[]), CAST(:changes AS text[]), CAST(:places AS text[]),
              CAST(:from_places AS text[]), CAST(:pupil_ids AS uuid[]), CAST(:pupils AS integer[]),
              CAST(:ends AS jsonb[])) AS g (number, change, place, from_place, pupil_id, pupils, ends)
"""

_HOLD = """
UPDATE import_receipt SET state = 'held', held_until = :until, lookup_key_id = NULL, row_count = :rows,
       accepted = :accepted, unchanged = :unchanged, parked = :parked, refused = :refused,
       refused_by_code = CAST(:codes AS jsonb), chunks_done = chunks
 WHERE id = :id
"""

_ANY_OPEN = text(
    "SELECT EXISTS (SELECT FROM import_difference WHERE receipt_id = :id AND ends IS NOT NULL AND closed IS NULL)"
)

_OPEN = text("""
SELECT number, ends FROM import_difference
 WHERE receipt_id = :id AND ends IS NOT NULL AND closed IS NULL ORDER BY number LIMIT :most
""")

_CLOSED = """
UPDATE import_difference AS d SET closed = g.closed
  FROM unnest(CAST(:numbers AS integer[]), CAST(:closed AS integer[])) AS g (number, closed)
 WHERE d.receipt_id = :id AND d.number = g.number
"""
