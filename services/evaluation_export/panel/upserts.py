"""Set-based writing of read models: a batch of states in one statement, older versions ignored."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import Table, TextClause, text
from sqlalchemy.dialects import postgresql

from libs.shared.db.database import WriteSession
from services.evaluation_export.metadata import Table as Model

Row = Mapping[str, Any]
VERSION = "aggregate_version"
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy leaves its dialects' constructors untyped


def table_of(model: type[Model]) -> Table:
    """The SQLAlchemy table behind a model class."""
    return cast("Table", model.__table__)  # type: ignore[attr-defined] # SQLModel sets it on classes with table=True


@cache
def _upsert(model: type[Model]) -> TextClause:
    table = table_of(model)
    keys = [column.name for column in table.primary_key]
    others = [column.name for column in table.columns if column.name not in keys]
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    given = ", ".join(f'"{column.name}" {column.type.compile(_DIALECT)}' for column in table.columns)
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in others)
    # All names come from the model class; the values travel as one parameter.
    return text(
        f"INSERT INTO {table.name} ({names}) "  # noqa: S608 - see above
        f"SELECT {names} FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given({given}) "
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes} "
        f"WHERE excluded.{VERSION} > {table.name}.{VERSION} RETURNING {keys[0]}"
    )


async def upsert(session: WriteSession, model: type[Model], rows: Sequence[Row]) -> list[Any]:
    """Write ``rows`` (JSON values, one per key); returns the first key column of those that were newer."""
    if not rows:
        return []
    found = await session.execute(_upsert(model), {"rows": json.dumps(rows)})
    return list(found.scalars())


_FORGET_MEMBERSHIPS = text("DELETE FROM membership WHERE pupil_id = ANY (:pupil_ids)")
_ADD_MEMBERSHIPS = text(
    """
    INSERT INTO membership (pupil_id, class_id, valid_from, valid_to, municipality_code, school_id, institution_number)
    SELECT DISTINCT ON (pupil_id, class_id, valid_from)
        pupil_id, class_id, valid_from, valid_to, municipality_code, school_id, institution_number
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given(
        pupil_id uuid, class_id uuid, valid_from date, valid_to date,
        municipality_code text, school_id uuid, institution_number text)
    ORDER BY pupil_id, class_id, valid_from, valid_to DESC
    """
)


async def replace_memberships(session: WriteSession, pupil_ids: Sequence[Any], rows: Sequence[Row]) -> None:
    """Give the pupils these memberships and no others."""
    if pupil_ids:
        await session.execute(_FORGET_MEMBERSHIPS, {"pupil_ids": list(pupil_ids)})
    if rows:
        await session.execute(_ADD_MEMBERSHIPS, {"rows": json.dumps(rows)})
