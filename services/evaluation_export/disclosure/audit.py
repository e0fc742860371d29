"""The audit before release: what a reader of all the tables together can infer about small groups."""

from collections.abc import Mapping

import msgspec

from services.evaluation_export.deliveries.snapshot import Snapshot
from services.evaluation_export.disclosure.release import Cell
from services.evaluation_export.disclosure.rules import DisclosureRules


class AuditTooSlow(Exception):
    """The audit did not end within its time, or the solver did not answer: nothing may be released."""


class TablesContradict(Exception):
    """The finished tables do not agree with the snapshot or with the rules: a fault of the builder."""


class Exposure(msgspec.Struct, frozen=True):
    """What can be inferred too exactly.

    ``target`` names the count or the days, never a number. ``helpers`` are printed cells that protect it when all of
    them are hidden, the least useful first; empty if no cells do.
    """

    target: str
    helpers: tuple[Cell, ...]


def audit(
    files: Mapping[str, bytes],
    truth: Snapshot,
    rules: DisclosureRules,
    *,
    kept: frozenset[Cell] = frozenset(),
    seconds: float,
) -> tuple[Exposure, ...]:
    """What may not be released as it stands; empty if the tables are safe.

    ``files`` are the finished CSV files by name. Cells in ``kept`` show an earlier group's figures. Raises
    ``AuditTooSlow`` and ``TablesContradict``.
    """
    raise NotImplementedError
