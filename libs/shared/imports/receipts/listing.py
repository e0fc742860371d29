"""A municipality's receipts, the newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession
from libs.shared.imports.receipts.receipt import Receipt
from libs.shared.imports.receipts.receipts import COLUMNS, from_row, with_parts

_PAGE = f"""
    SELECT {COLUMNS} FROM import_receipt r
    WHERE r.municipality_code = :code AND r.kind = ANY(CAST(:kinds AS text[]))
        AND (CAST(:own AS text[]) IS NULL OR r.institution_numbers <@ CAST(:own AS text[]))
        AND r.part_of IS NULL
        AND (NOT :waiting OR EXISTS (SELECT FROM parked_row p WHERE p.receipt_id = r.id)
             OR EXISTS (SELECT FROM import_receipt o JOIN parked_row p ON p.receipt_id = o.id WHERE o.part_of = r.id))
        AND (NOT :held OR r.state = 'held'
             OR EXISTS (SELECT FROM import_receipt o WHERE o.part_of = r.id AND o.state = 'held'))
        AND (CAST(:moment AS timestamptz) IS NULL OR (r.created_at, r.id) < (:moment, CAST(:id AS uuid)))
    ORDER BY r.created_at DESC, r.id DESC LIMIT :size
"""  # noqa: S608 - a constant of ours


@dataclass(frozen=True, slots=True)
class Readable:
    """Which receipts of a municipality a caller may read: those of files of these kinds. If ``institutions`` is given,
    only those of files that were limited to these institutions or to some of them.
    """

    municipality_code: str
    kinds: tuple[str, ...]
    institutions: frozenset[str] | None


async def page(
    session: ReadSession, of: Readable, *, waiting: bool, held: bool, before: tuple[datetime, UUID] | None, size: int
) -> Sequence[Receipt]:
    """At most ``size`` receipts that follow ``before`` in the list, or the first ones; with ``waiting`` only those
    with parked rows. ``before`` is the ``created_at`` and id of the last receipt of the page before.
    """
    moment, receipt_id = before or (None, None)
    values = {
        "code": of.municipality_code,
        "kinds": list(of.kinds),
        "own": None if of.institutions is None else sorted(of.institutions),
        "waiting": waiting,
        "held": held,
        "moment": moment,
        "id": receipt_id,
        "size": size,
    }
    found = [from_row(row) for row in (await session.execute(text(_PAGE), values)).mappings()]
    return await with_parts(session, found)
