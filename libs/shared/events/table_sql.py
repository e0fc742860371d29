"""Statements on one table, made from its class: many rows in one parameter, in the order of the primary key.

The order prevents deadlocks between two writers. All names come from the class; values are passed as one JSON
parameter, whose columns get the table's own types.
"""

# ruff: noqa: S608 - all names come from the table class, values travel as parameters

import json
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cache
from typing import Any, cast

import msgspec
from pydantic import BaseModel
from sqlalchemy import Row as Found
from sqlalchemy import Table
from sqlalchemy import text as made_text
from sqlalchemy.dialects import postgresql
from sqlmodel import SQLModel

from libs.shared.db.database import ReadSession, WriteSession

VERSION = "aggregate_version"
TENANT = "municipality_code"
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy leaves its dialects' constructors untyped


text = cache(made_text)
"""Statements are few and made again for each batch; SQLAlchemy looks through each for its parameters."""


def table_of(model: type[SQLModel]) -> Table:
    """The SQLAlchemy table behind a model class."""
    return cast("Table", model.__table__)  # type: ignore[attr-defined] # SQLModel sets it on classes with table=True


def column_types(model: type[SQLModel]) -> dict[str, str]:
    """The PostgreSQL type of each column."""
    return {column.name: column.type.compile(_DIALECT) for column in table_of(model).columns}


def _names(names: Iterable[str], of: str = "") -> str:
    return ", ".join(f'{of}"{name}"' for name in names)


