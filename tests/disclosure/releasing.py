"""Releases populations with the product's own builder, one after the other."""

import hashlib
from collections.abc import Iterable

from services.evaluation_export.bundle.checks import NotReleasable
from services.evaluation_export.disclosure.audit import AuditTooSlow
from services.evaluation_export.disclosure.release import Group, PersonKeys
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.products.aggregate.building import build
from services.evaluation_export.products.aggregate.order import Order
from services.evaluation_export.products.aggregate.primary import Part
from services.evaluation_export.products.aggregate.protecting import NotProtectable
from tests.disclosure.judge import Truth
from tests.disclosure.populations import Population
from tests.disclosure.releases import Release
from tests.factories.bundles import zipped

REFUSED = (NotProtectable, NotReleasable, AuditTooSlow)
"""What the builder raises when it releases nothing."""


class Registry:
    """The releases in their order, with the groups that the store of releases keeps of them."""

    def __init__(self, off: Iterable[Part] = ()) -> None:
        self.off = frozenset(off)
        self.releases: list[Release] = []
        self.groups: list[Group] = []
        self.refused = 0

    def release(self, population: Population) -> Release | None:
        """Release a population after the earlier ones; None if the builder refuses."""
        keys = tuple(_keys(one) for one in population.identities)
        try:
            built = build(Order(population.snapshot, DisclosureRules(), keys, tuple(self.groups)), self.off)
        except REFUSED:
            self.refused += 1
            return None
        self.groups += built.groups
        truth = Truth(population.snapshot, overlapping=Part.PARTITION in self.off)
        self.releases.append(Release(zipped(built, population.snapshot.school_year), truth, population.identities))
        return self.releases[-1]


def _keys(identity: int) -> PersonKeys:
    stands_for = hashlib.sha256(str(identity).encode()).digest()
    return PersonKeys(stands_for[:16], stands_for)
