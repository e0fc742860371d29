"""Read models: tables with the newest state of each key of a topic, which can be rebuilt and forgotten.

The version guard is implemented only here: a state is written if its ``aggregate_version`` is higher than that of the
row, or equal to it while the topic is read again. It makes redelivery, replays and a pruned inbox harmless.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Row as Found
from sqlmodel import SQLModel

from libs.shared.contracts.envelope import Event
from libs.shared.contracts.state import State
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.events.table_sql import TableSql, table_of

S = TypeVar("S", bound=State)

Row = Mapping[str, Any]
"""A row by column, as JSON values or values written as text in JSON (dates, decimals, ids). Other columns are null."""

PrimaryKey = tuple[str, ...]
"""A row's primary key, each column as text."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """An event whose state was not written; ``held`` is the version in the read model."""

    event: Event[Any]
    held: int


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored row: its record key, its municipality if the table has tenants, its version, and its primary key
    (``place``).
    """

    key: str
    municipality: str | None
    version: int
    place: PrimaryKey


Changed = Callable[[WriteSession, Sequence[PrimaryKey]], Awaitable[object]]
"""Called with the primary keys of children that were added, changed or removed, in the same transaction."""


class Children(Generic[S]):
    """Rows that belong to a row of the read model and are replaced by those that its state contains.

    ``by`` names the columns that hold the primary key of the row they belong to, in its order. Of several rows with the
    same primary key the last one is kept. Unchanged rows are not written. ``changed`` is called with the primary keys
    of rows that were added, changed or removed, while the row they belong to is locked.
    """

    def __init__(
        self,
        table: type[SQLModel],
        rows: "Callable[[S], Sequence[Row]]",
        *,
        by: Sequence[str],
        changed: Changed | None = None,
    ) -> None:
        self.sql = TableSql(table)
        self.rows = rows
        self.by = tuple(by)
        self._changed = changed

    async def replace(self, session: WriteSession, states: "Mapping[PrimaryKey, S]") -> None:
        """Replace the children of these rows by those that their states contain."""
        rows = {self.sql.key_of(row): row for state in states.values() for row in self.rows(state)}
        await self._call_changed(session, await self.sql.replace(session, self.by, list(states), list(rows.values())))

    async def forget(self, session: WriteSession, places: Sequence[PrimaryKey]) -> None:
        """Delete the children of these rows."""
        await self._call_changed(session, await self.sql.replace(session, self.by, places, []))

    async def _call_changed(self, session: WriteSession, keys: Sequence[PrimaryKey]) -> None:
        if keys and self._changed is not None:
            await self._changed(session, keys)


class ReadModel(Generic[S]):
    """The newest states of one event type in one table, which has a column for each field of the record key.

    ``row`` makes the row of a state (default: the fields that are columns too). ``check`` raises ``ValueError`` for a
    state that must not be stored. ``written`` is called with the states that were written, in their transaction;
    ``forgetting`` with the primary keys of rows that are about to be deleted.
    """

    def __init__(
        self,
        model: type[S],
        table: type[SQLModel],
        *,
        row: "Callable[[S], Row] | None" = None,
        children: "Sequence[Children[S]]" = (),
        check: "Callable[[S], None] | None" = None,
        written: "Callable[[WriteSession, Sequence[S]], Awaitable[object]] | None" = None,
        forgetting: "Callable[[WriteSession, Sequence[PrimaryKey]], Awaitable[None]] | None" = None,
    ) -> None:
        self.model = model
        self.sql = TableSql(table, addressed_by=model.key_fields())
        self._columns = {column.name for column in table_of(table).columns}
        self._row = row or self._copied
        self._one_row_each = row is None and set(self.sql.primary_key) == set(model.key_fields())
        self._children = tuple(children)
        self._check = check
        self._written = written
        self._forgetting = forgetting

    @property
    def has_tenants(self) -> bool:
        """Whether the rows belong to municipalities."""
        return "municipality_code" in self._columns

    async def __call__(self, session: WriteSession, events: "Sequence[Event[S]]") -> "list[Ignored]":
        """``take``, as a handler."""
        return await self.take(session, events)

    async def take(
        self, session: WriteSession, events: "Sequence[Event[S]]", *, again: bool = False
    ) -> "list[Ignored]":
        """Write the newest state of each key; returns the events that were not newer. ``again`` writes equal versions
        too.
        """
        if self._check is not None:
            for event in events:
                self._check(event.data)
        rising, ignored = overtaken(events)
        made = [(self._row(event.data), event) for event in rising]
        if not self._one_row_each:
            made = list({self.sql.key_of(row): (row, event) for row, event in made}.values())
        newer = await self.sql.upsert(session, [row for row, _ in made], again=again)
        if newer is None and not self._children:
            if self._written is not None and made:
                await self._written(session, [event.data for _, event in made])
            return ignored
        of = {self.sql.key_of(row): event for row, event in made}
        written = of.keys() if newer is None else newer
        for children in self._children:
            await children.replace(session, {key: event.data for key, event in of.items() if key in written})
        if self._written is not None and written:
            await self._written(session, [event.data for key, event in of.items() if key in written])
        left = {key: of[key].key for key in of.keys() - written}
        held = await self.sql.versions(session, left)
        versions = {left[key]: version for key, version in held.items()}
        behind = [Ignored(event, versions[event.key]) for event in events if event.key in versions]
        return [*behind, *(each for each in ignored if each.event.key not in versions)]

    async def forget(self, session: WriteSession, keys: Sequence[str]) -> int:
        """Delete the rows of these record keys with their children; returns the number of rows.

        The transaction's scope must contain the rows' municipalities. Raises ``ValueError`` for a key that does not
        have the form of the topic's keys.
        """
        found = await self._lock(session, keys)
        await self._remove(session, [tuple(place) for place in found])
        return len(found)

    async def forget_unless(
        self,
        session: WriteSession,
        rows: Sequence[Stored],
        named: Callable[[Sequence[str]], Awaitable[set[str]]],
        *,
        above: int = 0,
    ) -> int:
        """Delete the rows whose key ``named`` does not return, or whose version is not above ``above``; returns their
        number.

        Keys and versions are checked while the rows are locked.
        """
        keys = [row.key for row in rows]
        await self._lock(session, keys)
        kept = await named(keys)
        versions = await self.sql.versions(session, [row.place for row in rows])
        behind = {row.key for row in rows if versions.get(row.place, above) <= above}
        return await self.forget(session, [key for key in keys if key not in kept or key in behind])

    async def count(self, session: ReadSession, keys: Sequence[str]) -> int:
        """The number of rows with these keys that the session sees."""
        return await self.sql.count(session, [self.model.fields_of(key) for key in keys])

    async def page(self, session: ReadSession, after: PrimaryKey | None, size: int) -> list[Stored]:
        """At most ``size`` rows after this primary key, in the order of the primary key."""
        return [
            Stored(self.model.KEY.format_map(fields), municipality, version, place)
            for fields, municipality, version, place in await self.sql.page(session, after, size)
        ]

    async def _lock(self, session: WriteSession, keys: Sequence[str]) -> "Sequence[Found[Any]]":
        return await self.sql.lock(session, [self.model.fields_of(key) for key in keys])

    async def _remove(self, session: WriteSession, places: Sequence[PrimaryKey]) -> None:
        if not places:
            return
        if self._forgetting is not None:
            await self._forgetting(session, places)
        for children in self._children:
            await children.forget(session, places)
        await self.sql.delete(session, self.sql.primary_key, places)

    def _copied(self, state: S) -> Row:
        return {name: value for name, value in vars(state).items() if name in self._columns}


def overtaken(events: "Sequence[Event[S]]") -> "tuple[list[Event[S]], list[Ignored]]":
    """The event of each key with the highest version (the later of equal ones), and the events that are ignored.

    Ignored are events after one with a higher version of their key, and the earlier of two with the same version. An
    event with a lower version before a higher one is in neither: the higher one contains its state.
    """
    highest: dict[str, Event[S]] = {}
    ignored = []
    for event in events:
        key = event.key
        before = highest.get(key)
        if before is None:
            highest[key] = event
        elif event.data.aggregate_version > before.data.aggregate_version:
            del highest[key]
            highest[key] = event
        elif event.data.aggregate_version == before.data.aggregate_version:
            highest[key] = event
            ignored.append(Ignored(before, event.data.aggregate_version))
        else:
            ignored.append(Ignored(event, before.data.aggregate_version))
    return list(highest.values()), ignored


def handles(handler: object) -> "ReadModel[Any] | None":
    """The handler as a read model, if it is one."""
    return handler if isinstance(handler, ReadModel) else None
