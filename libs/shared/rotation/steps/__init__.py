"""Numbered steps for the table of retired keys, and the fence around the tables that keys are used in."""

from collections.abc import Sequence

from libs.shared.db.scope import Access
from libs.shared.db.steps import Steps
from libs.shared.db.tenancy import Operations
from libs.shared.rotation.places import Ring

_STEPS = Steps("libs.shared.rotation")

_ACCESS = f"((SELECT current_setting('skoleloeft.access', true)) = '{Access.ROTATION.value}')"


def up(op: Operations, number: int) -> None:
    """Run step ``number`` forwards."""
    _STEPS.up(op, number)


def down(op: Operations, number: int) -> None:
    """Run step ``number`` backwards, after the tables with a fence are dropped."""
    _STEPS.down(op, number)


def numbers() -> list[int]:
    """The steps that exist."""
    return _STEPS.numbers()


def fence(op: Operations, table: str, ring: Ring, *, sealed: Sequence[str] = (), key_id: str | None = None) -> None:
    """Forbid values of a retired key in these columns, and let the rotation reach the table.

    ``sealed`` are columns with values of the vault, ``key_id`` one with the id of a key. The fence is dropped with its
    table.
    """
    written = [f"sealed_key_id(written.{column})" for column in sealed] + ([f"written.{key_id}"] if key_id else [])
    for event in ("INSERT", "UPDATE"):
        op.execute(
            f"CREATE TRIGGER fence_{ring.value}_{event.lower()} AFTER {event} ON {table}"
            " REFERENCING NEW TABLE AS written FOR EACH STATEMENT"
            f" EXECUTE FUNCTION forbid_retired('{ring.value}', '{', '.join(written)}')"
        )


def admit(op: Operations, table: str) -> None:
    """Let the rotation read and write the rows of a table with row-level security, in every tenant."""
    op.execute(f"CREATE POLICY {Access.ROTATION.value}_writes ON {table} USING {_ACCESS} WITH CHECK {_ACCESS}")
