"""Row-level security, written by migrations.

A tenant table has a column ``municipality_code``. Its rows can be read and written only by a transaction whose scope
contains that municipality or one of the table's named accesses. FORCE applies this to the owner too.
"""

from collections.abc import Iterable
from typing import Protocol

from libs.shared.db.scope import Access

# Within a sub-select PostgreSQL evaluates the setting once per statement and not once per row.
_CODES = "(SELECT string_to_array(current_setting('skoleloeft.municipalities', true), ','))::text[]"
_ACCESS = "(SELECT current_setting('skoleloeft.access', true))"


class Operations(Protocol):
    """The method of Alembic's ``op`` that is used."""

    def execute(self, sqltext: str) -> None:
        """Run a statement."""


def enable(
    op: Operations,
    table: str,
    *,
    read: Iterable[Access] = (),
    write: Iterable[Access] = (),
    column: str = "municipality_code",
) -> None:
    """Enable forced row-level security for ``table``.

    ``read`` names the accesses that may select all rows, ``write`` those that may also change them.
    """
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY tenant ON {table} USING ({column} = ANY ({_CODES})) WITH CHECK ({column} = ANY ({_CODES}))"
    )
    for access in sorted({*read} - {*write}):
        op.execute(f"CREATE POLICY {access.value}_reads ON {table} FOR SELECT USING ({_ACCESS} = '{access.value}')")
    for access in sorted({*write}):
        condition = f"({_ACCESS} = '{access.value}')"
        op.execute(f"CREATE POLICY {access.value}_writes ON {table} USING {condition} WITH CHECK {condition}")


def enable_named(op: Operations, table: str, *, read: Iterable[Access] = (), write: Iterable[Access] = ()) -> None:
    """Enable forced row-level security for a table without municipalities: only the named accesses see its rows."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for access in sorted({*read} - {*write}):
        op.execute(f"CREATE POLICY {access.value}_reads ON {table} FOR SELECT USING ({_ACCESS} = '{access.value}')")
    for access in sorted({*write}):
        condition = f"({_ACCESS} = '{access.value}')"
        op.execute(f"CREATE POLICY {access.value}_writes ON {table} USING {condition} WITH CHECK {condition}")
