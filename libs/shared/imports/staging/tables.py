"""The table of a kind's staged rows, made from its declaration.

It is unlogged: if a crash of the server empties it, the rows are made again from the file's chunks. Rows are added by
COPY, which PostgreSQL refuses on a table with row-level security; so there are two tables. ``staged_<kind>`` has
row-level security, and everything is read, changed and deleted through it. Its one partition ``staged_<kind>_rows``
has none, and the application role may only insert into it.

No column holds an identifier in the clear: identifier columns hold the value of the lookup key, ``secret`` columns
are sealed together in ``sealed``, and hashes are keyed.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, Column, Date, Index, Integer, LargeBinary, MetaData, Numeric, Table, Text, Uuid
from sqlalchemy.types import TypeEngine

from libs.shared.db import tenancy
from libs.shared.db.scope import Access
from libs.shared.db.tenancy import Operations
from libs.shared.files.kind import Kind
from libs.shared.privacy.texts import Register, StoredText, code, keyed, sealed

_TYPES: dict[str, type[TypeEngine[Any]]] = {
    "uuid": Uuid,
    "text": Text,
    "integer": Integer,
    "bigint": BigInteger,
    "date": Date,
    "numeric": Numeric,
    "bytea": LargeBinary,
}
FIXED = {
    "receipt_id": "uuid",
    "municipality_code": "text",
    "row_no": "integer",
    "group_hash": "bigint",
    "key_hash": "bigint",
}


def table_of(kind: Kind) -> str:
    """The table's name."""
    return f"staged_{kind.name}"


def rows_of(kind: Kind) -> str:
    """The name of the partition that rows are added to."""
    return f"{table_of(kind)}_rows"


def stored_as(name: str) -> str:
    """The name of a kind's column in the table: its own, with ``_`` added if that is one of the fixed names."""
    return f"{name}_" if name in FIXED else name


def value_columns(kind: Kind) -> dict[str, str]:
    """Name → type of the columns after the fixed ones."""
    columns = {stored_as(column.name): column.stored for column in kind.columns if not column.column.secret}
    columns |= {f"{column.name}_key": "text" for column in kind.columns if column.column.keyed}
    if any(column.column.secret for column in kind.columns):
        columns["sealed"] = "bytea"
    return columns


def define(metadata: MetaData, kind: Kind) -> None:
    """Add both tables to ``metadata``."""
    for name, unlogged in ((table_of(kind), False), (rows_of(kind), True)):
        made = Table(name, metadata, *_columns(kind), prefixes=["UNLOGGED"] if unlogged else [])
        if unlogged:
            Index(_index(kind), made.c.receipt_id, made.c.group_hash)


def _columns(kind: Kind) -> Iterator[Column[object]]:
    for name, stored in FIXED.items():
        yield Column(name, _TYPES[stored](), nullable=False)
    for name, stored in value_columns(kind).items():
        yield Column(name, _TYPES[stored]())


def _index(kind: Kind) -> str:
    return f"ix_{rows_of(kind)}_receipt_id"


def up(op: Operations, kind: Kind) -> None:
    """Create both tables; for a service's Alembic revision, after step 1 of imports."""
    columns = [f'"{name}" {stored} NOT NULL' for name, stored in FIXED.items()]
    columns += [f'"{name}" {stored}' for name, stored in value_columns(kind).items()]
    table, rows = table_of(kind), rows_of(kind)
    op.execute(f"CREATE TABLE {table} ({', '.join(columns)}) PARTITION BY LIST (municipality_code)")
    op.execute(f"CREATE UNLOGGED TABLE {rows} PARTITION OF {table} DEFAULT")
    op.execute(f"CREATE INDEX {_index(kind)} ON {rows} (receipt_id, group_hash)")
    # Staged rows are soon deleted; vacuum must run often so that the table does not grow by dead rows.
    op.execute(
        f"ALTER TABLE {rows} SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05)"
    )
    tenancy.enable(op, table, write=[Access.OPERATOR])
    op.execute(_INSERT_ALONE.format(rows=rows))


# Every other role with rights on the table keeps only INSERT. Role names differ between installations, so they are read
# from the catalog.
_INSERT_ALONE = """
DO $do$
DECLARE held record;
BEGIN
    FOR held IN SELECT DISTINCT a.grantee::regrole::text AS role FROM pg_class AS c, aclexplode(c.relacl) AS a
                 WHERE c.oid = '{rows}'::regclass AND a.grantee <> c.relowner AND a.grantee <> 0
    LOOP
        EXECUTE format('REVOKE ALL ON {rows} FROM %s', held.role);
        EXECUTE format('GRANT INSERT ON {rows} TO %s', held.role);
    END LOOP;
END
$do$"""


def down(op: Operations, kind: Kind) -> None:
    """Drop both tables."""
    op.execute(f"DROP TABLE {table_of(kind)}")


def add_columns(op: Operations, kind: Kind, *names: str) -> None:
    """Add the columns that a later revision declares. A new database has them from the start, as ``up`` makes its
    tables from the present declaration.
    """
    for name in names:
        op.execute(f'ALTER TABLE {table_of(kind)} ADD COLUMN IF NOT EXISTS "{name}" {value_columns(kind)[name]}')


def drop_columns(op: Operations, kind: Kind, *names: str) -> None:
    """The reverse of ``add_columns``."""
    for name in names:
        op.execute(f'ALTER TABLE {table_of(kind)} DROP COLUMN IF EXISTS "{name}"')


def texts(kind: Kind) -> Register:
    """What the text columns of both tables hold, for the register in ``privacy.texts``."""
    found: dict[str, StoredText] = {}
    for table in (table_of(kind), rows_of(kind)):
        for column in kind.columns:
            if column.column.identifier:
                found[f"{table}.{stored_as(column.name)}"] = keyed("an identifier, until the file is final")
            elif not column.column.secret and column.stored == "text":
                found[f"{table}.{stored_as(column.name)}"] = code("of a file's row, until the file is final")
            if column.column.keyed:
                found[f"{table}.{column.name}_key"] = keyed("an identifier, until the file is final")
        if "sealed" in value_columns(kind):
            found[f"{table}.sealed"] = sealed("who the row is about, until the file is final")
    return found
