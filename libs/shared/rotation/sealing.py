"""Re-encrypts every value of a vault that was encrypted with a key other than the active one."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from libs.shared.db.database import Database
from libs.shared.privacy.keys import Undecryptable, Vault
from libs.shared.rotation.places import OnRetirement, Place
from libs.shared.rotation.slices import EVERYWHERE, Say, change, slices


@dataclass(slots=True)
class Resealed:
    """The number of values re-encrypted, and of those that could not be decrypted, by column."""

    done: Counter[str] = field(default_factory=Counter)
    unreadable: Counter[str] = field(default_factory=Counter)


async def reseal(db: Database, vault: Vault, places: Sequence[Place], say: Say) -> Resealed:
    """Re-encrypt all values that do not use the active key. If interrupted, it may simply be run again.

    A slice is read without a lock and written by one short statement, which skips rows that were changed meanwhile:
    such a change used the key of its own process, and the next run checks it.
    """
    result = Resealed()
    for place in places:
        if place.on_retirement is not OnRetirement.RESEALED:
            continue
        columns = ", ".join([*place.key, *place.columns])
        async for condition, given in slices(db, place.table, place.key, say):
            async with db.read(EVERYWHERE) as session:
                sql = text(f"SELECT {columns} FROM {place.table} WHERE {condition}")  # noqa: S608 - our own declarations
                rows = [dict(row) for row in (await session.execute(sql, given)).mappings()]
            for column in place.columns:
                stale, unreadable = await asyncio.to_thread(_again, vault, place, column, rows)
                result.unreadable[f"{place.table}.{column}"] += unreadable
                if stale:
                    result.done[f"{place.table}.{column}"] += await _write(db, place, column, stale)
    return result


Stale = tuple[dict[str, Any], bytes]
"""A row and the new value of one of its columns."""


def _again(vault: Vault, place: Place, column: str, rows: Sequence[dict[str, Any]]) -> tuple[list[Stale], int]:
    if place.context is None:
        raise ValueError(f"{place.table} does not say what its values are bound to")
    stale, unreadable = [], 0
    for row in rows:
        sealed = row[column]
        if sealed is None or not vault.needs_rotation(sealed):
            continue
        context = place.context(row, column)
        try:
            stale.append((row, vault.encrypt(vault.decrypt(sealed, context), context)))
        except Undecryptable:
            unreadable += 1
    return stale, unreadable


async def _write(db: Database, place: Place, column: str, stale: Sequence[Stale]) -> int:
    given: defaultdict[str, list[Any]] = defaultdict(list)
    for row, sealed in stale:
        for name in place.key:
            given[f"key_{name}"].append(str(row[name]))
        given["old"].append(row[column])
        given["new"].append(sealed)
    lists = [f"CAST(CAST(:key_{name} AS text[]) AS {sql_type}[])" for name, sql_type in place.key.items()]
    names = ", ".join(f"key_{name}" for name in place.key)
    same = " AND ".join(f"t.{name} = g.key_{name}" for name in place.key)
    sql = (
        f"UPDATE {place.table} AS t SET {column} = g.new"  # noqa: S608 - names of our own declarations
        f" FROM unnest({', '.join(lists)}, CAST(:old AS bytea[]), CAST(:new AS bytea[])) AS g ({names}, old, new)"
        f" WHERE {same} AND t.{column} = g.old"
    )
    return await change(db, sql, given)
