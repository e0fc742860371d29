"""The input and the output of the program that builds the tables. The service loads this module without the builder."""

from collections.abc import Mapping

import msgspec

from services.evaluation_export.disclosure.release import Group, PersonKeys
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.products.aggregate.snapshot import Snapshot


class Order(msgspec.Struct, frozen=True):
    """The input of a bundle. ``persons`` are aligned with the snapshot's; ``earlier`` has the oldest first.

    ``audit_seconds`` is the time after which the audit ends and the bundle is abandoned.
    """

    snapshot: Snapshot
    rules: DisclosureRules
    persons: tuple[PersonKeys, ...]
    earlier: tuple[Group, ...] = ()
    audit_seconds: float = 300.0


class Built(msgspec.Struct, frozen=True):
    """The files of the bundle by name, and its groups for the store of releases."""

    files: Mapping[str, bytes]
    groups: tuple[Group, ...]
