"""Refusals of orders and deliveries, and the reasons for which an order of any product may fail."""

from collections.abc import Sequence

from libs.shared.base.errors import Conflict, Invalid
from services.evaluation_export.products.errors import BuildFailed
from services.evaluation_export.products.offered import OFFERED
from services.evaluation_export.products.product import Product

MAX_ATTEMPTS = 3
"""The number of attempts at building, so that a build that ends its worker is not repeated forever."""


class ProductUnknown(Invalid):
    """A product that is not offered."""

    code = "delivery.product_unknown"
    da = "Produktet findes ikke. Bestil et af: {known}."
    en = "There is no such product. Order one of: {known}."


class NotReady(Conflict):
    """Still being built."""

    code = "delivery.not_ready"
    da = "Leverancen er ikke færdig endnu. Hent dens status, og prøv igen, når den er »ready«."
    en = "The delivery is not finished yet. Fetch its status, and try again when it is 'ready'."


class BuildInterrupted(BuildFailed):
    """The worker ended during the build, three times."""

    code = "delivery.build_interrupted"
    da = "Bygningen af leverancen blev afbrudt {attempts} gange. Kontakt driften, og bestil igen bagefter."
    en = "Building the delivery was interrupted {attempts} times. Ask operations, and order again afterwards."


class ReleaseKeyMismatch(BuildFailed):
    """The store of releases was made with another key, so that the new tables cannot be compared with earlier ones."""

    code = "delivery.release_key_mismatch"
    da = (
        "De nye tabeller kan ikke sammenlignes med dem, der tidligere er udleveret, for nøglen til det register er en "
        "anden. Intet er udleveret. Driften skal lægge den oprindelige nøgle tilbage; bestil igen bagefter."
    )
    en = (
        "The new tables cannot be compared with those released earlier, since the key of that register is another one. "
        "Nothing was released. Operations must put the original key back; order again afterwards."
    )


def failure_of(product: str, code: str | None, offered: Sequence[Product] = OFFERED) -> BuildFailed:
    """The reason why a delivery of this product failed, in both languages, by its stored stable code."""
    for failure in (BuildInterrupted, ReleaseKeyMismatch):
        if failure.code == code:
            return failure(attempts=MAX_ATTEMPTS)
    for each in offered:
        if each.name == product:
            return each.failure(code)()
    return BuildFailed()
