"""What refers to a pupil in any room follows the pupil to whom it belongs after a merge. The tables are read from the
service's metadata, so that a new table cannot be forgotten.
"""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import Table, UniqueConstraint, text
from sqlalchemy.exc import IntegrityError

from libs.shared.db.database import WriteSession
from services.registration.metadata import METADATA

OWN = frozenset(
    {
        *("pupil_key", "former_identifier", "identity_case", "identity_change"),
        *("membership", "membership_limit", "membership_ruling", "pupil_conflict"),
    }
)
"""The tables of this room, which ``merging`` and ``claims`` write."""

# Of two rows that cannot both be the pupil's, the newer one is kept where rows have a moment, else the winner's.
_OLDER = """
DELETE FROM {table} AS w USING {table} AS l
 WHERE w.{column} = :winner AND l.{column} = :loser AND {same} AND l.as_of > w.as_of
"""
_TWICE = "DELETE FROM {table} AS l USING {table} AS w WHERE l.{column} = :loser AND w.{column} = :winner AND {same}"
_FOLLOW = "UPDATE {table} SET {column} = :winner WHERE {column} = :loser"


def referring() -> Iterator[tuple[Table, str]]:
    """Each table and column of other rooms that refers to a pupil."""
    for table in METADATA.sorted_tables:
        for key in table.foreign_keys:
            if table.name not in OWN and key.column.table.name == "pupil":
                yield table, key.parent.name


class CannotFollow(Exception):
    """A row that only one of the two pupils can have is needed by another row."""


async def follow(session: WriteSession, winner: UUID, loser: UUID) -> None:
    """Make everything that refers to the loser refer to the winner. Raises ``CannotFollow``; the transaction has failed
    then.
    """
    try:
        await _follow(session, winner, loser)
    except IntegrityError as failure:
        raise CannotFollow from failure


async def _follow(session: WriteSession, winner: UUID, loser: UUID) -> None:
    given = {"winner": winner, "loser": loser}
    for table, column in referring():
        for names in _unique(table, column):
            same = " AND ".join(f"l.{name} = w.{name}" for name in names) or "true"
            filled = {"table": table.name, "column": column, "same": same}
            if "as_of" in table.columns:
                await session.execute(text(_OLDER.format(**filled)), given)
            await session.execute(text(_TWICE.format(**filled)), given)
        await session.execute(text(_FOLLOW.format(table=table.name, column=column)), given)


def _unique(table: Table, column: str) -> Iterator[list[str]]:
    """The other columns of each key that the column is part of."""
    keys = [[each.name for each in table.primary_key.columns]]
    keys += [
        [each.name for each in constraint.columns]
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    ]
    for names in keys:
        if column in names:
            yield [name for name in names if name != column]
