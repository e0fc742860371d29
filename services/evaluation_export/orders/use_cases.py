"""Ordering deliveries and handing them out."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from libs.shared.auth.principal import Principal
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place
from services.evaluation_export.access import orderable, own_delivery
from services.evaluation_export.bundle.archive import BundleFile
from services.evaluation_export.errors import DeliveryNotFound
from services.evaluation_export.orders import queries
from services.evaluation_export.orders.domain import Chosen, DeliveryState, Status
from services.evaluation_export.orders.errors import (
    NotReady,
    ProductUnknown,
    failure_of,
)
from services.evaluation_export.products.offered import OFFERED
from services.evaluation_export.products.product import Product


async def order_delivery(
    session: WriteSession,
    caller: Principal,
    *,
    product: str,
    given: Mapping[str, Any],
    offered: Sequence[Product] = OFFERED,
) -> DeliveryState:
    """Order a delivery with the given parameters; the worker builds it.

    Raises ``ProductUnknown`` for a product that is not offered to the caller, and what the product refuses.
    """
    known = {each.name: each for each in orderable(caller, offered)}
    if product not in known:
        raise ProductUnknown(pointer="/product", known=", ".join(known))
    parameters = known[product].asked(given)
    await known[product].check(session, parameters)
    return await queries.add(session, uuid4(), product, parameters)


async def list_deliveries(
    session: ReadSession, caller: Principal, chosen: Chosen, *, order: Order, after: Place | None, size: int
) -> list[DeliveryState]:
    """At most ``size`` of the chosen deliveries of products that the caller may order."""
    products = [each.name for each in orderable(caller)]
    return await queries.page(session, products, chosen, order=order, after=after, size=size)


async def get_delivery(session: ReadSession, caller: Principal, delivery_id: UUID) -> DeliveryState:
    """A delivery of a product that the caller may order. Raises ``DeliveryNotFound``."""
    return own_delivery(caller, await queries.one(session, delivery_id))


async def finished_delivery(session: ReadSession, caller: Principal, delivery_id: UUID) -> DeliveryState:
    """A delivery whose bundle can be fetched. Raises ``DeliveryNotFound``, ``NotReady``, or why it failed."""
    found = await get_delivery(session, caller, delivery_id)
    if found.status is Status.FAILED:
        raise failure_of(found.product, found.failure)
    if found.status is not Status.READY:
        raise NotReady
    return found


async def finished_file(session: ReadSession, caller: Principal, delivery_id: UUID, name: str) -> BundleFile:
    """A file of a bundle. Raises as ``finished_delivery``, and ``DeliveryNotFound`` for a name that is not in it."""
    found = await finished_delivery(session, caller, delivery_id)
    for file in found.files:
        if file.name == name:
            return file
    raise DeliveryNotFound
