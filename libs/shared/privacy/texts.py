"""The register of stored texts: what every column that can contain words contains, and how it is protected.

Names cannot be recognised, so refusing CPR numbers is not enough. A text that is written by a person or contained in a
file (``written`` or ``sealed``) stays in its service: it is neither put on the bus nor shown to the public. The only
exception is ``published``. Each service declares its columns in ``texts.py``; a test compares them with the models of
all services and fails for an undeclared column.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial


class TextClass(StrEnum):
    """The class of a column."""

    WRITTEN = "written"
    """Words of a person or a file, unencrypted: checked for CPR numbers, about no pupil, never on the bus."""
    SEALED = "sealed"
    """Words or identifiers of pupils, encrypted; words are checked for CPR numbers before."""
    KEYED = "keyed"
    """A keyed hash or digest of a value that is not stored."""
    CODE = "code"
    """A value of a list, or of a fixed format that the platform checks: codes, dates, numbers, ids of variants."""
    OWN = "own"
    """Made by the platform: ids, states, its own sentences, documents of numbers and codes."""
    PUBLISHED = "published"
    """Words of the catalog: packaged with the product, or read and published by a second person."""
    OFFICIAL = "official"
    """A public fact of a packaged list."""
    EVENT = "event"
    """A record of the bus: its contract admits no words of people, or it comes from a foreign producer."""


@dataclass(frozen=True, slots=True)
class StoredText:
    """The class of a column and the reason for it."""

    text_class: TextClass
    why: str


Register = Mapping[str, StoredText]
"""By ``table.column``; ``*.column`` holds for the column of that name in every table."""


written = partial(StoredText, TextClass.WRITTEN)
sealed = partial(StoredText, TextClass.SEALED)
keyed = partial(StoredText, TextClass.KEYED)
code = partial(StoredText, TextClass.CODE)
own = partial(StoredText, TextClass.OWN)
published = partial(StoredText, TextClass.PUBLISHED)
official = partial(StoredText, TextClass.OFFICIAL)
event = partial(StoredText, TextClass.EVENT)

EVERYWHERE: Register = {
    "*.municipality_code": code("three digits"),
    "*.institution_number": code("six digits or capital letters"),
    "*.institution_numbers": code("six digits or capital letters each"),
    "*.school_year": code("two years in a row"),
    "*.month": code("year and month"),
    "*.variant": code("a variant of the catalog, such as A1"),
    "*.created_by": keyed("the caller"),
    "*.changed_by": keyed("the caller"),
    "*.submitted_by": keyed("the caller"),
    "*.approved_by": keyed("the caller"),
    "*.reviewed_by": keyed("the caller"),
    "*.published_by": keyed("the caller"),
    "*.decided_by": keyed("the caller"),
    "*.loaded_by": keyed("the caller"),
    "*.invited_by": keyed("the caller"),
    "*.answered_by": keyed("the caller"),
    "*.released_by": keyed("the caller"),
    "*.allocated_by": keyed("the caller"),
    "*.entered_by": keyed("the caller"),
    "*.taken_by": keyed("the caller"),
    "*.kept_by": keyed("the caller"),
    "*.marked_by": keyed("the caller"),
    "*.reversed_by": keyed("the caller"),
    "*.saved_by": keyed("the caller"),
    "*.disclosed_by": keyed("the caller"),
    "*.dismissed_by": keyed("the caller"),
}
"""Columns with the same meaning in every table."""
