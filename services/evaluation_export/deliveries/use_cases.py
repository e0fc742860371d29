"""Ordering deliveries and handing them out."""

import io
import zipfile
from datetime import datetime
from uuid import UUID, uuid4

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.values.school_years import previous_school_year
from services.evaluation_export.deliveries import queries
from services.evaluation_export.deliveries.domain import DeliveryState, Period, Product, Status
from services.evaluation_export.deliveries.errors import (
    FAILURES,
    MAX_ATTEMPTS,
    BuildFailed,
    DeliveryNotFound,
    NoData,
    NotReady,
    ProductUnknown,
    SchoolYearInvalid,
)

EARLIEST_YEAR = 2000


async def order_delivery(session: WriteSession, *, product: str, school_year: str) -> DeliveryState:
    """Order a delivery; the worker builds it.

    Raises ``ProductUnknown``, ``SchoolYearInvalid``, or ``NoData`` if nobody took part in the year.
    """
    if product not in {each.value for each in Product}:
        raise ProductUnknown(pointer="/product", known=", ".join(Product))
    period = _period(school_year)
    if not await queries.has_participants(session, period.start, period.end):
        raise NoData(pointer="/school_year", school_year=school_year)
    return await queries.add(session, uuid4(), Product(product), school_year)


def _period(school_year: str) -> Period:
    try:
        previous_school_year(school_year)
    except ValueError:
        raise SchoolYearInvalid(pointer="/school_year") from None
    period = Period(school_year)
    if period.first_year < EARLIEST_YEAR:
        raise SchoolYearInvalid(pointer="/school_year")
    return period


async def list_deliveries(session: ReadSession, before: tuple[datetime, UUID] | None, most: int) -> list[DeliveryState]:
    """The newest first, those older than ``before``."""
    return await queries.page(session, before, most)


async def get_delivery(session: ReadSession, delivery_id: UUID) -> DeliveryState:
    """One delivery. Raises ``DeliveryNotFound``."""
    found = await queries.one(session, delivery_id)
    if found is None:
        raise DeliveryNotFound
    return found


async def get_bundle(session: ReadSession, delivery_id: UUID) -> tuple[DeliveryState, bytes]:
    """A delivery with its frozen bundle. Raises ``DeliveryNotFound``, ``NotReady``, or why it failed."""
    found = await get_delivery(session, delivery_id)
    if found.status is Status.FAILED:
        raise failure_of(found)
    content = await queries.bundle(session, delivery_id)
    if content is None:
        raise NotReady
    return found, content


async def get_file(session: ReadSession, delivery_id: UUID, name: str) -> bytes:
    """One file of the bundle, unpacked. Raises as ``get_bundle`` does, and ``DeliveryNotFound`` for another name."""
    _, content = await get_bundle(session, delivery_id)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if name not in archive.namelist():
            raise DeliveryNotFound
        return archive.read(name)


def failure_of(delivery: DeliveryState) -> BuildFailed:
    """Why the delivery failed, in both languages."""
    return FAILURES.get(delivery.failure or "", BuildFailed)(attempts=MAX_ATTEMPTS)
