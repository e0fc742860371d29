"""The places where keys are used: declarations by which they are counted, re-encrypted, removed and fenced."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlmodel import SQLModel

from libs.shared.events.table_sql import column_types, table_of


class Ring(StrEnum):
    """The rings whose keys can be retired."""

    DATA = "data"
    """Encrypts values that must be read again."""
    LOOKUP = "lookup"
    """Makes the lookup keys of pupil events; shared by two services."""
    BLIND_INDEX = "blind_index"
    """Finds a person again by CPR number."""


class OnRetirement(StrEnum):
    """What happens to rows of a key that has left its ring."""

    RESEALED = "resealed"
    """They are re-encrypted while the key is still on the ring."""
    REMOVED = "removed"
    """They are deleted when the key is retired, as rows of the active key have replaced them."""
    CLEARED = "cleared"
    """The row stays, and the values made with the key are cleared when it is retired."""
    AWAITED = "awaited"
    """They need the key until they expire, and it is not retired before."""


@dataclass(frozen=True, slots=True)
class Place:
    """Columns of one table that contain values made with keys of one ring.

    ``key`` is the table's primary key, each column with its PostgreSQL type. ``sealed`` says that the columns hold
    values of the ``Vault``, which contain the id of their key; else the one column is the id itself. ``within`` narrows
    the rows (SQL), ``until`` is the moment at which a row expires (SQL), and ``why`` describes the place in a few
    words. ``clear`` are the assignments for ``CLEARED``.
    """

    ring: Ring
    table: str
    key: Mapping[str, str]
    columns: Sequence[str] = ("key_id",)
    on_retirement: OnRetirement = OnRetirement.REMOVED
    sealed: bool = False
    within: str = "true"
    until: str = "CAST(NULL AS timestamptz)"
    why: str = ""
    clear: str = ""
    context: Callable[[Mapping[str, Any], str], bytes] | None = field(default=None, repr=False)
    """For ``RESEALED``: the context of the value of a column, from the primary key of its row."""

    def key_id(self, column: str) -> str:
        """The SQL that gives the id of a column's key."""
        return f"sealed_key_id({column})" if self.sealed else column


def key_of(table: type[SQLModel]) -> tuple[str, Mapping[str, str]]:
    """``table`` and ``key`` of a ``Place``, in this order, from a table's class: ``Place(ring, *key_of(Pupil))``."""
    declared, types = table_of(table), column_types(table)
    return declared.name, {column.name: types[column.name] for column in declared.primary_key}


@dataclass(frozen=True, slots=True)
class EventPlace:
    """A table that contains events, some of them with lookup keys.

    ``kept`` narrows (SQL) to the rows whose value may be emptied, because their events are settled; the other rows must
    be settled first.
    """

    table: str
    key: Mapping[str, str]
    topics: str
    kept: str
    until: str
    why: str


OUTBOX = EventPlace(
    table="outbox",
    key={"seq": "bigint"},
    topics="topic = 'registration.pupil' OR starts_with(topic, 'dead-letter.')",
    kept="published_at IS NOT NULL",
    until="created_at + interval '7 days'",
    why="events that were told; emptied by rotate-keys once they are published",
)
DEAD_LETTERS = EventPlace(
    table="dead_letter",
    key={"consumer_group": "text", "id": "uuid"},
    topics="topic = 'registration.pupil'",
    kept="state <> 'open'",
    until="CASE WHEN state <> 'open' THEN state_at + interval '90 days' END",
    why="dead letters; replay or discard the open ones",
)
EVENT_PLACES = (OUTBOX, DEAD_LETTERS)
"""Every service has these tables."""
