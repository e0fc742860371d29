"""What goes into the process that builds a bundle, and what comes out of it. Importable without what builds."""

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
    """The bundle as a zip, and the groups that the store of releases keeps of it."""

    bundle: bytes
    groups: tuple[Group, ...]