class TableSql:
    """The statements. ``addressed_by`` names the columns by which ``lock`` and ``count`` find rows."""

    def __init__(self, model: type[SQLModel], *, addressed_by: Sequence[str] = ()) -> None:
        table = table_of(model)
        self.primary_key = tuple(column.name for column in table.primary_key)
        self._name = table.name
        self._types = column_types(model)
        self._address = tuple(addressed_by) or self.primary_key
        if missing := set(self._address) - set(self._types):
            raise ValueError(f"table {self._name} has no column {', '.join(sorted(missing))} of the record key")
        self._texts = ", ".join(f'CAST(t."{name}" AS text)' for name in self.primary_key)

    def key_of(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        """The primary key of a row of JSON values, each column as text."""
        return tuple([str(row[name]) for name in self.primary_key])

    async def upsert(
        self, session: WriteSession, rows: Sequence[Mapping[str, Any]], *, again: bool
    ) -> Set[tuple[str, ...]] | None:
        """Write rows with different primary keys; returns the keys of those that were newer (``again``: or equal).

        None means that all of them were, as they nearly always are. No keys are then made, here or in PostgreSQL.
        """
        if not rows:
            return None
        others = [name for name in self._types if name not in self.primary_key]
        changes = ", ".join(f'"{name}" = excluded."{name}"' for name in others)
        statement = (
            f"WITH written AS ({self._insert()} ON CONFLICT ({_names(self.primary_key)}) DO UPDATE SET {changes} "
            f"WHERE excluded.{VERSION} > t.{VERSION} - CAST(:again AS integer) "
            f"RETURNING jsonb_build_array({self._texts}) AS key) "
            "SELECT count(*), CASE WHEN count(*) < CAST(:given AS bigint) THEN jsonb_agg(key)::text END FROM written"
        )
        given = {"rows": _json(rows), "again": int(again), "given": len(rows)}
        written, keys = (await session.execute(text(statement), given)).one()
        if written == len(rows):
            return None
        return {tuple(key) for key in json.loads(keys or "[]")}

    async def replace(
        self,
        session: WriteSession,
        by: Sequence[str],
        keys: Sequence[tuple[str, ...]],
        rows: Sequence[Mapping[str, Any]],
    ) -> list[tuple[str, ...]]:
        """Replace the rows whose columns ``by`` have these values by ``rows``, which have different primary keys.

        Unchanged rows are not written. Returns the primary keys of rows that were added, changed or removed.
        """
        if not keys:
            return []
        columns = _names(self._types)
        others = [name for name in self._types if name not in self.primary_key]
        changes = ", ".join(f'"{name}" = excluded."{name}"' for name in others)
        differs = f"({_names(others, 't.')}) IS DISTINCT FROM ({_names(others, 'excluded.')})"
        conflict = f"DO UPDATE SET {changes} WHERE {differs}" if others else "DO NOTHING"
        # No row is both deleted and written, so both can be done in one statement.
        statement = f"""
WITH given AS MATERIALIZED (SELECT * FROM {self._recordset(self._types)}),
gone AS (
    DELETE FROM "{self._name}" AS t USING {self._recordset(by, "keys", "of")}
     WHERE ({_names(by, "t.")}) = ({_names(by, "of.")}) AND NOT EXISTS (
           SELECT FROM given WHERE ({_names(self.primary_key, "given.")}) = ({_names(self.primary_key, "t.")}))
    RETURNING {self._texts}
), come AS (
    INSERT INTO "{self._name}" AS t ({columns}) SELECT {columns} FROM given ORDER BY {_names(self.primary_key)}
    ON CONFLICT ({_names(self.primary_key)}) {conflict} RETURNING {self._texts}
)
SELECT * FROM gone UNION ALL SELECT * FROM come"""
        given = {"rows": _json(rows), "keys": _key_rows(by, keys)["rows"]}
        return [tuple(row) for row in await session.execute(text(statement), given)]

    async def versions(self, session: ReadSession, keys: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], int]:
        """The versions of the rows with these primary keys."""
        wanted = list(keys)
        if not wanted:
            return {}
        statement = f"SELECT {self._texts}, t.{VERSION} FROM {self._joined(self.primary_key)}"
        found = await session.execute(text(statement), _key_rows(self.primary_key, wanted))
        return {tuple(row[:-1]): row[-1] for row in found}

    async def delete(self, session: WriteSession, by: Sequence[str], keys: Sequence[tuple[str, ...]]) -> None:
        """Delete the rows whose columns ``by`` have these values."""
        if not keys:
            return
        equal = " AND ".join(f't."{name}" = given."{name}"' for name in by)
        statement = f'DELETE FROM "{self._name}" AS t USING {self._recordset(by)} WHERE {equal}'
        await session.execute(text(statement), _key_rows(by, keys))

    async def lock(self, session: WriteSession, addresses: Sequence[Mapping[str, str]]) -> "Sequence[Found[Any]]":
        """Lock the addressed rows that exist, in order; returns their primary keys."""
        if not addresses:
            return []
        order = _names(self.primary_key, "t.")
        statement = f"SELECT {self._texts} FROM {self._joined(self._address)} ORDER BY {order} FOR UPDATE OF t"
        return (await session.execute(text(statement), {"rows": json.dumps(addresses)})).all()

    async def count(self, session: ReadSession, addresses: Sequence[Mapping[str, str]]) -> int:
        """The number of addressed rows that the session sees."""
        statement = f"SELECT count(*) FROM {self._joined(self._address)}"
        return int((await session.execute(text(statement), {"rows": json.dumps(addresses)})).scalar_one())

    async def page(
        self, session: ReadSession, after: tuple[str, ...] | None, size: int
    ) -> list[tuple[dict[str, str], str | None, int, tuple[str, ...]]]:
        """(address, municipality if there is one, version, primary key) of at most ``size`` rows after ``after``, in
        the order of the primary key.
        """
        tenant = f"t.{TENANT}" if TENANT in self._types else "CAST(NULL AS text)"
        addressed = ", ".join(f'CAST(t."{name}" AS text)' for name in self._address)
        places = ", ".join(
            f"CAST(CAST(:p{number} AS text) AS {self._types[name]})" for number, name in enumerate(self.primary_key)
        )
        beyond = "" if after is None else f"WHERE ({_names(self.primary_key, 't.')}) > ({places})"
        statement = (
            f'SELECT {addressed}, {tenant}, t.{VERSION}, {self._texts} FROM "{self._name}" AS t {beyond} '
            f"ORDER BY {_names(self.primary_key, 't.')} LIMIT :size"
        )
        given = {f"p{number}": value for number, value in enumerate(after or ())}
        width = len(self._address)
        return [
            (dict(zip(self._address, row[:width], strict=True)), row[width], row[width + 1], tuple(row[width + 2 :]))
            for row in await session.execute(text(statement), {**given, "size": size})
        ]

    def _insert(self) -> str:
        names = _names(self._types)
        return (
            f'INSERT INTO "{self._name}" AS t ({names}) SELECT {names} FROM {self._recordset(self._types)} '
            f"ORDER BY {_names(self.primary_key)}"
        )

    def _recordset(self, columns: Iterable[str], parameter: str = "rows", alias: str = "given") -> str:
        typed = ", ".join(f'"{name}" {self._types[name]}' for name in columns)
        return f"jsonb_to_recordset(CAST(:{parameter} AS jsonb)) AS {alias}({typed})"

    def _joined(self, columns: Sequence[str]) -> str:
        return f'"{self._name}" AS t JOIN {self._recordset(columns)} USING ({_names(columns)})'


def _json(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as JSON. Dates, decimals and ids are written as text, models of a contract in their own JSON form."""
    return msgspec.json.encode(rows, enc_hook=_as_json).decode()


def _as_json(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(f"a column cannot hold a {type(value).__name__}")


def _key_rows(columns: Sequence[str], keys: Iterable[tuple[str, ...]]) -> dict[str, str]:
    return {"rows": json.dumps([dict(zip(columns, key, strict=True)) for key in keys])}
