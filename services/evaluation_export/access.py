"""The rights to order and to fetch deliveries. Nothing is read here: a use case reads the delivery and passes it.

A caller has only the roles of its route (``web.access.require``). Another's delivery and a delivery that does not exist
get the same refusal.
"""

from collections.abc import Sequence
from typing import Annotated, Protocol, TypeVar

from fastapi import Depends

from libs.shared.auth.principal import Principal
from libs.shared.db.scope import Access, Scope
from libs.shared.web.access import require
from services.evaluation_export.errors import DeliveryNotFound
from services.evaluation_export.products.offered import OFFERED
from services.evaluation_export.products.product import Product

EVALUATOR = Scope(access=Access.EVALUATOR)
"""The access with which orders, bundles and the store of releases are read and written."""

Orderer = Annotated[Principal, Depends(require(*sorted({role for product in OFFERED for role in product.ordered_by})))]
"""A caller with a role that may order at least one of the products."""


class OfProduct(Protocol):
    """A delivery, as far as the decision about it needs."""

    @property
    def product(self) -> str:
        """The name of its product."""


D = TypeVar("D", bound=OfProduct)


def orderable(caller: Principal, offered: Sequence[Product] = OFFERED) -> list[Product]:
    """The products that the caller may order, and whose deliveries are the caller's."""
    return [product for product in offered if caller.has(*product.ordered_by)]


def own_delivery(caller: Principal, found: D | None) -> D:
    """The delivery, if it is of a product that the caller may order. Raises ``DeliveryNotFound``."""
    if found is None or found.product not in {product.name for product in orderable(caller)}:
        raise DeliveryNotFound
    return found
