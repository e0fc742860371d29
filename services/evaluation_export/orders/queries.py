"""Deliveries and the attempts at building them in the database."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import insert, text

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place, Sortable, parameters
from libs.shared.events.table_sql import table_of
from services.evaluation_export.bundle.archive import BundleFile, Sealed
from services.evaluation_export.orders.domain import Chosen, Claim, DeliveryState, Status
from services.evaluation_export.orders.tables import DeliveryAttempt
from services.evaluation_export.products.parameters import Parameters

CHANNEL = "delivery_requested"

_COLUMNS = "id, product, parameters, status, failure, requested_at, finished_at, bundle_sha256, bundle_bytes, files"
_ADD = text(
    "INSERT INTO delivery (id, product, parameters, status)"  # noqa: S608 - the columns are the constant above
    " VALUES (:id, :product, CAST(:parameters AS jsonb), 'requested')"
    f" RETURNING {_COLUMNS}"
)
_ONE = text(f"SELECT {_COLUMNS} FROM delivery WHERE id = :id")  # noqa: S608 - the columns are the constant above
_ORDERS = {
    "requested_at": Sortable("requested_at", "timestamptz"),
    "product": Sortable("product"),
    "status": Sortable("status"),
}
_PAGE = (
    f"SELECT {_COLUMNS} FROM delivery WHERE product = ANY (CAST(:products AS text[]))"  # noqa: S608 - as above
    " AND (CAST(:product AS text) IS NULL OR product = :product)"
    " AND (CAST(:status AS text) IS NULL OR status = :status) AND {after} ORDER BY {order} LIMIT :size"
)
_WAITING = text(
    "SELECT EXISTS (SELECT FROM delivery WHERE status = 'requested' AND product = ANY (CAST(:products AS text[])))"
)
_OLDEST = text(
    f"SELECT {_COLUMNS} FROM delivery"  # noqa: S608 - the columns are the constant above
    " WHERE status = 'requested' AND product = ANY (CAST(:products AS text[]))"
    " ORDER BY requested_at, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED"
)
_BEGIN = insert(table_of(DeliveryAttempt))
_ATTEMPTS = text("SELECT count(*) FROM delivery_attempt WHERE delivery_id = :id")
_HOLD = text("SELECT id FROM delivery WHERE id = :id AND status = 'requested' FOR NO KEY UPDATE")
_READY = text(
    "UPDATE delivery SET status = 'ready', finished_at = clock_timestamp(), bundle_sha256 = :sha256,"
    " bundle_bytes = :bytes, files = CAST(:files AS jsonb) WHERE id = :id"
)
_FAILED = text(
    "UPDATE delivery SET status = 'failed', finished_at = clock_timestamp(), failure = :failure WHERE id = :id"
)


class ClaimLost(Exception):
    """Another worker has begun an attempt at the order, or has finished it."""


async def add(session: WriteSession, delivery_id: UUID, product: str, parameters: Parameters) -> DeliveryState:
    """Write an order and wake the worker."""
    stored = msgspec.json.encode(parameters).decode()
    found = await session.execute(_ADD, {"id": delivery_id, "product": product, "parameters": stored})
    await session.execute(text(f"NOTIFY {CHANNEL}"))
    return _state(found.one())


async def one(session: ReadSession, delivery_id: UUID) -> DeliveryState | None:
    """A delivery, if there is one."""
    row = (await session.execute(_ONE, {"id": delivery_id})).one_or_none()
    return None if row is None else _state(row)


async def page(
    session: ReadSession, products: Sequence[str], chosen: Chosen, *, order: Order, after: Place | None, size: int
) -> list[DeliveryState]:
    """At most ``size`` of the chosen deliveries of these products."""
    condition, order_by = order.sql(_ORDERS, Sortable("id", "uuid"))
    given = {"products": list(products), "product": chosen.product, "status": chosen.status, "size": size}
    statement = text(_PAGE.format(after=condition, order=order_by))
    found = await session.execute(statement, given | parameters(after))
    return [_state(row) for row in found]


async def waiting(session: ReadSession, products: Sequence[str]) -> bool:
    """Whether there is an order of one of these products that is not finished."""
    return bool((await session.execute(_WAITING, {"products": list(products)})).scalar_one())


async def claim(session: WriteSession, products: Sequence[str]) -> Claim | None:
    """Begin an attempt at the oldest order of these products, which ends the claim of every earlier attempt at it."""
    row = (await session.execute(_OLDEST, {"products": list(products)})).one_or_none()
    if row is None:
        return None
    order = _state(row)
    await session.execute(_BEGIN, {"delivery_id": order.id})
    return Claim(order, await _attempts(session, order.id))


async def confirm(session: WriteSession, claim: Claim) -> None:
    """Lock the order until the end of the transaction, so that no other attempt at it begins. Raises ``ClaimLost``."""
    found = (await session.execute(_HOLD, {"id": claim.order.id})).one_or_none()
    if found is None or await _attempts(session, claim.order.id) != claim.attempt:
        raise ClaimLost


async def ready(session: WriteSession, delivery_id: UUID, sealed: Sealed) -> None:
    """Mark the delivery as ready; its bundle is stored and does not change any more."""
    files = msgspec.json.encode(sealed.files).decode()
    told = {"id": delivery_id, "sha256": sealed.sha256, "bytes": sealed.bytes, "files": files}
    await session.execute(_READY, told)


async def failed(session: WriteSession, delivery_id: UUID, failure: str) -> None:
    """Mark the delivery as failed, with the stable code of the reason."""
    await session.execute(_FAILED, {"id": delivery_id, "failure": failure})


async def _attempts(session: ReadSession, delivery_id: UUID) -> int:
    return int((await session.execute(_ATTEMPTS, {"id": delivery_id})).scalar_one())


def _state(row: Any) -> DeliveryState:
    files: Sequence[dict[str, Any]] = row.files or ()
    return DeliveryState(
        row.id,
        row.product,
        row.parameters,
        Status(row.status),
        row.failure,
        row.requested_at,
        row.finished_at,
        row.bundle_sha256,
        row.bundle_bytes,
        tuple(BundleFile(**file) for file in files),
    )
