"""What the feed lists, and for how long. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

KEPT = timedelta(days=400)
"""How long the entry of a deleted object is kept: more than a school year, so that a reader who pulls once a year can
continue. The entry of an object that exists is kept as long as the object.
"""

NUMBERED_AT_ONCE = 5000
"""Entries that get a position in one request."""

LOOKED_AT = 5000
"""Entries that a page is chosen from: a caller who is shown few of them gets a short page and goes on."""


class Kind(StrEnum):
    """What an entry is about."""

    SCHOOL = "school"
    CLASS = "class"
    PUPIL = "pupil"
    MEMBERSHIP = "membership"


class RosterChange(StrEnum):
    """What happened to it last."""

    CHANGED = "changed"
    CLOSED = "closed"
    DELETED = "deleted"


ALL_KINDS = frozenset(Kind)


@dataclass(frozen=True, slots=True)
class Place:
    """How far a reader is.

    ``raised`` is what was added to all versions when the place was given; it changes after a restore. ``started`` is
    when the reader began from the start, in seconds since 1970: what was deleted before is not in the reader's copy.
    """

    position: int
    raised: int
    started: int


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's newest position. ``forgotten`` is the highest position whose entry was removed, ``forgotten_of`` the
    latest moment at which an object of such an entry was deleted.
    """

    newest: int = 0
    forgotten: int = 0
    forgotten_of: datetime | None = None

    def has_forgotten(self, place: Place) -> bool:
        """Whether an entry that a reader at this place needs may have been removed.

        A day is added because an entry says when its transaction began.
        """
        if self.forgotten_of is None or place.position >= self.forgotten:
            return False
        return place.started < (self.forgotten_of + timedelta(days=1)).timestamp()


@dataclass(frozen=True, slots=True)
class Entry:
    """One object's last change."""

    position: int
    kind: Kind
    object_id: UUID
    change: RosterChange
    school_id: UUID | None
    institution_number: str | None
    class_id: UUID | None
    valid_from: date | None
    valid_to: date | None
    version: int | None
    changed_at: datetime
