"""Deliveries in the database. Bundles are read only where one is handed out."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession
from services.evaluation_export.orders.domain import BundleFile, DeliveryState, Product, Status

CHANNEL = "delivery_requested"

_COLUMNS = "id, product, school_year, status, failure, requested_at, finished_at, bundle_sha256, files"
_HAS_PARTICIPANTS = text(
    "SELECT EXISTS (SELECT FROM enrolment"
    " WHERE valid_from < :year_end AND valid_to > :year_start AND valid_from < valid_to)"
)
_ADD = text(
    "INSERT INTO delivery (id, product, school_year, status)"  # noqa: S608 - the columns are the constant above
    " VALUES (:id, :product, :school_year, 'requested')"
    f" RETURNING {_COLUMNS}"
)
_ONE = text(f"SELECT {_COLUMNS} FROM delivery WHERE id = :id")  # noqa: S608 - the columns are the constant above
_PAGE = text(
    f"SELECT {_COLUMNS} FROM delivery"  # noqa: S608 - the columns are the constant above
    " WHERE CAST(:at AS timestamptz) IS NULL OR (requested_at, id) < (CAST(:at AS timestamptz), CAST(:id AS uuid))"
    " ORDER BY requested_at DESC, id DESC LIMIT :most"
)
_BUNDLE = text("SELECT bundle FROM delivery WHERE id = :id")
# No key update: the attempt written meanwhile refers to the row. Who dies lets go, and another worker takes it.
_CLAIM = text(
    f"SELECT {_COLUMNS} FROM delivery WHERE status = 'requested'"  # noqa: S608 - the columns are the constant above
    " ORDER BY requested_at, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED"
)
_BEGIN = text("INSERT INTO delivery_attempt (delivery_id) VALUES (:id)")
_ATTEMPTS = text("SELECT count(*) FROM delivery_attempt WHERE delivery_id = :id")
_READY = text(
    "UPDATE delivery SET status = 'ready', finished_at = clock_timestamp(), bundle = :bundle, bundle_sha256 = :sha256,"
    " files = CAST(:files AS jsonb) WHERE id = :id"
)
_FAILED = text(
    "UPDATE delivery SET status = 'failed', finished_at = clock_timestamp(), failure = :failure WHERE id = :id"
)


async def has_participants(session: ReadSession, start: date, end: date) -> bool:
    """Whether an enrolment touches the days from ``start`` until before ``end``."""
    found = await session.execute(_HAS_PARTICIPANTS, {"year_start": start, "year_end": end})
    return bool(found.scalar_one())


async def add(session: WriteSession, delivery_id: UUID, product: Product, school_year: str) -> DeliveryState:
    """Write an order and wake the worker."""
    found = await session.execute(_ADD, {"id": delivery_id, "product": product, "school_year": school_year})
    await session.execute(text(f"NOTIFY {CHANNEL}"))
    return _state(found.one())


async def one(session: ReadSession, delivery_id: UUID) -> DeliveryState | None:
    """A delivery, if there is one."""
    row = (await session.execute(_ONE, {"id": delivery_id})).one_or_none()
    return None if row is None else _state(row)


async def page(session: ReadSession, before: tuple[datetime, UUID] | None, most: int) -> list[DeliveryState]:
    """The newest ``most`` deliveries older than ``before``."""
    at, delivery_id = before or (None, None)
    found = await session.execute(_PAGE, {"at": at, "id": delivery_id, "most": most})
    return [_state(row) for row in found]


async def bundle(session: ReadSession, delivery_id: UUID) -> bytes | None:
    """The frozen bundle."""
    found: bytes | None = (await session.execute(_BUNDLE, {"id": delivery_id})).scalar_one_or_none()
    return found


async def claim(session: WriteSession) -> DeliveryState | None:
    """The oldest order nobody builds, held until the transaction ends."""
    row = (await session.execute(_CLAIM)).one_or_none()
    return None if row is None else _state(row)


async def attempts(session: ReadSession, delivery_id: UUID) -> int:
    """How often building has begun."""
    return int((await session.execute(_ATTEMPTS, {"id": delivery_id})).scalar_one())


async def begin(session: WriteSession, delivery_id: UUID) -> None:
    """Write down that building begins."""
    await session.execute(_BEGIN, {"id": delivery_id})


async def ready(session: WriteSession, delivery_id: UUID, content: bytes, sha256: str, files: str) -> None:
    """Freeze the bundle; ``files`` is JSON."""
    await session.execute(_READY, {"id": delivery_id, "bundle": content, "sha256": sha256, "files": files})


async def failed(session: WriteSession, delivery_id: UUID, failure: str) -> None:
    """Write down why there is none."""
    await session.execute(_FAILED, {"id": delivery_id, "failure": failure})


def _state(row: Any) -> DeliveryState:
    files: Sequence[dict[str, Any]] = row.files or ()
    return DeliveryState(
        row.id,
        Product(row.product),
        row.school_year,
        Status(row.status),
        row.failure,
        row.requested_at,
        row.finished_at,
        row.bundle_sha256,
        tuple(BundleFile(**file) for file in files),
    )
