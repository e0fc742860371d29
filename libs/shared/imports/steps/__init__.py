"""Numbered steps for the tables of imports: a service's Alembic revision calls ``steps.up(op, 1)``.

The tables themselves are created by the SQL files in this folder; row-level security is enabled here, by ``tenancy``.
"""

from collections.abc import Callable, Mapping

from libs.shared.db import tenancy
from libs.shared.db.scope import Access
from libs.shared.db.steps import Steps
from libs.shared.db.tenancy import Operations
from libs.shared.rotation import steps as rotation
from libs.shared.rotation.places import Ring

_STEPS = Steps("libs.shared.imports")


def _secure(op: Operations) -> None:
    # The worker looks for the next receipt across municipalities and then works as the receipt's own.
    tenancy.enable(op, "import_receipt", read=[Access.IMPORT_WORKER], write=[Access.OPERATOR])
    for table in ("import_chunk", "import_slice", "import_claim", "import_staging", "import_refusal"):
        tenancy.enable(op, table, write=[Access.OPERATOR])
    # It looks for the next parked rows in the same way.
    for table in ("parked_row", "replay_due"):
        tenancy.enable(op, table, read=[Access.IMPORT_WORKER], write=[Access.OPERATOR])
    for table in ("import_receipt", "import_chunk", "import_refusal", "parked_row"):
        rotation.admit(op, table)
    rotation.fence(op, "import_receipt", Ring.DATA, key_id="key_id")
    rotation.fence(op, "import_receipt", Ring.LOOKUP, key_id="lookup_key_id")
    rotation.fence(op, "import_chunk", Ring.DATA, sealed=["sealed"])
    rotation.fence(op, "import_refusal", Ring.DATA, sealed=["sealed"])
    rotation.fence(op, "parked_row", Ring.LOOKUP, key_id="key_id")
    rotation.fence(op, "parked_row", Ring.DATA, sealed=["sealed"])


def _secure_differences(op: Operations) -> None:
    tenancy.enable(op, "import_difference", write=[Access.OPERATOR])


_AFTER_UP: Mapping[int, Callable[[Operations], None]] = {1: _secure, 2: _secure_differences}


def up(op: Operations, number: int) -> None:
    """Run step ``number`` forwards. Step 1 creates the table of retired keys too, because imports need key rings."""
    if number == 1:
        rotation.up(op, 1)
    _STEPS.up(op, number)
    if number in _AFTER_UP:
        _AFTER_UP[number](op)


def down(op: Operations, number: int) -> None:
    """Run step ``number`` backwards, after the service's own tables are dropped. Policies are dropped with their
    tables.
    """
    _STEPS.down(op, number)
    if number == 1:
        rotation.down(op, 1)


def numbers() -> list[int]:
    """The steps that exist."""
    return _STEPS.numbers()
