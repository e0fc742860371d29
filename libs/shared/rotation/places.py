"""Where keys are in use: the declarations by which they are counted, sealed again, removed and fenced."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Ring(StrEnum):
    """The rings whose keys can be retired."""

    DATA = "data"
    """Encrypts values that must be read again."""
    LOOKUP = "lookup"
    """Makes the lookup keys of pupil events; shared by two services."""
    BLIND_INDEX = "blind_index"
    """Finds a person again by CPR number."""


class Fate(StrEnum):
    """What becomes of the rows of a key that has left its ring."""

    RESEALED = "resealed"
    """They are sealed again while the key is still on the ring."""
    REMOVED = "removed"
    """They are deleted when the key is retired: the active key has taken their place."""
    CLEARED = "cleared"
    """The row stays, and what was made with the key is forgotten when it is retired."""
    AWAITED = "awaited"
    """They need the key until they end by themselves, and it is not retired before."""


@dataclass(frozen=True, slots=True)
class Place:
    """Columns of one table in which values of one ring's keys stand.

    ``key`` is the table's primary key, each column with its PostgreSQL type. ``sealed`` says that the columns hold
    values of the ``Vault``, which carry their key's id; else the one column is the id itself. ``within`` narrows the
    rows (SQL), ``until`` is the moment at which a row ends by itself (SQL), and ``why`` says in a few words what it is.
    ``clear`` are the assignments of fate ``CLEARED``.
    """

    ring: Ring
    table: str
    key: Mapping[str, str]
    columns: Sequence[str] = ("key_id",)
    fate: Fate = Fate.REMOVED
    sealed: bool = False
    within: str = "true"
    until: str = "CAST(NULL AS timestamptz)"
    why: str = ""
    clear: str = ""
    context: Callable[[Mapping[str, Any], str], bytes] | None = field(default=None, repr=False)
    """For fate ``RESEALED``: what the value of a column is bound to, from the primary key of its row."""

    def key_id(self, column: str) -> str:
        """The SQL that gives the id of a column's key."""
        return f"sealed_key_id({column})" if self.sealed else column


@dataclass(frozen=True, slots=True)
class EventPlace:
    """A table that keeps events as they were told, of which some carry lookup keys.

    ``kept`` narrows to the rows that may be emptied (SQL), as their events are done with; the others are awaited.
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
