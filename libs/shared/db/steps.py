"""Numbered up and down steps that a library provides for tables that every service needs.

A step is a pair of files ``0001_name.up.sql`` and ``0001_name.down.sql`` in the library's ``steps`` folder; a
service's Alembic revision calls ``STEPS.up(op, 1)``. Statements are separated by a line with only ``--;;``.
"""

from importlib.resources import files
from importlib.resources.abc import Traversable

from libs.shared.db.tenancy import Operations

SEPARATOR = "--;;"


class Steps:
    """The steps of one library package, such as ``libs.shared.events``."""

    def __init__(self, package: str) -> None:
        self._package = package

    def _folder(self) -> Traversable:
        return files(self._package) / "steps"

    def numbers(self) -> list[int]:
        """The numbers that exist, ascending."""
        names = (entry.name for entry in self._folder().iterdir())
        return sorted(int(name[:4]) for name in names if name.endswith(".up.sql"))

    def statements(self, number: int, direction: str) -> list[str]:
        """The statements of step ``number``; ``direction`` is ``up`` or ``down``. Raises ``LookupError``."""
        for entry in self._folder().iterdir():
            if entry.name.startswith(f"{number:04d}_") and entry.name.endswith(f".{direction}.sql"):
                parts = entry.read_text(encoding="utf-8").split(f"\n{SEPARATOR}\n")
                return [part.strip() for part in parts if part.strip()]
        raise LookupError(f"{self._package} has no step {number} {direction}")

    def up(self, op: Operations, number: int) -> None:
        """Run step ``number`` forwards."""
        for statement in self.statements(number, "up"):
            op.execute(statement)

    def down(self, op: Operations, number: int) -> None:
        """Run step ``number`` backwards."""
        for statement in self.statements(number, "down"):
            op.execute(statement)
