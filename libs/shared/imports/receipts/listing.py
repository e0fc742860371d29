"""A municipality's receipts, in the order that the caller chooses."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from libs.shared.db.database import ReadSession
from libs.shared.db.order import Order, Place, Sortable, parameters
from libs.shared.imports.receipts.receipt import Receipt, ReceiptState
from libs.shared.imports.receipts.receipts import COLUMNS, from_row, with_parts

NEWEST = Order("created_at", descending=True)

# The state of a file of several kinds is that of its parts together, as ``receipts.joined`` has it.
_STATE = """
CASE WHEN r.told IS NULL THEN r.state ELSE (
    SELECT CASE WHEN count(*) FILTER (WHERE NOT p.final) = 0 THEN
                     CASE WHEN bool_or(p.state = 'failed') THEN 'failed'
                          WHEN bool_or(p.state = 'rejected') THEN 'rejected'
                          WHEN bool_or(p.state = 'cancelled') THEN 'cancelled'
                          WHEN bool_or(p.state = 'replaced') THEN 'replaced' ELSE 'completed' END
                WHEN bool_and(p.final OR p.state = 'held') THEN 'held'
                WHEN bool_and(p.state = 'queued') THEN 'queued' ELSE 'working' END
      FROM (SELECT o.state, o.state IN ('completed', 'failed', 'rejected', 'cancelled', 'replaced') AS final
              FROM import_receipt AS o WHERE o.part_of = r.id) AS p
) END
"""

_ORDERS = {
    "created_at": Sortable("r.created_at", "timestamptz"),
    "kind": Sortable("r.kind"),
    "state": Sortable(f"({_STATE})"),
}

_PAGE = f"""
    SELECT {COLUMNS} FROM import_receipt r
    WHERE r.municipality_code = :code AND r.kind = ANY(CAST(:kinds AS text[]))
        AND (CAST(:own AS text[]) IS NULL OR r.institution_numbers <@ CAST(:own AS text[]))
        AND r.part_of IS NULL
        AND (CAST(:kind AS text) IS NULL OR r.kind = :kind)
        AND (CAST(:state AS text) IS NULL OR {_STATE} = :state)
        AND (CAST(:institution AS text) IS NULL OR r.institution_number = :institution
             OR EXISTS (SELECT FROM import_receipt o WHERE o.part_of = r.id AND o.institution_number = :institution))
        AND (NOT :waiting OR EXISTS (SELECT FROM parked_row p WHERE p.receipt_id = r.id)
             OR EXISTS (SELECT FROM import_receipt o JOIN parked_row p ON p.receipt_id = o.id WHERE o.part_of = r.id))
        AND (NOT :held OR r.state = 'held'
             OR EXISTS (SELECT FROM import_receipt o WHERE o.part_of = r.id AND o.state = 'held'))
        AND {{after}}
    ORDER BY {{order}} LIMIT :size
"""  # noqa: S608 - constants of ours


@dataclass(frozen=True, slots=True)
class Readable:
    """Which receipts of a municipality a caller may read: those of files of these kinds. If ``institutions`` is given,
    only those of files that were limited to these institutions or to some of them.
    """

    municipality_code: str
    kinds: tuple[str, ...]
    institutions: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which of them the caller asks for; without a value: all. ``institution`` is that of a snapshot, also of one that
    is a part of a file.
    """

    kind: str | None = None
    state: ReceiptState | None = None
    institution: str | None = None
    waiting: bool = False
    held: bool = False


async def page(
    session: ReadSession,
    of: Readable,
    chosen: Chosen,
    *,
    order: Order = NEWEST,
    after: Place | None = None,
    size: int,
) -> Sequence[Receipt]:
    """At most ``size`` receipts; with ``waiting`` those with parked rows alone, with ``held`` those with a snapshot
    that waits for a decision.
    """
    condition, order_by = order.sql(_ORDERS, Sortable("r.id", "uuid"))
    values = {
        "code": of.municipality_code,
        "kinds": list(of.kinds),
        "own": None if of.institutions is None else sorted(of.institutions),
        "kind": chosen.kind,
        "state": chosen.state,
        "institution": chosen.institution,
        "waiting": chosen.waiting,
        "held": chosen.held,
        "size": size,
        **parameters(after),
    }
    statement = text(_PAGE.format(after=condition, order=order_by))
    found = [from_row(row) for row in (await session.execute(statement, values)).mappings()]
    return await with_parts(session, found)
