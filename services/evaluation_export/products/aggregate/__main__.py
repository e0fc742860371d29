"""The program of the product ``aggregate``: builds the bundle of one order."""

from collections.abc import Iterator

import msgspec

from services.evaluation_export.bundle.checks import NotReleasable
from services.evaluation_export.disclosure.audit import AuditTooSlow as AuditTookTooLong
from services.evaluation_export.disclosure.gate import near
from services.evaluation_export.disclosure.packing import PackedGroup, pack, unpack
from services.evaluation_export.disclosure.release import Group
from services.evaluation_export.products.aggregate import NAME
from services.evaluation_export.products.aggregate.building import build, candidates
from services.evaluation_export.products.aggregate.errors import AuditTooSlow, NotProtected
from services.evaluation_export.products.aggregate.order import Order
from services.evaluation_export.products.aggregate.protecting import NotProtectable
from services.evaluation_export.products.child import Contents, run

GIVES_UP = {NotProtectable: NotProtected, NotReleasable: NotProtected, AuditTookTooLong: AuditTooSlow}


def contents(given: Iterator[bytes]) -> Contents:
    """The bundle of the order that comes first, compared with the earlier groups that follow it."""
    order = msgspec.msgpack.decode(next(given), type=Order)
    order = msgspec.structs.replace(order, earlier=_earlier(order, given))
    built = build(order)
    return Contents(
        NAME, {"school_year": order.snapshot.school_year}, built.files, tuple(pack(group) for group in built.groups)
    )


def _earlier(order: Order, given: Iterator[bytes]) -> tuple[Group, ...]:
    """The groups of the newest releases, and of older ones those near a group of this bundle.

    Neither the audit nor the gate uses the others, so they are dropped one by one.
    """
    mine = candidates(order)
    shared: dict[bytes, bytes] = {}
    kept: list[Group] = []
    for each in given:
        packed = msgspec.msgpack.decode(each, type=PackedGroup)
        group = unpack(packed, shared if packed.audited else {})
        if packed.audited or near(mine, [group], order.rules):
            kept.append(group)
    return tuple(kept)


if __name__ == "__main__":
    run(contents, GIVES_UP)
