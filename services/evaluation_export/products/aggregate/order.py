"""The input of the program that builds the tables, and what it makes. The service loads this without what builds."""

from collections.abc import Mapping

import msgspec

from services.evaluation_export.disclosure.release import Group, PersonKeys
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.products.aggregate.snapshot import Snapshot


class Order(msgspec.Struct, frozen=True):
    """Everything a bundle is made of. ``persons`` are aligned with the snapshot's; ``earlier`` the oldest first.

    ``audit_seconds`` is how long the audit may take before the bundle is given up.
    """

    snapshot: Snapshot
    rules: DisclosureRules
    persons: tuple[PersonKeys, ...]
    earlier: tuple[Group, ...] = ()
    audit_seconds: float = 300.0


class Built(msgspec.Struct, frozen=True):
    """The files of the bundle by name, and the groups that the store of releases keeps of it."""

    files: Mapping[str, bytes]
    groups: tuple[Group, ...]
