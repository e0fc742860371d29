"""Iterates over a table in slices of its primary key, each slice in a transaction of its own.

The cost is linear in the rows, no lock is held for longer than a slice takes, and an interrupted run can be repeated
and finds less to do.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from sqlalchemy import text

from libs.shared.db.database import Database, ReadSession
from libs.shared.db.limits import WorkLimits
from libs.shared.db.scope import Access, Scope
from libs.shared.events.failures import passes

SLICE = 1_000
ROTATING = WorkLimits(statement_seconds=60.0, lock_seconds=30.0, idle_seconds=60.0)
EVERYWHERE = Scope(access=Access.ROTATION)
TRIES, PAUSE_SECONDS = 20, 0.5
SAY_SECONDS = 5.0

Say = Callable[[str], None]
"""Takes a line of progress for people."""


class Progress:
    """Reports every few seconds how much of a table is done."""

    def __init__(self, table: str, total: int, say: Say) -> None:
        self._table, self._total, self._say = table, total, say
        self._done, self._said = 0, time.monotonic()

    def more(self, rows: int) -> None:
        """Add to the rows read so far."""
        self._done += rows
        if time.monotonic() - self._said > SAY_SECONDS:
            self._said = time.monotonic()
            self._say(f"{self._table}: {self._done:,} of about {self._total:,} rows")


Bounds = tuple[str, dict[str, object]]
"""The condition that names the rows of a slice, and its parameters."""


async def slices(db: Database, table: str, key: Mapping[str, str], say: Say) -> AsyncIterator[Bounds]:
    """The slices of a table one after the other; the caller reads or changes the rows of each before the next."""
    names, after = list(key), None
    order = ", ".join(names)
    async with db.read(EVERYWHERE) as session:
        progress = Progress(table, await _size(session, table), say)
    while True:
        condition, given = _after(key, after)
        found = text(
            f"SELECT {', '.join(f'{name}::text' for name in names)}, row_number() OVER () AS at FROM"  # noqa: S608 - names of our own declarations
            f" (SELECT {order} FROM {table} WHERE {condition} ORDER BY {order} LIMIT {SLICE}) AS slice"
            f" ORDER BY at DESC LIMIT 1"
        )
        async with db.read(EVERYWHERE) as session:
            last = (await session.execute(found, given)).one_or_none()
        if last is None:
            return
        upto, limits = _bound(key, "<=", tuple(last[: len(names)]), "upto")
        yield f"{condition} AND {upto}", {**given, **limits}
        progress.more(int(last.at))
        after = tuple(last[: len(names)])


def _after(key: Mapping[str, str], after: tuple[str, ...] | None) -> Bounds:
    return ("true", {}) if after is None else _bound(key, ">", after, "after")


def _bound(key: Mapping[str, str], sign: str, place: tuple[str, ...], prefix: str) -> Bounds:
    values = {f"{prefix}_{name}": value for name, value in zip(key, place, strict=True)}
    row = ", ".join(f"CAST(CAST(:{prefix}_{name} AS text) AS {sql_type})" for name, sql_type in key.items())
    return f"({', '.join(key)}) {sign} ({row})", dict(values)


async def _size(session: ReadSession, table: str) -> int:
    estimate = text("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = CAST(:table AS regclass)")
    return int((await session.execute(estimate, {"table": table})).scalar_one())


async def change(db: Database, sql: str, given: Mapping[str, Any]) -> int:
    """One statement in a transaction of its own, repeated while a failure passes by itself; returns the rows it
    changed.
    """
    for failed in range(TRIES):
        try:
            async with db.write(EVERYWHERE) as session:
                return int(getattr(await session.execute(text(sql), dict(given)), "rowcount", 0))
        except Exception as failure:
            if not passes(failure) or failed == TRIES - 1:
                raise
            await asyncio.sleep(PAUSE_SECONDS)
    raise AssertionError("the last try raises")
